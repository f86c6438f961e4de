// How long an event is on its way: from the call that publishes it to the first line of the callback, at
// a steady rate, one event a call. Through the whole product and, in the same run, through its peers.
//
//     npm run bench -- latency [--rate 1000,20000] [--workers 1,8] [--seconds 2] [--runs 5] [--json]
//       [--transport auto|shared-memory|zeromq] [--peers zeromq-json,...|none]
//
// Both clocks are the machine's monotonic one. Percentiles are of all deliveries of a run, the figures
// medians over the runs. `publisherLateMs` is how far behind its rate the publisher was at worst: a
// contender that takes long to publish falls behind, and its latencies do not show that. `dropped` are
// events that a worker was too slow for and was told of. Exit code 1 if an event was lost without a word or a
// contender failed.
import { setTimeout as delay } from 'node:timers/promises';
import { withContenders } from './support/contender.mjs';
import { mergeHistograms, percentileUs } from './support/histogram.mjs';
import { positive, readOptions, whole, wholes } from './support/options.mjs';
import { openContenders, peersOption, ratio, transportOption } from './support/peers.mjs';
import { aim, machine, print } from './support/report.mjs';
import { interleave, mediansOf, progressOf, rounded } from './support/rounds.mjs';

const FIGURES = ['p50Us', 'p99Us', 'p999Us', 'cpuPercent', 'rate', 'publisherLateMs'];
const ASK_AGAIN_MS = 50;
/** A loss at the end must be found within a second; this is generous. */
const SETTLE_MS = 3_000;

export async function run(args) {
  const options = readOptions(args, {
    rate: wholes([1_000, 20_000]),
    workers: wholes([1, 8]),
    seconds: positive(2),
    runs: whole(5),
    'timeout-seconds': positive(60),
    transport: transportOption,
    peers: peersOption,
  });
  const missing = {};
  const byWorkers = {};
  for (const workers of options.workers) {
    byWorkers[workers] = await measureAt(workers, options, missing);
  }
  const losses = lossesOf(byWorkers);
  const { seconds, runs } = options;
  print(
    {
      name: 'latency',
      machine: machine(),
      seed: null,
      aims: aimsOf(byWorkers, options),
      results: { seconds, runs, missing, ...losses, byWorkers: rounded(byWorkers) },
    },
    options.json,
  );
  if (losses.lost > 0 || losses.failures > 0) process.exitCode = 1;
}

async function measureAt(workers, options, missing) {
  const progress = progressOf(options.json);
  return withContenders(async (open) => {
    progress(`${workers} workers: starting`);
    const opened = await openContenders(open, { ...options, workers }, missing);
    const byRate = {};
    for (const rate of options.rate) {
      const failures = new Map();
      const measure = async (contender) => {
        const figures = await measureOnce(contender, rate, options);
        progress(
          `${workers} workers, ${rate}/s, ${contender.name}: p50 ${figures.p50Us.toFixed(0)} us, p99 ${figures.p99Us.toFixed(0)} us`,
        );
        return figures;
      };
      // Once for nothing: code that was not compiled yet is not what is measured.
      await interleave(opened, 1, measure, failures);
      const measured = await interleave(opened, options.runs, measure, failures);
      byRate[rate] = Object.fromEntries(
        [...measured].map(([one, entries]) => [one.name, summary(one, entries, failures)]),
      );
    }
    return byRate;
  });
}

async function measureOnce(contender, rate, options) {
  const events = Math.ceil(rate * options.seconds);
  const withinMs = options['timeout-seconds'] * 1_000;
  await contender.ask('beginLatency', { expected: events });
  const cpuBefore = contender.cpuSeconds();
  const beganMs = performance.now();
  const paced = await contender.ask('paced', { rate, events, withinMs });
  const cpu = contender.cpuSeconds() - cpuBefore;
  const seconds = (performance.now() - beganMs) / 1_000;
  const figures = await completeFigures(contender, events);
  const dropped = figures.reduce((sum, { missingOfRound = 0 }) => sum + missingOfRound, 0);
  const latencies = mergeHistograms(figures.map(({ latencies: one }) => one));
  return {
    p50Us: percentileUs(latencies, 0.5),
    p99Us: percentileUs(latencies, 0.99),
    p999Us: percentileUs(latencies, 0.999),
    cpuPercent: (cpu / seconds) * 100,
    rate: paced.rate,
    publisherLateMs: paced.latestMs,
    dropped,
    lost: figures.reduce((sum, { count }) => sum + events - count, 0) - dropped,
  };
}

/** The product's workers are not waited for when they may lose events; so they are asked until they have all. */
async function completeFigures(contender, events) {
  const endsMs = performance.now() + SETTLE_MS;
  for (;;) {
    const figures = await contender.ask('figures');
    const complete = figures.every(
      ({ count, missingOfRound = 0 }) => count + missingOfRound >= events,
    );
    if (complete || performance.now() > endsMs) return figures;
    await delay(ASK_AGAIN_MS);
  }
}

function summary(contender, entries, failures) {
  if (failures.has(contender.name)) return { failed: failures.get(contender.name) };
  return {
    transport: contender.transport,
    ...mediansOf(entries, FIGURES),
    dropped: entries.reduce((sum, { dropped }) => sum + dropped, 0),
    lost: entries.reduce((sum, { lost }) => sum + Math.abs(lost), 0),
  };
}

function lossesOf(byWorkers) {
  let lost = 0;
  let failures = 0;
  for (const byRate of Object.values(byWorkers)) {
    for (const figures of Object.values(byRate)) {
      for (const one of Object.values(figures)) {
        if (one.failed === undefined) lost += one.lost;
        else failures += 1;
      }
    }
  }
  return { lost, failures };
}

function aimsOf(byWorkers, { workers, rate }) {
  const busy = byWorkers[workers.at(-1)][rate.at(-1)];
  const calm = byWorkers[workers[0]][rate[0]];
  const { quantcell } = busy;
  return [
    aim(
      'latency20kx8P50VsZeromqJson',
      '<=',
      0.1,
      ratio(quantcell?.p50Us, busy['zeromq-json']?.p50Us),
      'ratio',
    ),
    aim(
      'latency1kx1P50VsChildProcess',
      '<=',
      1,
      ratio(calm['quantcell']?.p50Us, calm['child-process']?.p50Us),
      'ratio',
    ),
    aim('latency20kx8P99Ms', '<=', 3, ratio(quantcell?.p99Us, 1_000), 'ms'),
  ];
}
