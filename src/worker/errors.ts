import { QuantCellError } from '../base/errors.ts';
import type { ExitCause } from '../lifecycle/worker-exit.ts';

/** A strategy file that can't be run. Codes `STRATEGY_LOAD_FAILED`, `BAD_STRATEGY`, `INVALID_PARAMS`. */
export class StrategyError extends QuantCellError {}

/** A strategy used its context wrongly. Codes `NOT_SUBSCRIBED`, `INVALID_TIMER`, `INVALID_REPORT`. */
export class StrategyUsageError extends QuantCellError {}

/** The life of this worker ends here; `cause` tells the host why. */
export class WorkerEnd extends QuantCellError {
  readonly exitCause: ExitCause;

  constructor(exitCause: ExitCause, reason: string, cause?: unknown) {
    super('WORKER_ENDED', reason, { exitCause }, cause);
    this.exitCause = exitCause;
  }
}
