import { z } from 'zod';
import { readBootInfo } from './boot.ts';
import { endOnUncaught } from './last-word.ts';
import { WorkerRuntime } from './worker-runtime.ts';

// Messages are few: checking them as they are costs less than compiling a checker for each.
z.config({ jitless: true });
endOnUncaught();
const running: { runtime?: WorkerRuntime } = {};
// A worker without its host has no data, no orders and nobody to watch it: it ends at once, or waits.
const boot = await readBootInfo(() => {
  if (running.runtime === undefined) process.kill(process.pid, 'SIGKILL');
  else void running.runtime.onHostGone();
});
running.runtime = new WorkerRuntime(boot);
await running.runtime.run();
