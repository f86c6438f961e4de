import { QuantCellError } from '../base/errors.ts';

/**
 * A request that can't be done as asked. Codes `NO_VENUE`, `UNKNOWN_ORDER`, `EXTERNAL_ORDER`, `ROLE_NEEDED`,
 * `CONFIRMATION_NEEDED`, `INVALID_SWITCH`, `VENUE_UNREACHABLE`, `NOT_READY`.
 */
export class ApiError extends QuantCellError {}
