import { QuantCellError } from '../base/errors.ts';

/**
 * A request that can't be done as asked. Codes `INVALID_INPUT`, `NO_VENUE`, `UNKNOWN_ORDER`, `EXTERNAL_ORDER`,
 * `ROLE_NEEDED`, `CONFIRMATION_NEEDED`, `INVALID_SWITCH`, `VENUE_UNREACHABLE`, `COMMAND_PENDING`, `NOT_READY`, `TOO_MANY_STREAMS`; and a server
 * that can't be started: `PORT_IN_USE`, `CANNOT_LISTEN`, `TLS_UNUSABLE`.
 */
export class ApiError extends QuantCellError {}
