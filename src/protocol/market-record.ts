import type { Bar } from '../model/bar.ts';
import type { DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { BookLevel, OrderBook } from '../model/order-book.ts';
import type { AggressorSide, TradeTick } from '../model/trade-tick.ts';
import { malformed } from './errors.ts';

/*
 * A market record, little-endian, as docs/PROTOCOL.md describes it:
 *
 *   0 u32 length of the record in bytes, a multiple of 8    24 u8  kind
 *   4 u32 topic id                                          25 u8  flags, by kind
 *   8 u64 sequence number within the topic, from 1          26 u16 0
 *  16 f64 time of publishing, ms since the Unix epoch       28 u32 length of the payload in bytes
 *  32 payload, then zeros up to the length
 */
export const RECORD_HEADER_BYTES = 32;

export const RecordKind = {
  BAR: 1,
  TRADE: 2,
  QUOTE: 3,
  ORDER_BOOK: 4,
  JSON: 5,
  BEACON: 6,
} as const;

/** What a record says: an event, or null for a beacon, which repeats the last sequence number of a topic. */
export type RecordContent = MarketEvent | null;

const SIDES: readonly AggressorSide[] = ['unknown', 'buy', 'sell'];
const BOOK_DELTA = 1;
const BAR_BYTES = 48;
const TRADE_BYTES = 24;
const QUOTE_BYTES = 40;
const BOOK_BYTES = 16;
const LEVEL_BYTES = 16;
const HIGH = 4_294_967_296;

/** Bytes that {@link writeRecord} needs for an event at most. */
export function recordBytesBound(event: RecordContent, json: Uint8Array | undefined): number {
  return RECORD_HEADER_BYTES + (event === null ? 0 : align8(payloadBytes(event, json)));
}

function payloadBytes(event: MarketEvent, json: Uint8Array | undefined): number {
  if (json !== undefined) return json.length;
  switch (event.type) {
    case 'bar':
      return BAR_BYTES;
    case 'trade':
      // UTF-8 takes at most three bytes for each UTF-16 unit.
      return TRADE_BYTES + event.tradeId.length * 3;
    case 'quote':
      return QUOTE_BYTES;
    case 'orderbook':
      return BOOK_BYTES + (event.bids.length + event.asks.length) * LEVEL_BYTES;
  }
}

function align8(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Memory that records are written to and read from, seen as bytes and as numbers. */
export class RecordBuffer {
  readonly bytes: Buffer;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/**
 * Writes one record at `offset` and returns its length. `json`, where given, is the payload of a JSON
 * record: the event has members that the fixed layout has no room for.
 */
export function writeRecord(
  buffer: RecordBuffer,
  offset: number,
  topicId: number,
  seq: number,
  publishedAtMs: number,
  event: RecordContent,
  json?: Uint8Array,
): number {
  const { view } = buffer;
  const at = offset + RECORD_HEADER_BYTES;
  let kind: number = RecordKind.JSON;
  let flags = 0;
  let length: number;
  if (json !== undefined) {
    buffer.bytes.set(json, at);
    length = json.length;
  } else if (event === null) {
    kind = RecordKind.BEACON;
    length = 0;
  } else if (event.type === 'bar') {
    kind = RecordKind.BAR;
    length = writeBar(view, at, event);
  } else if (event.type === 'trade') {
    kind = RecordKind.TRADE;
    flags = SIDES.indexOf(event.aggressorSide);
    length = writeTrade(buffer, at, event);
  } else if (event.type === 'quote') {
    kind = RecordKind.QUOTE;
    view.setFloat64(at, event.timestamp, true);
    view.setFloat64(at + 8, event.bid, true);
    view.setFloat64(at + 16, event.bidSize, true);
    view.setFloat64(at + 24, event.ask, true);
    view.setFloat64(at + 32, event.askSize, true);
    length = QUOTE_BYTES;
  } else {
    kind = RecordKind.ORDER_BOOK;
    flags = event.kind === 'delta' ? BOOK_DELTA : 0;
    length = writeBook(view, at, event);
  }
  const total = RECORD_HEADER_BYTES + align8(length);
  if (at + length < offset + total) buffer.bytes.fill(0, at + length, offset + total);
  view.setUint32(offset, total, true);
  view.setUint32(offset + 4, topicId, true);
  view.setUint32(offset + 8, seq >>> 0, true);
  view.setUint32(offset + 12, Math.floor(seq / HIGH), true);
  view.setFloat64(offset + 16, publishedAtMs, true);
  view.setUint32(offset + 24, kind | (flags << 8), true);
  view.setUint32(offset + 28, length, true);
  return total;
}

function writeBar(view: DataView, at: number, bar: Bar): number {
  view.setFloat64(at, bar.timestamp, true);
  view.setFloat64(at + 8, bar.open, true);
  view.setFloat64(at + 16, bar.high, true);
  view.setFloat64(at + 24, bar.low, true);
  view.setFloat64(at + 32, bar.close, true);
  view.setFloat64(at + 40, bar.volume, true);
  return BAR_BYTES;
}

function writeTrade(buffer: RecordBuffer, at: number, trade: TradeTick): number {
  buffer.view.setFloat64(at, trade.timestamp, true);
  buffer.view.setFloat64(at + 8, trade.price, true);
  buffer.view.setFloat64(at + 16, trade.size, true);
  return TRADE_BYTES + buffer.bytes.write(trade.tradeId, at + TRADE_BYTES, 'utf8');
}

function writeBook(view: DataView, at: number, book: OrderBook): number {
  view.setFloat64(at, book.timestamp, true);
  view.setUint32(at + 8, book.bids.length, true);
  view.setUint32(at + 12, book.asks.length, true);
  let cursor = at + BOOK_BYTES;
  for (const levels of [book.bids, book.asks]) {
    for (const [price, size] of levels) {
      view.setFloat64(cursor, price, true);
      view.setFloat64(cursor + 8, size, true);
      cursor += LEVEL_BYTES;
    }
  }
  return cursor - at;
}

export const recordLength = (view: DataView, offset: number): number =>
  view.getUint32(offset, true);
export const recordTopicId = (view: DataView, offset: number): number =>
  view.getUint32(offset + 4, true);
export const recordSeq = (view: DataView, offset: number): number =>
  view.getUint32(offset + 8, true) + view.getUint32(offset + 12, true) * HIGH;
export const recordPublishedAtMs = (view: DataView, offset: number): number =>
  view.getFloat64(offset + 16, true);

/** True for a record that only repeats the last sequence number, so that a loss at the end of a burst is found. */
export const isBeacon = (view: DataView, offset: number): boolean =>
  view.getUint8(offset + 24) === RecordKind.BEACON;
/** Written as JSON: it has members that the fixed layout has no room for. */
export const isJson = (view: DataView, offset: number): boolean =>
  view.getUint8(offset + 24) === RecordKind.JSON;

/** What the records of a topic have in common and therefore do not carry. */
export interface RecordTopic {
  readonly symbol: string;
  readonly dataType: DataType;
  /** Empty unless bars. */
  readonly timeframe: string;
}

/**
 * Reads the event of the record at `offset`. It owns all its memory: the buffer may change afterwards.
 *
 * @throws {ProtocolError} code `MALFORMED_MESSAGE` if the record contradicts itself
 */
export function readRecord(buffer: RecordBuffer, offset: number, topic: RecordTopic): MarketEvent {
  const { view } = buffer;
  const kind = view.getUint8(offset + 24);
  const length = view.getUint32(offset + 28, true);
  const at = offset + RECORD_HEADER_BYTES;
  if (kind === RecordKind.BAR && length === BAR_BYTES) {
    return {
      type: 'bar',
      symbol: topic.symbol,
      timeframe: topic.timeframe,
      timestamp: view.getFloat64(at, true),
      open: view.getFloat64(at + 8, true),
      high: view.getFloat64(at + 16, true),
      low: view.getFloat64(at + 24, true),
      close: view.getFloat64(at + 32, true),
      volume: view.getFloat64(at + 40, true),
    };
  }
  if (kind === RecordKind.TRADE && length >= TRADE_BYTES) {
    return {
      type: 'trade',
      symbol: topic.symbol,
      timestamp: view.getFloat64(at, true),
      price: view.getFloat64(at + 8, true),
      size: view.getFloat64(at + 16, true),
      aggressorSide: SIDES[view.getUint8(offset + 25)] ?? 'unknown',
      tradeId:
        length === TRADE_BYTES ? '' : buffer.bytes.toString('utf8', at + TRADE_BYTES, at + length),
    };
  }
  if (kind === RecordKind.QUOTE && length === QUOTE_BYTES) {
    return {
      type: 'quote',
      symbol: topic.symbol,
      timestamp: view.getFloat64(at, true),
      bid: view.getFloat64(at + 8, true),
      bidSize: view.getFloat64(at + 16, true),
      ask: view.getFloat64(at + 24, true),
      askSize: view.getFloat64(at + 32, true),
    };
  }
  if (kind === RecordKind.ORDER_BOOK) return readBook(buffer, offset, length, topic);
  if (kind === RecordKind.JSON) return readJson(buffer, at, length);
  throw malformed('a market record is of a known kind and length', { kind, length });
}

function readBook(
  buffer: RecordBuffer,
  offset: number,
  length: number,
  topic: RecordTopic,
): OrderBook {
  const { view } = buffer;
  const at = offset + RECORD_HEADER_BYTES;
  if (length < BOOK_BYTES || length !== bookBytes(view, at)) {
    throw malformed('an order book record is as long as its levels', length);
  }
  const bidCount = view.getUint32(at + 8, true);
  const askCount = view.getUint32(at + 12, true);
  const levels = (from: number, count: number): BookLevel[] => {
    const read: BookLevel[] = [];
    for (let cursor = from; cursor < from + count * LEVEL_BYTES; cursor += LEVEL_BYTES) {
      read.push([view.getFloat64(cursor, true), view.getFloat64(cursor + 8, true)]);
    }
    return read;
  };
  return {
    type: 'orderbook',
    symbol: topic.symbol,
    timestamp: view.getFloat64(at, true),
    kind: (view.getUint8(offset + 25) & BOOK_DELTA) === 0 ? 'snapshot' : 'delta',
    bids: levels(at + BOOK_BYTES, bidCount),
    asks: levels(at + BOOK_BYTES + bidCount * LEVEL_BYTES, askCount),
  };
}

function bookBytes(view: DataView, at: number): number {
  return BOOK_BYTES + (view.getUint32(at + 8, true) + view.getUint32(at + 12, true)) * LEVEL_BYTES;
}

function readJson(buffer: RecordBuffer, at: number, length: number): MarketEvent {
  try {
    return JSON.parse(buffer.bytes.toString('utf8', at, at + length)) as MarketEvent;
  } catch {
    throw malformed('a JSON market record holds JSON', length);
  }
}

/**
 * Checks that the bytes from `offset` on are a whole number of records, each within bounds and with a
 * payload as long as its kind has it, so that they can be read without looking again.
 *
 * @throws {ProtocolError} code `MALFORMED_MESSAGE`
 */
export function checkRecords(view: DataView, offset: number): void {
  let cursor = offset;
  while (cursor < view.byteLength) {
    const room = view.byteLength - cursor;
    const length = room >= RECORD_HEADER_BYTES ? recordLength(view, cursor) : 0;
    if (length < RECORD_HEADER_BYTES || length % 8 !== 0 || length > room) {
      throw malformed('a market record is as long as it says', { at: cursor, length, room });
    }
    const payload = view.getUint32(cursor + 28, true);
    if (payload > length - RECORD_HEADER_BYTES || !isPayload(view, cursor, payload)) {
      throw malformed('a market record has a payload of its kind', { at: cursor, length, payload });
    }
    cursor += length;
  }
}

function isPayload(view: DataView, offset: number, length: number): boolean {
  switch (view.getUint8(offset + 24)) {
    case RecordKind.BAR:
      return length === BAR_BYTES;
    case RecordKind.TRADE:
      return length >= TRADE_BYTES;
    case RecordKind.QUOTE:
      return length === QUOTE_BYTES;
    case RecordKind.ORDER_BOOK:
      return length >= BOOK_BYTES && length === bookBytes(view, offset + RECORD_HEADER_BYTES);
    case RecordKind.JSON:
      return true;
    case RecordKind.BEACON:
      return length === 0;
    default:
      return false;
  }
}
