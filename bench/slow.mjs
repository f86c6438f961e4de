// What three workers that stand still (SIGSTOP) do to the others and to the main process, and whether each
// of them is told later exactly what it missed.
//
//     npm run bench -- slow [--workers 8] [--stopped 3] [--seconds 20] [--rate 20000] [--recovery-seconds 5]
//       [--json] [--transport auto|shared-memory|zeromq] [--ring-bytes N]
//
// Events are published at a steady rate: as long with all workers running, then with some stopped, then for
// a while after they go on. At last the same workers are stopped once more for a burst that nothing follows:
// what they miss of it must be found too. A small ring makes them miss something on shared memory. Exit code 1 if what a worker got and what it was told to have missed is not what
// was published.
import { setTimeout as delay } from 'node:timers/promises';
import { withContenders } from './support/contender.mjs';
import { mergeHistograms, percentileUs } from './support/histogram.mjs';
import { positive, readOptions, UsageError, whole } from './support/options.mjs';
import { transportOption } from './support/peers.mjs';
import { residentBytes, signalAll } from './support/processes.mjs';
import { aim, machine, print } from './support/report.mjs';
import { progressOf, rounded } from './support/rounds.mjs';

const MEGABYTE = 1_048_576;
const WARMUP_SECONDS = 2;
const SAMPLE_MS = 100;
const TAIL_SECONDS = 1;
/** From the end of the last burst until the stopped workers go on. */
const QUIET_MS = 2_000;
/** A loss at the end of a burst must be found within a second; this is generous. */
const SETTLE_MS = 10_000;
/** Longer than any stop: a stopped worker is not to be taken for a stuck one and killed. */
const NEVER_STALLED_MS = 3_600_000;

export async function run(args) {
  const options = readOptions(args, {
    workers: whole(8, 2),
    stopped: whole(3),
    seconds: positive(20),
    'recovery-seconds': positive(5),
    rate: whole(20_000),
    transport: transportOption,
    'ring-bytes': whole(undefined),
  });
  if (options.stopped >= options.workers) {
    throw new UsageError(
      `--stopped ${options.stopped}: expected fewer than --workers ${options.workers}`,
    );
  }
  const results = await withContenders((open) => measure(open, options));
  const { before, during, memory, accounts, tailAccounts } = results;
  // Those of the tail are of everything since the beginning; what is open there already counts once.
  const unreported = Math.max(unaccountedOf(accounts), unaccountedOf(tailAccounts));
  print(
    {
      name: 'slow',
      machine: machine(),
      seed: null,
      aims: [
        aim('neighbourP99Ratio', '<=', 1.1, during.p99Us / before.p99Us, 'ratio'),
        aim('mainRssGrowthMb', '<=', 64, memory.growthMb, 'MB'),
        aim('unreportedLoss', '==', 0, unreported, 'events'),
      ],
      results: rounded(results),
    },
    options.json,
  );
  if (unreported > 0) process.exitCode = 1;
}

async function measure(open, options) {
  const { workers, stopped, seconds, rate, transport, 'ring-bytes': ringBytes } = options;
  const progress = progressOf(options.json);
  progress('starting');
  const manager = { healthCheck: { heartbeatTimeoutMs: NEVER_STALLED_MS }, ringBytes };
  const contender = await open('quantcell', { workers, transport, manager });
  const numbers = Array.from({ length: workers }, (_, index) => index);
  const stoppedPids = contender.workerPids.slice(0, stopped);
  const neighbours = numbers.slice(stopped);

  const allSeconds = WARMUP_SECONDS + 2 * seconds + options['recovery-seconds'] + 1;
  const events = Math.ceil(rate * allSeconds);
  const expected = Math.ceil(rate * (seconds + WARMUP_SECONDS));
  const phase = async () => {
    await contender.ask('beginLatency', { expected, among: neighbours });
    await delay(seconds * 1_000);
    const figures = await contender.ask('figures', { among: neighbours });
    return percentiles(figures);
  };
  await contender.ask('beginLatency', { expected: events });
  const published = contender.ask('paced', { rate, events, withinMs: 0 });
  // It is waited for below; an error on the way there must not end this process first.
  published.catch(() => undefined);
  await delay(WARMUP_SECONDS * 1_000);
  progress(`all ${workers} workers run for ${seconds} s`);
  const before = await phase();
  progress(`${stopped} of them are stopped for ${seconds} s`);
  const watch = watchMemory(contender.hostPid);
  signalAll(stoppedPids, 'SIGSTOP');
  let during;
  try {
    during = await phase();
  } finally {
    signalAll(stoppedPids, 'SIGCONT');
  }
  const memory = watch.end();
  progress('they go on');
  const paced = await published;
  const accounts = await settle(contender, events);
  progress(`${stopped} of them miss a last burst`);
  const tailEvents = Math.ceil(rate * TAIL_SECONDS);
  signalAll(stoppedPids, 'SIGSTOP');
  try {
    await contender.ask('paced', { rate, events: tailEvents, withinMs: 0 });
    await delay(QUIET_MS);
  } finally {
    signalAll(stoppedPids, 'SIGCONT');
  }
  const tailAccounts = await settle(contender, events + tailEvents);
  const { rate: rateReached, latestMs: publisherLateMs } = paced;
  return {
    transport: contender.transport,
    workers,
    stopped,
    seconds,
    rate: rateReached,
    publisherLateMs,
    published: events,
    before,
    during,
    memory,
    accounts,
    tailAccounts,
  };
}

const unaccountedOf = (accounts) =>
  accounts.reduce((sum, { unaccounted }) => sum + Math.abs(unaccounted), 0);

function percentiles(figures) {
  const latencies = mergeHistograms(figures.map(({ latencies: one }) => one));
  return {
    p50Us: percentileUs(latencies, 0.5),
    p99Us: percentileUs(latencies, 0.99),
    p999Us: percentileUs(latencies, 0.999),
    samples: latencies.counts.reduce((sum, count) => sum + count, 0),
  };
}

function watchMemory(pid) {
  const first = residentBytes(pid);
  let most = first;
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, SAMPLE_MS);
  return {
    end() {
      clearInterval(timer);
      return {
        beforeMb: first / MEGABYTE,
        mostMb: most / MEGABYTE,
        growthMb: (most - first) / MEGABYTE,
      };
    },
  };
}

/** What each worker got and was told to have missed, once that is everything, or does not change any more. */
async function settle(contender, published) {
  const endsMs = performance.now() + SETTLE_MS;
  for (;;) {
    const figures = await contender.ask('figures');
    const accounts = figures.map(({ bars, missing, counters }) => ({
      bars,
      reportedMissing: missing,
      gaps: counters.gaps,
      refilled: counters.messagesRefilled,
      unaccounted: published - bars - missing,
      // The system's own figures must say the same as the strategy's.
      uncounted: published - counters.messagesProcessed - counters.messagesDropped,
    }));
    const settled = accounts.every((one) => one.unaccounted === 0 && one.uncounted === 0);
    if (settled || performance.now() > endsMs) return accounts;
    await delay(SAMPLE_MS);
  }
}
