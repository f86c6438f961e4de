import { QuantCellError, type ErrorFacts } from '../base/errors.ts';

/** Why orders can't be executed, or what was asked of the engine is wrong. */
export class ExecutionError extends QuantCellError {}

/** An option of the paper venue, or an instrument given to it, that can't be what was given. */
export class InvalidPaperOptionError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts, cause?: unknown) {
    super('INVALID_PAPER_OPTION', message, facts, cause);
  }
}
