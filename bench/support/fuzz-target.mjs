// The process that is attacked: a manager with two strategies. It does what its parent asks over IPC,
// one request at a time, and dies with its parent.
import { fileURLToPath } from 'node:url';
import { WorkerManager } from '../../dist/index.js';

const STRATEGY = fileURLToPath(new URL('../strategies/bar-counter.mjs', import.meta.url));
const HEARTBEAT_MS = 200;

const logged = [];
const ended = [];
let manager;
let bars = 0;

const REQUESTS = {
  async start({ home }) {
    manager = new WorkerManager({
      home,
      maxWorkers: 2,
      pool: { minSize: 0 },
      healthCheck: { heartbeatIntervalMs: HEARTBEAT_MS },
      logger: { log: (level, message) => logged.push({ atMs: performance.now(), level, message }) },
    });
    manager.on('exit', (workerId, exit) => ended.push({ workerId, reason: exit.reason }));
    await manager.start();
    for (const id of ['fuzz-1', 'fuzz-2']) await manager.startStrategy(STRATEGY, {}, id);
    return look();
  },

  /** Publishes bars one after the other, each numbered by its time. */
  async publish({ count }) {
    for (let index = 0; index < count; index += 1) {
      bars += 1;
      const data = { timestamp: bars * 60_000, open: 1, high: 2, low: 0.5, close: 1.5, volume: 1 };
      await manager.publishMarketData('BTC/USDT', 'kline@1m', data);
    }
  },

  look: async () => look(),

  /** A command to each worker and its answer. Resolves to how many did not answer. */
  async command() {
    const ids = manager.getAllStatus().map(({ workerId }) => workerId);
    const answers = await Promise.allSettled(ids.map((id) => manager.updateParams(id, {})));
    return answers.filter(({ status }) => status === 'rejected').length;
  },

  async stop() {
    await manager.stop();
  },
};

function look() {
  // What is only waiting to be collected is no growth.
  globalThis.gc();
  return {
    workers: manager.getAllStatus().map(({ workerId, state, pid, report, counters }) => ({
      workerId,
      state,
      pid,
      revision: manager.getWorkerHistory(workerId).at(-1)?.revision ?? 0,
      report,
      counters,
    })),
    bars,
    sockets: manager.getStats().sockets,
    ended,
    ignoredLogged: logged.filter(({ message }) => message.startsWith('a message was ignored'))
      .length,
    otherLogged: logged
      .filter(({ message }) => !message.startsWith('a message was ignored'))
      .slice(0, 10),
    rssBytes: process.memoryUsage.rss(),
    polluted: Object.keys(Object.prototype).length > 0,
  };
}

process.on('message', (message) => void answer(message));

async function answer({ id, request, ...options }) {
  try {
    process.send({ id, result: await REQUESTS[request](options) });
  } catch (thrown) {
    process.send({ id, error: thrown?.stack ?? String(thrown) });
  }
}

process.on('disconnect', () => {
  const forced = setTimeout(() => process.exit(1), 5_000);
  void Promise.resolve(manager?.stop()).finally(() => {
    clearTimeout(forced);
    process.exit(0);
  });
});
