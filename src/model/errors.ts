import { QuantCellError } from '../base/errors.ts';

/** A symbol, timeframe, data type, id or market event that breaks the rules of the model. */
export class InvalidValueError extends QuantCellError {}

export class InvalidSymbolError extends InvalidValueError {
  constructor(message: string, facts: Readonly<Record<string, unknown>>) {
    super('INVALID_SYMBOL', message, facts);
  }
}

export class InvalidTimeframeError extends InvalidValueError {
  constructor(message: string, facts: Readonly<Record<string, unknown>>) {
    super('INVALID_TIMEFRAME', message, facts);
  }
}

export class InvalidDataTypeError extends InvalidValueError {
  constructor(message: string, facts: Readonly<Record<string, unknown>>) {
    super('INVALID_DATA_TYPE', message, facts);
  }
}

export class InvalidWorkerIdError extends InvalidValueError {
  constructor(message: string, facts: Readonly<Record<string, unknown>>) {
    super('INVALID_WORKER_ID', message, facts);
  }
}

export class InvalidMarketDataError extends InvalidValueError {
  constructor(message: string, facts: Readonly<Record<string, unknown>>) {
    super('INVALID_MARKET_DATA', message, facts);
  }
}

export class InvalidDecimalError extends InvalidValueError {
  constructor(message: string, facts: Readonly<Record<string, unknown>>) {
    super('INVALID_DECIMAL', message, facts);
  }
}
