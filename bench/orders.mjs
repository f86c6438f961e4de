// What an order costs: from a trade that a strategy is shown until its order is at the venue, with the
// journal on the disk; how many orders pass in a second; and how fast trading is halted.
//
//     npm run bench -- orders [--orders 300] [--rounds 5] [--json]
//
// The paper venue takes orders without any delay of its own, so that what is measured is QuantCell. The disk is
// measured in the same run, between the rounds: an append of 200 bytes to a file, and fdatasync. Exit code 1
// if an order left after trading was halted.
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { ExecutionEngine, PaperVenue, silentLogger, WorkerManager } from '../dist/index.js';
import { readOptions, whole } from './support/options.mjs';
import { aim, machine, median, percentile, print, round } from './support/report.mjs';

const SYMBOL = 'BTC/USDT';
const CLOCK = { now: () => Date.now(), monotonic: () => performance.now() };
const BURST = 100;
const STRATEGIES = new URL('strategies/', import.meta.url);

export async function run(args) {
  const options = readOptions(args, { orders: whole(300), rounds: whole(5) });
  const directory = mkdtempSync(join(tmpdir(), 'bench-orders-'));
  try {
    await measure(options, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure({ orders, rounds, json }, directory) {
  const syncs = [];
  const latencies = [];
  const rates = [];
  for (let at = 0; at < rounds; at += 1) {
    syncs.push(...syncTimes(directory));
    latencies.push(...(await oneByOne(join(directory, `one-${at}`), orders)));
    rates.push(await manyAtOnce(join(directory, `many-${at}`), orders * 10));
  }
  const halts = await haltTimes(join(directory, 'halt'));
  const syncMs = median(syncs);
  const ordersPerSecond = median(rates);
  const report = {
    name: 'orders',
    machine: machine(),
    seed: null,
    aims: [
      aim('orderP50VsFdatasync', '<=', 3, median(latencies) / syncMs, 'ratio'),
      aim('ordersPerSecondVsFdatasyncRate', '>=', 5, (ordersPerSecond * syncMs) / 1_000, 'ratio'),
      aim('haltP99Ms', '<=', 100, percentile(halts.times, 0.99), 'ms'),
      aim('ordersAfterHalt', '==', 0, halts.ordersAfter, 'orders'),
    ],
    results: {
      fdatasyncP50Ms: round(syncMs),
      fdatasyncP99Ms: round(percentile(syncs, 0.99)),
      orderP50Ms: round(median(latencies)),
      orderP99Ms: round(percentile(latencies, 0.99)),
      ordersPerSecond: round(ordersPerSecond),
      haltP50Ms: round(median(halts.times)),
      haltKeptP99Ms: round(percentile(halts.kept, 0.99)),
      halts: halts.times.length,
    },
  };
  print(report, json);
  if (halts.ordersAfter > 0) process.exitCode = 1;
}

/** Appends and syncs of the disk by itself, milliseconds each. */
function syncTimes(directory) {
  const file = openSync(join(directory, 'sync'), 'a');
  const bytes = Buffer.alloc(200, 1);
  const times = [];
  for (let at = 0; at < 200; at += 1) {
    const beganMs = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    times.push(performance.now() - beganMs);
  }
  closeSync(file);
  return times;
}

/** A trade, the order that a strategy makes of it, and the next trade; milliseconds from one to the other. */
async function oneByOne(home, orders) {
  return withSystem({ home, strategies: ['buys-on-trade.mjs'] }, async ({ publish, venue }) => {
    const times = [];
    for (let at = -20; at < orders; at += 1) {
      const arrived = venue.next();
      const beganMs = performance.now();
      publish();
      await arrived;
      if (at >= 0) times.push(performance.now() - beganMs);
      // The answer is to be through before the next one begins.
      await delay(2);
    }
    return times;
  });
}

/** Orders that are answered in a second, of four strategies that send a hundred at once. */
async function manyAtOnce(home, orders) {
  const strategies = Array.from({ length: 4 }, () => 'buys-on-trade.mjs');
  const options = { home, strategies, params: { burst: BURST } };
  return withSystem(options, async ({ publish, venue, told }) => {
    publish();
    await until(() => told() >= 4 * BURST);
    const before = told();
    const beganMs = performance.now();
    const bursts = Math.ceil(orders / (4 * BURST));
    for (let at = 0; at < bursts; at += 1) publish();
    await until(() => told() >= before + bursts * 4 * BURST);
    if (venue.submitted < told()) throw new Error('an order was told that the venue did not get');
    return (bursts * 4 * BURST * 1_000) / (performance.now() - beganMs);
  });
}

/** Halts while orders flow and a strategy hangs. */
async function haltTimes(home) {
  const options = { home, strategies: ['buys-on-trade.mjs', 'hangs.mjs'], params: { burst: 20 } };
  return withSystem(options, async ({ publish, venue, engine }) => {
    const times = [];
    const kept = [];
    let ordersAfter = 0;
    for (let at = 0; at < 200; at += 1) {
      publish();
      await delay(Math.random() * 5);
      const beganMs = performance.now();
      const change = engine.setTradingState('all', 'halted', 'bench', 'to measure it');
      times.push(performance.now() - beganMs);
      const submitted = venue.submitted;
      await change.kept;
      kept.push(performance.now() - beganMs);
      await delay(2);
      ordersAfter += venue.submitted - submitted;
      engine.setTradingState('all', 'active', 'bench', 'measured');
    }
    return { times, kept, ordersAfter };
  });
}

/** A paper venue that tells when an order has arrived. */
class CountingVenue extends PaperVenue {
  submitted = 0;
  #waiting = [];

  next() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  submit(order) {
    this.submitted += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    return super.submit(order);
  }
}

async function withSystem({ home, strategies, params = {} }, work) {
  const venue = new CountingVenue({ balances: { USDT: '1000000000' } }, CLOCK);
  const host = await startHost(home, venue, strategies, params);
  try {
    return await work({ venue, ...host });
  } finally {
    await host.end();
  }
}

async function startHost(home, venue, strategies, params) {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const engine = new ExecutionEngine({ venue, journalPath: join(home, 'orders.db') });
  let filled = 0;
  const port = countingPort(engine, () => (filled += 1));
  const manager = new WorkerManager({
    home,
    orders: port,
    logger: silentLogger,
    healthCheck: { heartbeatTimeoutMs: 3_600_000 },
  });
  await engine.start();
  await manager.start();
  const publish = () => {
    const trade = { timestamp: Date.now(), price: 100, size: 1, aggressorSide: 'buy' };
    const event = { type: 'trade', symbol: SYMBOL, tradeId: '', ...trade };
    engine.onMarket([event]);
    venue.onMarket(event);
    void manager.publishMarketData(SYMBOL, 'trade', trade);
  };
  for (const name of strategies) {
    const path = fileURLToPath(new URL(name, STRATEGIES));
    // Each trade counts, however late it is.
    const config = { symbols: [SYMBOL], params, keepState: false, conflateAfterMs: 0 };
    await manager.startStrategy(path, config);
  }
  return {
    engine,
    publish,
    told: () => filled,
    end: async () => {
      await manager.kill();
      await engine.stop();
    },
  };
}

/** The engine as a port, with a look at each order that is answered. */
function countingPort(engine, onAnswer) {
  return {
    listen: (listener) => engine.listen(listener),
    beginRun: (workerId) => engine.beginRun(workerId),
    async request(...asked) {
      const reply = await engine.request(...asked);
      for (const { outcome } of reply.outcomes) if (outcome === 'accepted') onAnswer();
      return reply;
    },
    snapshot: (...asked) => engine.snapshot(...asked),
    updatesSince: (...asked) => engine.updatesSince(...asked),
    workerDown: (...told) => engine.workerDown(...told),
    workerUp: (...told) => engine.workerUp(...told),
  };
}

async function until(isSo) {
  const endMs = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('waited a minute in vain');
    await delay(1);
  }
}
