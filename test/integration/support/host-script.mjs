// Runs a manager in a process of its own, from the built library: node host-script.mjs HOME STRATEGY.
// Says in one line of JSON what it has, and then does nothing until it is killed.
import { WorkerManager } from '../../../dist/index.js';

const [home, strategy] = process.argv.slice(2);
const manager = new WorkerManager({ home, maxWorkers: 2, pool: { minSize: 1 } });
await manager.start();
const workerId = await manager.startStrategy(strategy, { symbols: ['BTC/USDT'] });
process.stdout.write(`${JSON.stringify({ worker: manager.getWorkerStatus(workerId).pid })}\n`);
setInterval(() => undefined, 1_000);
