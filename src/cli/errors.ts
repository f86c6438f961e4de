import { QuantCellError } from '../base/errors.ts';

/** A command line that can't be understood. Code `INVALID_ARGUMENT`. */
export class UsageError extends QuantCellError {
  constructor(message: string) {
    super('INVALID_ARGUMENT', message);
  }
}
