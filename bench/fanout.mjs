// How many events a second reach how many strategies, and what that costs: through the whole product
// (a feed's burst -> RealtimeEngine -> DataBroker -> transport -> StrategyRunner -> onBar), and beside
// it, in the same run, what one would use instead. Time is from the first publish until the last
// subscriber is done with the last event; CPU is that of all processes on the way.
//
//     npm run bench -- fanout [--workers 1,4,16] [--events 40000] [--bursts 256,32] [--runs 5] [--json]
//       [--transport auto|shared-memory|zeromq] [--peers zeromq-json,...|none] [--profile DIRECTORY]
//
// `--events` is for one message at a time; contenders that batch get ten times as many, so that they run
// for long enough. Exit code 1 if an event was lost anywhere, or a contender failed.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { withContenders } from './support/contender.mjs';
import { positive, readOptions, text, whole, wholes } from './support/options.mjs';
import { onZeromq, openContenders, peersOption, ratio, transportOption } from './support/peers.mjs';
import { aim, machine, print } from './support/report.mjs';
import { interleave, mediansOf, progressOf, rounded } from './support/rounds.mjs';
import { selfTimes } from './support/self-time.mjs';

const BATCHING = /^(quantcell|zeromq-binary)/;
const BATCHING_FACTOR = 10;

export async function run(args) {
  const options = readOptions(args, {
    workers: wholes([1, 4, 16]),
    events: whole(40_000),
    bursts: wholes([32, 256]),
    runs: whole(5),
    'timeout-seconds': positive(120),
    transport: transportOption,
    peers: peersOption,
    profile: text(undefined),
  });
  if (options.profile !== undefined) return profile(options);
  const missing = {};
  const byWorkers = {};
  for (const workers of options.workers) {
    byWorkers[workers] = await measureAt(workers, options, missing);
  }
  const losses = lossesOf(byWorkers);
  const { bursts, runs, events } = options;
  print(
    {
      name: 'fanout',
      machine: machine(),
      seed: null,
      aims: aimsOf(byWorkers, options, losses),
      results: { events, bursts, runs, missing, byWorkers: rounded(byWorkers) },
    },
    options.json,
  );
  if (losses.all > 0 || losses.failures > 0) process.exitCode = 1;
}

/** The burst that the aims are about. */
const mainBurst = ({ bursts }) => bursts.at(-1);

async function measureAt(workers, options, missing) {
  const progress = progressOf(options.json);
  const product = { lossless: true };
  return withContenders(async (open) => {
    progress(`${workers} workers: starting`);
    const opened = await openContenders(open, { ...options, workers, product }, missing);
    const failures = new Map();
    const cases = opened.flatMap((contender) =>
      burstsOf(contender, options).map((burst) => ({
        name: burst === mainBurst(options) ? contender.name : `${contender.name}@${burst}`,
        contender,
        burst,
        events: options.events * (BATCHING.test(contender.name) ? BATCHING_FACTOR : 1),
      })),
    );
    const measure = async (one) => {
      const figures = await measureOnce(one, options);
      progress(
        `${workers} workers, ${one.name}: ${Math.round(figures.deliveriesPerSecond).toLocaleString()}/s`,
      );
      return figures;
    };
    // Once for nothing: code that was not compiled yet is not what is measured.
    await interleave(cases, 1, measure, failures);
    const measured = await interleave(cases, options.runs, measure, failures);
    return Object.fromEntries(
      [...measured].map(([one, entries]) => [one.name, summary(one, entries, failures)]),
    );
  });
}

/** Peers send as they do whatever the burst is. */
function burstsOf({ name }, options) {
  return name.startsWith('quantcell') ? options.bursts : [mainBurst(options)];
}

