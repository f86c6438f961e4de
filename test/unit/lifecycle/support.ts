import type { ExitCause, WorkerExit } from '../../../src/lifecycle/worker-exit.ts';

/** An end of a worker; those that we asked for, or that ended in good order, are expected. */
export function exitFor(cause: ExitCause): WorkerExit {
  return {
    cause,
    reason: `it ended: ${cause}`,
    expected: cause === 'stopped' || cause === 'finished',
    code: null,
    signal: null,
    stoppedBy: null,
    stderrTail: '',
    place: null,
    at: 0,
  };
}
