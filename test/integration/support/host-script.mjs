// Runs a manager in a process of its own, from the built library: node host-script.mjs HOME STRATEGY [CLOSE].
// Says in one line of JSON what it has, and then does nothing until it is killed; with CLOSE it publishes
// one bar before that.
import { WorkerManager } from '../../../dist/index.js';

const [home, strategy, close] = process.argv.slice(2);
const manager = new WorkerManager({ home, maxWorkers: 2, pool: { minSize: 1 } });
await manager.start();
const workerId = await manager.startStrategy(strategy, { symbols: ['BTC/USDT'] });
process.stdout.write(`${JSON.stringify({ worker: manager.getWorkerStatus(workerId).pid })}\n`);
if (close !== undefined) {
  await manager.publishMarketData('BTC/USDT', 'kline', { close: Number(close) });
}
setInterval(() => undefined, 1_000);
