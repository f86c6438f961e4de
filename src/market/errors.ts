import { QuantCellError, type ErrorFacts } from '../base/errors.ts';

/** An option of a feed or an engine that can't be what was given. */
export class InvalidMarketOptionError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('INVALID_MARKET_OPTION', message, facts);
  }
}

/** A recorded file that is not there or may not be read. */
export class MarketFileUnreadableError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts, cause?: unknown) {
    super('MARKET_FILE_UNREADABLE', message, facts, cause);
  }
}

/** A recorded file without a row. */
export class MarketFileEmptyError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_FILE_EMPTY', message, facts);
  }
}

/** A file that is neither CSV nor JSON, or is damaged (a gzip cut short, JSON that ends inside a row). */
export class MarketFileFormatError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts, cause?: unknown) {
    super('MARKET_FILE_FORMAT', message, facts, cause);
  }
}

/** A recorded file that lacks columns for either bars or trade ticks. */
export class MarketFileColumnsError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_FILE_COLUMNS', message, facts);
  }
}

/** A row that is not a bar or trade tick: `facts.row` is its number as a person counts it. */
export class MarketFileRowError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts, cause?: unknown) {
    super('MARKET_FILE_ROW', message, facts, cause);
  }
}

/** Rows that go back in time, or bars that come twice. */
export class MarketFileOrderError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_FILE_ORDER', message, facts);
  }
}

/** A file of bars whose spacing does not tell their timeframe. */
export class MarketFileTimeframeError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_FILE_TIMEFRAME', message, facts);
  }
}

/** A file that does not say which symbol it is of, or lacks the one asked for. */
export class MarketFileSymbolError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_FILE_SYMBOL', message, facts);
  }
}

/** A symbol that the feed does not have. */
export class UnknownMarketSymbolError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('UNKNOWN_MARKET_SYMBOL', message, facts);
  }
}

/** A data type that the feed neither has for the symbol nor has the parts of. */
export class MarketDataUnavailableError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_DATA_UNAVAILABLE', message, facts);
  }
}

/** Something asked of an engine that its state does not allow, such as starting it twice. */
export class MarketEngineStateError extends QuantCellError {
  constructor(message: string, facts: ErrorFacts) {
    super('MARKET_ENGINE_STATE', message, facts);
  }
}
