import { z } from 'zod';
import { readBootInfo } from './boot.ts';
import { endOnUncaught } from './last-word.ts';
import { WorkerRuntime } from './worker-runtime.ts';

// Messages are few: checking them as they are costs less than compiling a checker for each.
z.config({ jitless: true });
endOnUncaught();
// A worker without its host has no data, no orders and nobody to watch it: it ends at once.
const boot = await readBootInfo(() => process.kill(process.pid, 'SIGKILL'));
await new WorkerRuntime(boot).run();
