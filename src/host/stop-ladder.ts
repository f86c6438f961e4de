import { settlesWithin } from '../base/deadline.ts';
import type { StopStep } from '../lifecycle/worker-exit.ts';
import type { Deadlines } from './host-options.ts';
import type { RunningProcess } from './running-process.ts';

/**
 * Ends a process one step at a time, each with its deadline: asked by message, SIGTERM, SIGKILL.
 * `onStep` is told each step before it is taken. Resolves once the process is gone.
 */
export async function climbStopLadder(
  running: RunningProcess,
  ask: () => Promise<unknown>,
  deadlines: Pick<Deadlines, 'stopMs' | 'termMs'>,
  onStep: (step: StopStep) => void,
): Promise<void> {
  onStep('message');
  const asked = ask().then(
    () => running.ended,
    // Could not be asked, or refused: the next step is due at once.
    () => undefined,
  );
  await settlesWithin(asked, deadlines.stopMs);
  if (!running.alive) return;
  onStep('sigterm');
  running.signal('SIGTERM');
  if (await settlesWithin(running.ended, deadlines.termMs)) return;
  onStep('sigkill');
  running.signal('SIGKILL');
  await running.ended;
}
