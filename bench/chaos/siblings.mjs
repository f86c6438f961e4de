// What the death of a worker does to the latency of the others.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from '../support/report.mjs';

/** A worker that was touched itself is left out until so long after it was back. */
const TOUCHED_MS = 1_000;
const LEAST_SAMPLES = 500;

function* samplesOf(directory, worker) {
  const bytes = readFileSync(join(directory, 'latency', worker));
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    yield [bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8)];
  }
}

/** A function that says whether a time is within one of the intervals, for times that do not go back. */
function within(intervals) {
  let next = 0;
  return (at) => {
    while (next < intervals.length && intervals[next][1] < at) next += 1;
    return next < intervals.length && at >= intervals[next][0];
  };
}

/** Latencies in quiet times and while another worker was dying, milliseconds. */
export function siblingLatencies({ directory, workers, steps, quiet }) {
  const calm = [];
  const during = [];
  const ended = steps.filter(({ backAt }) => backAt !== null);
  const deaths = ended.filter(({ kind }) => kind !== 'kill-host' && kind !== 'pause');
  for (const worker of workers) {
    const own = ended.filter((one) => one.worker === worker || one.worker === null);
    const isOwn = within(own.map(({ at, backAt }) => [at, backAt + TOUCHED_MS]));
    const others = deaths.filter((one) => one.worker !== worker);
    const isDeath = within(others.map(({ at, backAt }) => [at, backAt]));
    const isQuiet = within(quiet);
    for (const [at, latency] of samplesOf(directory, worker)) {
      if (isOwn(at)) continue;
      if (isDeath(at)) during.push(latency);
      else if (isQuiet(at)) calm.push(latency);
    }
  }
  if (calm.length < LEAST_SAMPLES || during.length < LEAST_SAMPLES) return null;
  const spread = (all) => ({
    samples: all.length,
    p50Ms: percentile(all, 0.5),
    p99Ms: percentile(all, 0.99),
  });
  const [quietly, dying] = [spread(calm), spread(during)];
  return { quiet: quietly, during: dying, p99Ratio: dying.p99Ms / quietly.p99Ms };
}
