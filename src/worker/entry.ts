import { readBootInfo } from './boot.ts';
import { endOnUncaught } from './last-word.ts';
import { WorkerRuntime } from './worker-runtime.ts';

endOnUncaught();
// A worker without its host has no data, no orders and nobody to watch it: it ends at once.
const boot = await readBootInfo(() => process.kill(process.pid, 'SIGKILL'));
await new WorkerRuntime(boot).run();
