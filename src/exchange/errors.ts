import { QuantCellError } from '../base/errors.ts';

/** An exchange can't be used as asked. Codes `UNKNOWN_EXCHANGE`, `EXCHANGE_UNUSABLE`, `KEY_MAY_WITHDRAW`. */
export class ExchangeError extends QuantCellError {}
