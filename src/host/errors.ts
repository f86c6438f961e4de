import { QuantCellError, quote } from '../base/errors.ts';

/**
 * Why a call about a worker failed. Codes: `UNKNOWN_WORKER`, `DUPLICATE_WORKER_ID`,
 * `WORKER_LIMIT_REACHED`, `POOL_LIMIT_REACHED`, `NOT_STARTED`, `COMMAND_TIMED_OUT`, `WORKER_ENDED`,
 * `NEVER_READY`, `PROCESS_START_FAILED`, `WORKER_SUBSCRIBED`, and whatever code the worker itself answered
 * with, such as `INVALID_PARAMS`, `BAD_STRATEGY` or `ILLEGAL_TRANSITION`.
 */
export class WorkerError extends QuantCellError {
  /** Where it happened in the strategy's own files; empty if it didn't. */
  readonly remoteStack: string;

  constructor(
    code: string,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
    remoteStack = '',
  ) {
    super(code, message, facts, cause);
    this.remoteStack = remoteStack;
  }
}

/** A strategy file that can't be compiled. Codes `STRATEGY_NOT_FOUND`, `STRATEGY_COMPILE_FAILED`. */
export class StrategyBuildError extends QuantCellError {}

/** A directory that another manager holds, or that can't be used. Codes `HOME_IN_USE`, `DIRECTORY_UNUSABLE`. */
export class DirectoryError extends QuantCellError {}

export function noProcess(workerId: string, begun: boolean, command: string): WorkerError {
  const text = `worker ${quote(workerId)} has no process: can't ${command}`;
  return new WorkerError(begun ? 'WORKER_ENDED' : 'NOT_STARTED', text, { workerId });
}

export function stillRuns(workerId: string, timeoutMs: number): WorkerError {
  const text = `worker ${quote(workerId)} still runs after ${timeoutMs} ms`;
  return new WorkerError('JOIN_TIMED_OUT', text, { workerId, timeoutMs });
}

export function alreadyStarted(workerId: string): WorkerError {
  return new WorkerError(
    'ALREADY_STARTED',
    `worker ${quote(workerId)} was started before: a process runs one strategy in its life`,
    { workerId },
  );
}

export function endedEarly(workerId: string, reason: string): WorkerError {
  const text = `worker ${quote(workerId)} ended while it was started: ${reason}`;
  return new WorkerError('WORKER_ENDED', text, { workerId });
}

export function workerRuns(workerId: string, remedy: string): WorkerError {
  return new WorkerError('WORKER_RUNS', `worker ${quote(workerId)} runs: ${remedy}`, { workerId });
}

/** `what` says in which states it would have been right. */
export function notInState(workerId: string, state: string, what: string): WorkerError {
  const text = `worker ${quote(workerId)} is ${state}: ${what}`;
  return new WorkerError('ILLEGAL_TRANSITION', text, { workerId, state });
}

export function noLonger(workerId: string): WorkerError {
  const text = `worker ${quote(workerId)} was removed or replaced meanwhile`;
  return new WorkerError('UNKNOWN_WORKER', text, { workerId });
}
