import { QuantCellError } from '../base/errors.ts';
import type { ExitCause } from '../lifecycle/worker-exit.ts';

/** A strategy file that can't be run. Codes `STRATEGY_LOAD_FAILED`, `BAD_STRATEGY`, `INVALID_PARAMS`. */
export class StrategyError extends QuantCellError {}

/**
 * What somebody outside asked of a strategy came to nothing. Codes `NO_CALLBACK`, `COMMAND_FAILED`, `NOT_PLAIN_DATA`,
 * `ILLEGAL_TRANSITION`.
 */
export class StrategyRequestError extends QuantCellError {}

/** A strategy used its context wrongly. Codes `NOT_SUBSCRIBED`, `INVALID_TIMER`, `INVALID_REPORT`, `INVALID_STATE`, `UNKNOWN_INSTRUMENT`. */
export class StrategyUsageError extends QuantCellError {}

/** The life of this worker ends here; `cause` tells the host why. */
export class WorkerEnd extends QuantCellError {
  readonly exitCause: ExitCause;

  constructor(exitCause: ExitCause, reason: string, cause?: unknown) {
    super('WORKER_ENDED', reason, { exitCause }, cause);
    this.exitCause = exitCause;
  }
}

/** Longest message and longest stack that are told: a report must fit into one message, characters. */
const MAX_FAULT_CHARS = 4_096;

/** Both ends of what is long: a stack begins with the message and ends with the places. */
export function cutFault(text: string): string {
  if (text.length <= MAX_FAULT_CHARS) return text;
  const half = MAX_FAULT_CHARS / 2;
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
