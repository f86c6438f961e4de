import { messageOf, quote, QuantCellError } from '../../base/errors.ts';
import { withDeadline } from '../../base/deadline.ts';
import type { WorkerState } from '../../lifecycle/worker-state.ts';
import type { Service } from '../../system/service/service.ts';
import { ApiError } from '../errors.ts';

export interface CommandParts {
  readonly service: Service;
  /** A command that takes longer is answered as timed out, and goes on, milliseconds. */
  readonly limitMs: number;
}

export interface Command<Result> {
  /** Such as `start`. */
  readonly name: string;
  /** Null for one that has no id yet. */
  readonly workerId: string | null;
  readonly work: () => Promise<Result>;
}

/** It was sent and nobody said what became of it. */
const TIMED_OUT: ReadonlySet<string> = new Set([
  'COMMAND_PENDING',
  'COMMAND_TIMED_OUT',
  'JOIN_TIMED_OUT',
]);

/**
 * Does something with a worker, and says what became of it: it resolves once it has happened. The error says
 * whether it was refused (`result: 'rejected'`) or is not known to have happened (`'timed-out'`), and the state of
 * the worker by then.
 *
 * @throws {ApiError} the code of what was thrown, or `COMMAND_PENDING` after the limit
 */
export async function carryOut<Result>(
  { service, limitMs }: CommandParts,
  { name, workerId, work }: Command<Result>,
): Promise<Result> {
  let isPending = false;
  // Also what throws at once is an outcome.
  const outcome = Promise.resolve().then(work);
  outcome.catch((thrown: unknown) => {
    if (!isPending) return;
    const text = `${nameOf(name, workerId)} that took longer has failed: ${messageOf(thrown)}`;
    service.logger.log('warn', text, { workerId });
  });
  try {
    return await withDeadline(outcome, limitMs, () => {
      isPending = true;
      return pending(name, workerId, limitMs);
    });
  } catch (thrown) {
    throw failed(service, workerId, thrown);
  }
}

/** The state of a worker; null if there is none. */
export function stateOf({ system }: Service, workerId: string): WorkerState | null {
  try {
    return system.manager.getWorkerStatus(workerId).state;
  } catch {
    return null;
  }
}

/** What an error says of a command. */
export function resultOf(thrown: unknown): 'rejected' | 'timed-out' {
  return thrown instanceof QuantCellError && TIMED_OUT.has(thrown.code) ? 'timed-out' : 'rejected';
}

function failed(service: Service, workerId: string | null, thrown: unknown): unknown {
  // What is no error of ours says nothing of the worker.
  if (!(thrown instanceof QuantCellError)) return thrown;
  const state = workerId === null ? null : stateOf(service, workerId);
  const facts = {
    ...thrown.facts,
    ...(workerId !== null && { workerId }),
    result: resultOf(thrown),
    ...(state !== null && { state }),
  };
  return new ApiError(thrown.code, thrown.message, facts, thrown);
}

function pending(name: string, workerId: string | null, limitMs: number): ApiError {
  return new ApiError(
    'COMMAND_PENDING',
    `${nameOf(name, workerId)} is not done after ${limitMs} ms and goes on: the state of the worker says what becomes of it`,
    { limitMs },
  );
}

function nameOf(name: string, workerId: string | null): string {
  return `the ${name} of ${workerId === null ? 'a worker' : `worker ${quote(workerId)}`}`;
}
