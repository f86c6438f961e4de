// How long it takes from asking for a strategy until its onStart is done, and what an idle worker costs.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WorkerManager } from '../dist/index.js';
import { aim, machine, percentile, print, round } from './support/report.mjs';

const STRATEGY = fileURLToPath(new URL('strategies/idle.mjs', import.meta.url));

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '50' } },
  });
  const runs = Number(values.runs);
  const pooled = await withManager({ minSize: 4, maxSize: 12 }, (manager) =>
    measure(manager, 4, runs),
  );
  const cold = await withManager({ minSize: 0, maxSize: 12 }, (manager) =>
    measure(manager, 0, runs),
  );
  const eight = await withManager({ minSize: 8, maxSize: 16 }, eightAtOnce);
  const pssMb = await withManager({ minSize: 8, maxSize: 16 }, idlePssMb);
  const figures = {
    pooled: spread(pooled),
    cold: spread(cold),
    eightAtOnceMs: round(eight),
    pssMb,
  };
  const report = {
    name: 'start',
    machine: machine(),
    seed: null,
    aims: [
      aim('pooledStartP50Ms', '<=', 5, percentile(pooled, 0.5), 'ms'),
      aim('pooledStartP99Ms', '<=', 15, percentile(pooled, 0.99), 'ms'),
      aim('pooledToColdRatio', '<=', 0.1, percentile(pooled, 0.5) / percentile(cold, 0.5), 'ratio'),
      aim('idleWorkerPssMb', '<=', 20, pssMb, 'MB'),
    ],
    results: figures,
  };
  print(report, values.json);
}

/** Runs `work` with a started manager and stops it afterwards, whatever happened. */
async function withManager(pool, work) {
  const manager = new WorkerManager({ pool });
  await manager.start();
  try {
    return await work(manager);
  } finally {
    await manager.stop();
  }
}

async function measure(manager, idle, runs) {
  // Compiling and looking at the strategy is done once for an unchanged file, not once a start.
  await manager.stopWorker(await manager.startStrategy(STRATEGY));
  const times = [];
  while (times.length < runs) {
    await until(() => manager.getStats().pool.idle >= idle);
    const beganMs = performance.now();
    const id = await manager.startStrategy(STRATEGY);
    times.push(performance.now() - beganMs);
    await manager.stopWorker(id);
    manager.removeWorker(id);
  }
  return times;
}

async function eightAtOnce(manager) {
  await manager.stopWorker(await manager.startStrategy(STRATEGY));
  await until(() => manager.getStats().pool.idle >= 8);
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => manager.startStrategy(STRATEGY)));
  return performance.now() - beganMs;
}

/** Proportional set size of a worker that runs a strategy without data, with seven others beside it, median. */
async function idlePssMb(manager) {
  const ids = await Promise.all(Array.from({ length: 8 }, () => manager.startStrategy(STRATEGY)));
  await delay(2_000);
  const sizes = ids.map((id) => {
    const rollup = readFileSync(`/proc/${manager.getWorker(id).pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1_000;
  });
  return round(percentile(sizes, 0.5));
}

async function until(condition) {
  while (!condition()) await delay(10);
}

function spread(times) {
  return {
    p50Ms: round(percentile(times, 0.5)),
    p99Ms: round(percentile(times, 0.99)),
    minMs: round(Math.min(...times)),
    runs: times.length,
  };
}
