import { QuantCellError } from '../base/errors.ts';

/** An operation that is not done. Codes `INVALID_INPUT`. */
export class ApiError extends QuantCellError {}
