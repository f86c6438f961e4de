// The host process: node host.mjs DIRECTORY SETUP. It runs the workers of the home in that directory, executes
// their orders at the local exchange, and writes down what happens. It may be killed at any time, by itself
// too: the next one goes on where it was. SETUP is JSON: address, workers, seed, survive.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WorkerManager } from '../../../dist/index.js';
import { appender } from '../event-log.mjs';
import { openEngine, settle } from './engine.mjs';
import { SYMBOLS } from './exchange.mjs';
import { KillPoints } from './kill-points.mjs';
import { Market } from './market.mjs';

const STRATEGY = fileURLToPath(new URL('../../strategies/trades-at-random.mjs', import.meta.url));
const LOOK_MS = 5;
/** The exchange can't be used for the moment: somebody is to start the host again. */
const TRY_AGAIN = 75;

const [directory, setupText] = process.argv.slice(2);
const { address, workers, seed, survive } = JSON.parse(setupText);
const log = appender(join(directory, 'events'));
const points = new KillPoints(log);
const workerIds = Array.from({ length: workers }, (_, index) => `chaos-${index + 1}`);
const logger = {
  log(level, message, facts) {
    if (level === 'warn' || level === 'error') log('log', { level, message, facts });
  },
};

async function startEngine() {
  try {
    const made = await openEngine({
      address,
      journalPath: join(directory, 'home', 'orders.db'),
      timeoutMs: 1_500,
      onStep: (step) => points.reached(step),
      log,
      logger,
    });
    await made.engine.start();
    return made.engine;
  } catch (thrown) {
    log('try-again', { message: String(thrown?.message ?? thrown) });
    process.exit(TRY_AGAIN);
  }
}

log('host', { pid: process.pid, survive });
const engine = await startEngine();
log('engine', { closed: engine.status.closedBecause });
const market = new Market(address.rest, SYMBOLS);
const manager = new WorkerManager({
  home: join(directory, 'home'),
  survive,
  maxWorkers: workers,
  pool: { minSize: 1 },
  healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 5_000, checkIntervalMs: 50 },
  restartPolicy: { initialDelayMs: 1, maxDelayMs: 1, jitter: 0, maxRestarts: 1_000_000 },
  workerExecArgv: ['--max-old-space-size=64'],
  workerEnv: { QUANTCELL_CHAOS: process.env.QUANTCELL_CHAOS },
  historyLimit: 10_000,
  logger,
  orders: engine,
});
manager.on('status', ({ workerId, pid }, transition) => {
  if (transition !== null) log('move', { worker: workerId, to: transition.to, pid });
});
manager.on('exit', (worker, { cause, reason }) => log('exit', { worker, cause, reason }));
manager.on('error', (worker, { message }) => log('fault', { worker, message }));

async function bringUp() {
  await manager.start();
  const known = new Set(manager.getAllStatus().map(({ workerId }) => workerId));
  for (const id of workerIds.filter((one) => !known.has(one))) {
    const config = { symbols: SYMBOLS, dataTypes: ['trade'], params: { directory, seed } };
    await manager.startStrategy(STRATEGY, config, id);
  }
  const all = manager.getAllStatus().map(({ workerId, pid, state }) => {
    return { worker: workerId, pid, state };
  });
  log('started', { pid: process.pid, workers: all });
  market.start((events) => {
    engine.onMarket(events);
    void manager.broker.publishBatch(events);
  });
  while (engine.status.closedBecause !== null) await delay(LOOK_MS);
  log('open', { pid: process.pid });
}

const COMMANDS = {
  arm: (what) => points.arm(what),
  async halt({ scope }) {
    const { kept } = engine.setTradingState(scope, 'halted', 'chaos', 'as the schedule says');
    // What is sent after this line left after the halt.
    log('halted', { scope, wallMs: Date.now() });
    return kept;
  },
  flatten({ scope }) {
    log('flatten', { scope, wallMs: Date.now() });
    void engine.flatten(scope, 'chaos', 'as the schedule says');
  },
  /** Whether a flatten of that scope is done; the first time that it is, that is written down. */
  flat({ scope }) {
    if (engine.desk.switchOf(scope)?.state !== 'halted') return false;
    const least = SYMBOLS.map((symbol) => {
      const { lotSize, minNotional } = engine.venue.instrument(symbol);
      return [symbol, { lotSize, minNotional }];
    });
    log('flat', { scope, wallMs: Date.now(), least: Object.fromEntries(least) });
    return true;
  },
  async lift({ scope }) {
    log('lifted', { scope, wallMs: Date.now() });
    return engine.setTradingState(scope, 'active', 'chaos', 'as the schedule says').kept;
  },
  quiet: () => market.stop(),
  settle: ({ ms }) => settle(engine, ms, (message) => log('log', { level: 'warn', message })),
  look: () => ({
    status: engine.status,
    positions: engine.positions(),
    balances: engine.account(workerIds[0]).balances,
    workers: manager.getAllStatus().map(({ workerId, state, pid, report }) => {
      return { worker: workerId, state, pid, report };
    }),
  }),
  async stop() {
    market.stop();
    await manager.stop();
    await engine.stop();
  },
};

process.on('message', ({ id, command, args }) => {
  void (async () => {
    try {
      process.send?.({ id, result: (await COMMANDS[command](args)) ?? null });
    } catch (thrown) {
      process.send?.({ id, error: thrown?.stack ?? String(thrown) });
    }
    if (command === 'stop') {
      process.disconnect?.();
      setTimeout(() => process.exit(0), 5_000).unref();
    }
  })();
});
// Ctrl-C goes to every process of the terminal; the conductor decides.
process.on('SIGINT', () => undefined);
// Whoever started this is gone, and nobody will look at it again.
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), 15_000).unref();
  market.stop();
  void manager.stop().finally(() => process.exit(0));
});

await bringUp();
