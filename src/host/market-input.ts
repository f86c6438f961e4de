import { quote } from '../base/errors.ts';
import type { Bar } from '../model/bar.ts';
import { timeframeOf, type DataType } from '../model/data-type.ts';
import { InvalidMarketDataError } from '../model/errors.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { BookLevel, OrderBook } from '../model/order-book.ts';
import type { QuoteTick } from '../model/quote-tick.ts';
import type { TradeTick } from '../model/trade-tick.ts';

export type MarketInput = Readonly<Record<string, unknown>>;

const COMMON = ['type', 'symbol', 'timestamp'];
const BAR_FIELDS = [...COMMON, 'timeframe', 'open', 'high', 'low', 'close', 'volume'];
const TRADE_FIELDS = [...COMMON, 'price', 'size', 'aggressorSide', 'tradeId'];
const QUOTE_FIELDS = [...COMMON, 'bid', 'bidSize', 'ask', 'askSize'];
const BOOK_FIELDS = [...COMMON, 'kind', 'bids', 'asks'];

export interface NormalizedInput {
  readonly event: MarketEvent;
  /** The event has members beyond those of its type; they go along. */
  readonly hasExtras: boolean;
}

/**
 * An event made of what a program published by name. Missing: `timestamp` is `nowMs`, `volume`, sizes
 * and the like are 0, prices must be there; members of its own are kept.
 *
 * @throws {InvalidMarketDataError} code `INVALID_MARKET_DATA`
 */
export function normalizeInput(
  symbol: string,
  dataType: DataType,
  data: MarketInput,
  nowMs: number,
): NormalizedInput {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new InvalidMarketDataError(
      `${dataType} of ${symbol} is ${quote(data)}: expected an object such as { close: 50500 }`,
      { symbol, dataType },
    );
  }
  const read = reader(symbol, dataType, data);
  const common = { symbol, timestamp: read('timestamp', nowMs) };
  const timeframe = timeframeOf(dataType);
  if (timeframe !== undefined) return complete(readBar(read, common, timeframe), data, BAR_FIELDS);
  if (dataType === 'trade') return complete(readTrade(read, common, data), data, TRADE_FIELDS);
  if (dataType === 'quote') return complete(readQuote(read, common), data, QUOTE_FIELDS);
  return complete(readOrderBook(read, common, data), data, BOOK_FIELDS);
}

interface Common {
  readonly symbol: string;
  readonly timestamp: number;
}

function readBar(read: Reader, common: Common, timeframe: string): Bar {
  const close = read('close');
  const open = read('open', close);
  const high = read('high', Math.max(open, close));
  const low = read('low', Math.min(open, close));
  return { type: 'bar', ...common, timeframe, open, high, low, close, volume: read('volume', 0) };
}

function readTrade(read: Reader, common: Common, data: MarketInput): TradeTick {
  const { aggressorSide = 'unknown', tradeId = '' } = data;
  if (aggressorSide !== 'buy' && aggressorSide !== 'sell' && aggressorSide !== 'unknown') {
    throw read.bad('aggressorSide', 'buy, sell or unknown');
  }
  if (typeof tradeId !== 'string' && typeof tradeId !== 'number') {
    throw read.bad('tradeId', 'text or a number');
  }
  const price = read('price');
  return {
    type: 'trade',
    ...common,
    price,
    size: read('size', 0),
    aggressorSide,
    tradeId: String(tradeId),
  };
}

function readQuote(read: Reader, common: Common): QuoteTick {
  return {
    type: 'quote',
    ...common,
    bid: read('bid'),
    bidSize: read('bidSize', 0),
    ask: read('ask'),
    askSize: read('askSize', 0),
  };
}

function readOrderBook(read: Reader, common: Common, data: MarketInput): OrderBook {
  const { kind = 'snapshot' } = data;
  if (kind !== 'snapshot' && kind !== 'delta') throw read.bad('kind', 'snapshot or delta');
  return {
    type: 'orderbook',
    ...common,
    kind,
    bids: read.levels('bids'),
    asks: read.levels('asks'),
  };
}

function complete(
  event: MarketEvent,
  data: MarketInput,
  fields: readonly string[],
): NormalizedInput {
  const hasExtras = Object.keys(data).some((name) => !fields.includes(name));
  return { event: hasExtras ? { ...data, ...event } : event, hasExtras };
}

interface Reader {
  (field: string, missing?: number): number;
  levels(field: string): BookLevel[];
  bad(field: string, expected: string): InvalidMarketDataError;
}

function reader(symbol: string, dataType: DataType, data: MarketInput): Reader {
  const bad = (field: string, expected: string): InvalidMarketDataError =>
    new InvalidMarketDataError(
      `${dataType} of ${symbol} has ${field} ${quote(data[field])}: expected ${expected}`,
      {
        symbol,
        dataType,
        field,
        value: data[field],
      },
    );
  const number = (field: string, missing?: number): number => {
    const value = data[field] ?? missing;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(field, 'a finite number');
    return value;
  };
  const isLevel = (level: unknown): level is BookLevel =>
    Array.isArray(level) && level.length >= 2 && level.every((part) => Number.isFinite(part));
  const levels = (field: string): BookLevel[] => {
    const value = data[field] ?? [];
    if (!Array.isArray(value) || !value.every(isLevel)) throw bad(field, 'a list of [price, size]');
    return value.map((level): BookLevel => [level[0], level[1]]);
  };
  return Object.assign(number, { levels, bad });
}
