import { settlesWithin } from '../base/deadline.ts';
import { messageOf, quote } from '../base/errors.ts';
import type { ExitCause, WorkerExit } from '../lifecycle/worker-exit.ts';
import { StoreError } from '../storage/errors.ts';
import { WorkerError } from './errors.ts';

/** A worker that says why it can't start ends itself; it is given so long to, milliseconds. */
const LAST_WORD_MS = 1_000;

export interface FailingStart {
  readonly workerId: string;
  readonly readyMs: number;
  readonly exited: Promise<WorkerExit>;
  readonly kill: (cause: ExitCause, reason: string) => Promise<WorkerExit>;
}

/** Sees to it that a start that failed leaves no process. Returns the error that says why it did. */
export async function settleFailedStart(thrown: unknown, start: FailingStart): Promise<Error> {
  const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  const { workerId, readyMs, exited, kill } = start;
  if (error instanceof WorkerError && error.code === 'COMMAND_TIMED_OUT') {
    const reason = `it was not ready within ${readyMs} ms`;
    await kill('never-ready', reason);
    const text = `worker ${quote(workerId)} did not start: ${reason}`;
    return new WorkerError('NEVER_READY', text, { workerId }, error);
  }
  // The worker does not know of it, and will not end itself.
  if (error instanceof StoreError) {
    await kill('never-ready', error.message);
    return error;
  }
  if (!(await settlesWithin(exited, LAST_WORD_MS))) {
    await kill('init-failed', error.message);
    return error;
  }
  const exit = await exited;
  const text = `worker ${quote(workerId)} ended while it was started: ${exit.reason}`;
  const remoteStack = error instanceof WorkerError ? error.remoteStack : '';
  return new WorkerError('WORKER_ENDED', text, { workerId, exit }, error, remoteStack);
}
