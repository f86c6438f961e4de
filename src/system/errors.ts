import { QuantCellError } from '../base/errors.ts';

/**
 * A job or a system that can't be set up as asked. Codes `INVALID_JOB`, `FEED_FAILED`, `INVALID_SIM_ADDRESS`, `UNKNOWN_STRATEGY`,
 * `UNSAFE_STRATEGY`, `UNKNOWN_STRATEGY_VERSION`, `STRATEGY_IN_USE`, `STRATEGY_TOO_LARGE`.
 */
export class SystemError extends QuantCellError {}
