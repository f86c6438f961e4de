import { QuantCellError } from '../base/errors.ts';

/**
 * A job or a system that can't be set up as asked. Codes `INVALID_JOB`, `FEED_FAILED`, `INVALID_SIM_ADDRESS`, `UNKNOWN_STRATEGY`,
 * `UNSAFE_STRATEGY`.
 */
export class SystemError extends QuantCellError {}
