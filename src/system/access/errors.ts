import { QuantCellError } from '../../base/errors.ts';

/**
 * Access to the API can't be given or kept as it should. Codes `ACCESS_FILE_TOO_OPEN`, `ACCESS_FILE_DAMAGED`,
 * `ACCESS_FILE_UNUSABLE`, `ACCESS_IN_USE`, `WEAK_TOKEN`, `INVALID_ACCESS`, `UNKNOWN_TOKEN`, `LAST_ADMIN`.
 */
export class AccessError extends QuantCellError {}
