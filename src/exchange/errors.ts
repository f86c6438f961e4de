import { QuantCellError } from '../base/errors.ts';

/** An exchange can't be used as asked. Codes `UNKNOWN_EXCHANGE`, `EXCHANGE_UNUSABLE`, `KEY_MAY_WITHDRAW`. */
export class ExchangeError extends QuantCellError {}

/**
 * Keys of an exchange are not there or not as they should be. Codes `KEYS_MISSING`, `KEYS_INVALID`,
 * `KEYS_PASSPHRASE_MISSING`, `KEYS_FILE_WRONG_PASSPHRASE`, `KEYS_FILE_DAMAGED`, `KEYS_FILE_TOO_OPEN`,
 * `KEYS_FILE_UNUSABLE`.
 */
export class KeysError extends QuantCellError {}
