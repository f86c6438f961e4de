// The host process: node host.mjs DIRECTORY WORKERS RATE TRANSPORT. It runs the workers of the home in that
// directory, publishes the numbered stream, and writes down what happens. It may be killed at any time: the
// next one goes on where it was.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerManager } from '../../dist/index.js';
import { nowMs } from '../support/clock.mjs';
import { appender } from './event-log.mjs';
import { DATA_TYPES, NUMBERED, ORDERS, Progress, roundOf, SYMBOLS } from './stream.mjs';

const STRATEGY = fileURLToPath(new URL('../strategies/chaos.mjs', import.meta.url));
const ROUND_MS = 2;
const TELL_MS = 25;
/** What is overdue beyond this many rounds is left out. */
const MOST_OVERDUE = 50;

const [directory, workersText, rateText, marketTransport] = process.argv.slice(2);
const roundsPerSecond = Number(rateText) / NUMBERED.length;
const log = appender(join(directory, 'events'));
const progress = new Progress(join(directory, 'progress'));
const workerIds = Array.from({ length: Number(workersText) }, (_, index) => `chaos-${index + 1}`);

const manager = new WorkerManager({
  home: join(directory, 'home'),
  survive: true,
  marketTransport,
  maxWorkers: workerIds.length,
  pool: { minSize: 3 },
  healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 1_000, checkIntervalMs: 50 },
  // Backoff is left out: it would be most of every recovery.
  restartPolicy: { initialDelayMs: 1, maxDelayMs: 1, jitter: 0, maxRestarts: 1_000_000 },
  workerExecArgv: ['--max-old-space-size=48'],
  workerEnv: { QUANTCELL_CHAOS: process.env.QUANTCELL_CHAOS },
  historyLimit: 10_000,
  logger: {
    log(level, message, facts) {
      if (level === 'warn' || level === 'error') log('log', { level, message, facts });
    },
  },
});
manager.on('status', ({ workerId, pid }, transition) => {
  if (transition !== null) log('move', { worker: workerId, to: transition.to, pid });
});
manager.on('exit', (worker, { cause, reason }) => log('exit', { worker, cause, reason }));
manager.on('error', (worker, { message }) => log('fault', { worker, message }));
manager.on('log', (worker, { level, message }) => {
  if (level === 'warn' || level === 'error') log('line', { worker, level, message });
});

let publishing;
let toldAt = 0;

function publish() {
  const beganAt = nowMs();
  let rounds = 0;
  publishing = setInterval(() => {
    const now = nowMs();
    const due = Math.floor(((now - beganAt) * roundsPerSecond) / 1_000);
    rounds = Math.max(rounds, due - MOST_OVERDUE);
    for (; rounds < due; rounds += 1) {
      const number = progress.begun + 1;
      progress.begin(number);
      void manager.broker.publishBatch(roundOf(number));
      progress.end(number);
    }
    if (now - toldAt < TELL_MS) return;
    toldAt = now;
    log('published', { number: progress.done });
  }, ROUND_MS);
}

async function bringUp() {
  log('host', { pid: process.pid, begun: progress.begun, done: progress.done });
  await manager.start();
  const known = new Set(manager.getAllStatus().map(({ workerId }) => workerId));
  for (const id of workerIds.filter((one) => !known.has(one))) {
    const config = {
      symbols: SYMBOLS,
      dataTypes: DATA_TYPES,
      params: { directory },
      // Every event is to be shown, however far a worker is behind.
      conflateAfterMs: 0,
    };
    await manager.startStrategy(STRATEGY, config, id);
  }
  const workers = manager.getAllStatus().map(({ workerId, pid, state }) => {
    return { worker: workerId, pid, state };
  });
  log('started', { pid: process.pid, workers, transport: manager.getStats().transport });
  publish();
}

const COMMANDS = {
  order: ({ pid, way }) =>
    manager.publishMarketData(ORDERS, 'trade', { price: 1, tradeId: `${pid}:${way}` }),
  quiet() {
    clearInterval(publishing);
    return { number: progress.done };
  },
  look: () =>
    manager.getAllStatus().map(({ workerId, state, pid, report, quarantine }) => {
      return { worker: workerId, state, pid, report, quarantine };
    }),
  async stop() {
    clearInterval(publishing);
    await manager.stop();
  },
};

process.on('message', ({ id, command, args }) => {
  void (async () => {
    try {
      process.send?.({ id, result: (await COMMANDS[command](args)) ?? null });
    } catch (thrown) {
      process.send?.({ id, error: thrown?.stack ?? String(thrown) });
    }
    if (command === 'stop') process.disconnect?.();
  })();
});
// Ctrl-C goes to every process of the terminal; the conductor decides.
process.on('SIGINT', () => undefined);
// Whoever started this is gone, and nobody will look at it again.
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), 15_000).unref();
  clearInterval(publishing);
  void manager.stop().finally(() => process.exit(0));
});

await bringUp();