async function measureOnce({ contender, burst, events }, options) {
  const plan = await contender.ask('beginFanout', { events, burst });
  const cpuBefore = contender.cpuSeconds();
  const { beganAtMs, publishedAtMs, finished } = await contender.ask('fanout', {
    withinMs: options['timeout-seconds'] * 1_000,
  });
  const cpu = contender.cpuSeconds() - cpuBefore;
  const figures = await contender.ask('figures');
  const deliveries = plan.expectations.reduce((sum, { count }) => sum + count, 0);
  const processed = figures.reduce((sum, { count }) => sum + count, 0);
  const wrong = figures.filter(({ sum }, index) => sum !== plan.expectations[index].sum).length;
  const lost = deliveries - processed;
  if (!finished && lost === 0) throw new Error('all events arrived, but not in time');
  const seconds = (Math.max(...figures.map(({ doneAtMs }) => doneAtMs)) - beganAtMs) / 1_000;
  return {
    deliveriesPerSecond: processed / seconds,
    cpuSecondsPerMillion: (cpu / processed) * 1e6,
    seconds,
    publishingSeconds: (publishedAtMs - beganAtMs) / 1_000,
    events: plan.events,
    lost,
    wrong,
  };
}

function summary({ name, contender, burst }, entries, failures) {
  if (failures.has(name)) return { failed: failures.get(name) };
  const rates = entries.map(({ deliveriesPerSecond }) => deliveriesPerSecond);
  return {
    transport: contender.transport,
    burst,
    events: entries[0].events,
    ...mediansOf(entries, ['deliveriesPerSecond', 'cpuSecondsPerMillion', 'seconds']),
    publishingSeconds: mediansOf(entries, ['publishingSeconds']).publishingSeconds,
    slowest: Math.min(...rates),
    fastest: Math.max(...rates),
    lost: entries.reduce((sum, { lost }) => sum + lost, 0),
    wrongSums: entries.reduce((sum, { wrong }) => sum + wrong, 0),
  };
}

function lossesOf(byWorkers) {
  const losses = { product: 0, all: 0, failures: 0 };
  for (const figures of Object.values(byWorkers)) {
    for (const [name, { failed, lost, wrongSums }] of Object.entries(figures)) {
      if (failed !== undefined) losses.failures += 1;
      else losses.all += lost === 0 ? wrongSums : Math.abs(lost);
      if (failed === undefined && name.startsWith('quantcell')) losses.product += lost;
    }
  }
  return losses;
}

function aimsOf(byWorkers, options, losses) {
  const at = byWorkers[options.workers.at(-1)];
  const rate = (name) => at[name]?.deliveriesPerSecond;
  const cost = (name) => at[name]?.cpuSecondsPerMillion;
  return [
    aim('fanout16VsZeromqJson', '>=', 40, ratio(rate('quantcell'), rate('zeromq-json')), 'ratio'),
    aim(
      'fanout16VsZeromqBinary32',
      '>=',
      4,
      ratio(rate('quantcell'), rate('zeromq-binary')),
      'ratio',
    ),
    aim(
      'cpuPerDeliveryVsZeromqJson',
      '<=',
      0.05,
      ratio(cost('quantcell'), cost('zeromq-json')),
      'ratio',
    ),
    aim('lost', '==', 0, losses.product, 'events'),
    aim(
      'zeromqTransport16VsZeromqJson',
      '>=',
      8,
      ratio(onZeromq(at)?.deliveriesPerSecond, rate('zeromq-json')),
      'ratio',
    ),
  ];
}

/** Where the time goes: the product alone, at the largest number of workers, with profiles of its processes. */
async function profile(options) {
  const directory = resolve(options.profile);
  mkdirSync(directory, { recursive: true });
  const workers = options.workers.at(-1);
  const burst = mainBurst(options);
  const flags = (side) => ['--cpu-prof', `--cpu-prof-dir=${directory}/${side}`];
  const product = {
    workers,
    lossless: true,
    transport: options.transport,
    workerExecArgv: flags('workers'),
  };
  const { transport, figures, workerPid } = await withContenders(async (open) => {
    const contender = await open('quantcell', product, flags('host'));
    const events = options.events * BATCHING_FACTOR;
    const entries = [];
    for (let run = 0; run < options.runs; run += 1)
      entries.push(await measureOnce({ contender, burst, events }, options));
    const { transport, workerPids } = contender;
    const figures = mediansOf(entries, ['deliveriesPerSecond', 'cpuSecondsPerMillion']);
    return { transport, figures, workerPid: workerPids[0] };
  });
  const results = {
    transport,
    workers,
    burst,
    ...figures,
    host: selfTimes(`${directory}/host`),
    worker: selfTimes(`${directory}/workers`, workerPid),
  };
  print({ name: 'fanout', machine: machine(), seed: null, aims: [], results }, options.json);
}
