import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import {
  channelPrefix,
  checkFrame,
  FRAME_HEADER_BYTES,
  writeFrameHeader,
} from '../../../src/protocol/market-frame.ts';
import {
  checkRecords,
  readRecord,
  RECORD_HEADER_BYTES,
  RecordBuffer,
  recordBytesBound,
  RecordKind,
  recordLength,
  recordPublishedAtMs,
  recordSeq,
  recordTopicId,
  writeRecord,
  type RecordTopic,
} from '../../../src/protocol/market-record.ts';

const TOPIC: RecordTopic = { symbol: 'BTC/USDT', dataType: 'kline@1m', timeframe: '1m' };

const number = fc.double({ noNaN: true });
const symbol = fc.constant('BTC/USDT');
const level = fc.tuple(number, number);

const bar = fc.record({
  type: fc.constant('bar' as const),
  symbol,
  timeframe: fc.constant('1m'),
  timestamp: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
});
const trade = fc.record({
  type: fc.constant('trade' as const),
  symbol,
  timestamp: number,
  price: number,
  size: number,
  aggressorSide: fc.constantFrom('buy', 'sell', 'unknown'),
  tradeId: fc.string({ unit: 'binary' }),
});
const quote = fc.record({
  type: fc.constant('quote' as const),
  symbol,
  timestamp: number,
  bid: number,
  bidSize: number,
  ask: number,
  askSize: number,
});
const book = fc.record({
  type: fc.constant('orderbook' as const),
  symbol,
  timestamp: number,
  kind: fc.constantFrom('snapshot', 'delta'),
  bids: fc.array(level),
  asks: fc.array(level),
});
const event: fc.Arbitrary<MarketEvent> = fc.oneof(bar, trade, quote, book);

const seq = fc.maxSafeNat().map((value) => value + 1);
const topicId = fc.integer({ min: 1, max: 0xffff_ffff });

/** One record in a buffer of just the size that the bound says, at `offset`. */
function written(
  some: MarketEvent,
  options: { seq?: number; offset?: number; json?: Uint8Array } = {},
): RecordBuffer {
  const { seq: number_ = 1, offset = 0, json } = options;
  const buffer = new RecordBuffer(Buffer.alloc(offset + recordBytesBound(some, json), 0xee));
  const length = writeRecord(buffer, offset, 7, number_, 99.5, some, json);
  return new RecordBuffer(buffer.bytes.subarray(0, offset + length));
}

const BAR: MarketEvent = {
  type: 'bar',
  symbol: 'BTC/USDT',
  timeframe: '1m',
  timestamp: 1,
  open: 2,
  high: 3,
  low: 4,
  close: 5,
  volume: 6,
};

describe('a market record', () => {
  it.each([
    ['bar', bar],
    ['trade', trade],
    ['quote', quote],
    ['order book', book],
  ])('gives a %s back as it was, whatever its numbers', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<MarketEvent>, (some) => {
        const buffer = written(some);
        checkRecords(buffer.view, 0);
        expect(readRecord(buffer, 0, TOPIC)).toEqual(some);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a book of ten thousand levels back', () => {
    const levels = Array.from({ length: 10_000 }, (_, index) => [index, index / 3] as const);
    const some: MarketEvent = {
      type: 'orderbook',
      symbol: 'BTC/USDT',
      timestamp: 1,
      kind: 'snapshot',
      bids: levels,
      asks: levels,
    };
    expect(readRecord(written(some), 0, TOPIC)).toEqual(some);
  });

  it('gives an event with members of its own back as JSON', () => {
    const some = { ...BAR, trades: 12, note: '你好 🙂' };
    const json = Buffer.from(JSON.stringify(some));
    expect(readRecord(written(some, { json }), 0, TOPIC)).toEqual(some);
  });

  it('carries sequence numbers beyond 32 bits', () => {
    fc.assert(
      fc.property(seq, (value) => {
        expect(recordSeq(written(BAR, { seq: value }).view, 0)).toBe(value);
      }),
    );
  });

  it.each([2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1])(
    'carries sequence number %d',
    (value) => {
      expect(recordSeq(written(BAR, { seq: value }).view, 0)).toBe(value);
    },
  );

  it('carries any topic id', () => {
    fc.assert(
      fc.property(topicId, (id) => {
        const buffer = new RecordBuffer(Buffer.alloc(recordBytesBound(BAR, undefined)));
        writeRecord(buffer, 0, id, 1, 0, BAR);
        expect(recordTopicId(buffer.view, 0)).toBe(id);
      }),
    );
  });

  it('carries the time of publishing, parts of a millisecond included', () => {
    expect(recordPublishedAtMs(written(BAR).view, 0)).toBe(99.5);
  });

  it('is a multiple of eight bytes long, and no longer than its bound', () => {
    fc.assert(
      fc.property(event, (some) => {
        const buffer = written(some);
        const length = recordLength(buffer.view, 0);
        expect(length % 8).toBe(0);
        expect(length).toBeLessThanOrEqual(recordBytesBound(some, undefined));
        expect(length).toBe(buffer.bytes.length);
      }),
    );
  });

  it('ends in zeros, whatever the buffer held before', () => {
    fc.assert(
      fc.property(trade, (some) => {
        const buffer = written(some);
        const used = RECORD_HEADER_BYTES + buffer.view.getUint32(28, true);
        expect(buffer.bytes.subarray(used).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  it('can stand anywhere in a buffer', () => {
    fc.assert(
      fc.property(event, fc.integer({ min: 0, max: 10 }), (some, words) => {
        const buffer = written(some, { offset: words * 8 });
        expect(readRecord(buffer, words * 8, TOPIC)).toEqual(some);
      }),
    );
  });

  it('leaves an event that keeps its values when the buffer is used again', () => {
    const some: MarketEvent = {
      type: 'orderbook',
      symbol: 'BTC/USDT',
      timestamp: 1,
      kind: 'delta',
      bids: [[1, 2]],
      asks: [],
    };
    const buffer = written(some);
    const read = readRecord(buffer, 0, TOPIC);
    buffer.bytes.fill(0xff);
    expect(read).toEqual(some);
  });

  it('takes symbol and timeframe from its topic', () => {
    const topic: RecordTopic = { symbol: 'ETH/USDT', dataType: 'kline@5m', timeframe: '5m' };
    expect(readRecord(written(BAR), 0, topic)).toMatchObject({
      symbol: 'ETH/USDT',
      timeframe: '5m',
    });
  });

  it('takes a side that it does not know for unknown', () => {
    const buffer = written({
      type: 'trade',
      symbol: 'BTC/USDT',
      timestamp: 1,
      price: 2,
      size: 3,
      aggressorSide: 'buy',
      tradeId: '',
    });
    buffer.bytes[25] = 77;
    expect(readRecord(buffer, 0, TOPIC)).toMatchObject({ aggressorSide: 'unknown' });
  });

  it('that holds no JSON where it says so is malformed', () => {
    const buffer = written(BAR, { json: Buffer.from('{"type":') });
    expect(() => readRecord(buffer, 0, TOPIC)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_MESSAGE' }),
    );
  });
});

const MALFORMED = expect.objectContaining({ name: 'ProtocolError', code: 'MALFORMED_MESSAGE' });

/** Reads everything that `checkRecords` let through. */
function readAll(buffer: RecordBuffer, from = 0): void {
  checkRecords(buffer.view, from);
  for (
    let offset = from;
    offset < buffer.bytes.length;
    offset += recordLength(buffer.view, offset)
  ) {
    if (buffer.view.getUint8(offset + 24) !== RecordKind.JSON) readRecord(buffer, offset, TOPIC);
  }
}

describe('checkRecords', () => {
  it('takes nothing at all', () => {
    expect(() => checkRecords(new DataView(new ArrayBuffer(0)), 0)).not.toThrow();
  });

  it('takes any number of records', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const bytes = Buffer.concat(events.map((some) => written(some).bytes));
        expect(() => readAll(new RecordBuffer(bytes))).not.toThrow();
      }),
    );
  });

  it('refuses records cut anywhere but between two', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), fc.nat(), (events, at) => {
        const parts = events.map((some) => written(some).bytes);
        const bytes = Buffer.concat(parts);
        const ends = new Set([0]);
        let end = 0;
        for (const part of parts) ends.add((end += part.length));
        const cut = at % bytes.length;
        fc.pre(!ends.has(cut));
        expect(() => checkRecords(new RecordBuffer(bytes.subarray(0, cut)).view, 0)).toThrow(
          MALFORMED,
        );
      }),
    );
  });

  it.each([0, 8, 24, 31, 33, 36, 88, 1_000_000, 0xffff_ffff])(
    'refuses a record that says %d bytes',
    (length) => {
      const buffer = written(BAR);
      buffer.view.setUint32(0, length, true);
      expect(() => checkRecords(buffer.view, 0)).toThrow(MALFORMED);
    },
  );

  it.each([49, 56, 0xffff_ffff])(
    'refuses a payload of %d bytes in a record with room for 48',
    (length) => {
      const buffer = written(BAR);
      buffer.view.setUint32(28, length, true);
      expect(() => checkRecords(buffer.view, 0)).toThrow(MALFORMED);
    },
  );

  it.each([
    ['of no known kind', 0, 48],
    ['of no known kind', 99, 48],
    ['of a bar cut short', RecordKind.BAR, 40],
    ['of a trade cut short', RecordKind.TRADE, 23],
    ['of a quote that is too long', RecordKind.QUOTE, 48],
    ['of a book without its counts', RecordKind.ORDER_BOOK, 0],
    ['of a book cut short', RecordKind.ORDER_BOOK, 15],
    ['of a book with other counts', RecordKind.ORDER_BOOK, 48],
  ])('refuses a payload %s', (_what, kind, length) => {
    const buffer = written(BAR);
    buffer.bytes[24] = kind;
    buffer.view.setUint32(28, length, true);
    expect(() => checkRecords(buffer.view, 0)).toThrow(MALFORMED);
  });

  it.each([1, 0xffff_ffff])('refuses a book that says %d bids more than it has', (more) => {
    const buffer = written({
      type: 'orderbook',
      symbol: 'BTC/USDT',
      timestamp: 1,
      kind: 'delta',
      bids: [],
      asks: [],
    });
    buffer.view.setUint32(RECORD_HEADER_BYTES + 8, more, true);
    expect(() => checkRecords(buffer.view, 0)).toThrow(MALFORMED);
  });

  it('refuses random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
        // Odds of a valid record by chance are about 1 in 2^70.
        expect(() => checkRecords(new RecordBuffer(bytes).view, 0)).toThrow(MALFORMED);
      }),
      { numRuns: 1_000 },
    );
  });

  it('lets nothing through that can not be read within bounds, whatever bytes were changed', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.boolean(),
        (events, changes, headersOnly) => {
          const bytes = Buffer.concat(events.map((some) => written(some).bytes));
          const reach = headersOnly ? Math.min(48, bytes.length) : bytes.length;
          for (const [at, byte] of changes) bytes[at % reach] = byte;
          // In memory of its own, so that a read beyond the end is an error and not a neighbour.
          const own = new Uint8Array(bytes.length);
          own.set(bytes);
          try {
            readAll(new RecordBuffer(own));
          } catch (thrown) {
            expect(thrown).toMatchObject({ name: 'ProtocolError' });
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('readRecord', () => {
  it('says malformed, not out of bounds, for a book without room for its counts', () => {
    const buffer = new RecordBuffer(Buffer.alloc(RECORD_HEADER_BYTES));
    buffer.view.setUint32(0, RECORD_HEADER_BYTES, true);
    buffer.bytes[24] = RecordKind.ORDER_BOOK;
    expect(() => readRecord(buffer, 0, TOPIC)).toThrow(MALFORMED);
  });
});

function frameOf(...parts: Uint8Array[]): RecordBuffer {
  const bytes = Buffer.concat([Buffer.alloc(FRAME_HEADER_BYTES), ...parts]);
  const buffer = new RecordBuffer(bytes);
  writeFrameHeader(buffer.view, 0, 5);
  return buffer;
}

describe('a market frame', () => {
  it('begins with the prefix of its channel', () => {
    fc.assert(
      fc.property(topicId, (channelId) => {
        const buffer = new RecordBuffer(Buffer.alloc(FRAME_HEADER_BYTES));
        writeFrameHeader(buffer.view, 0, channelId);
        expect(buffer.bytes.subarray(0, 4)).toEqual(channelPrefix(channelId));
      }),
    );
  });

  it('matches the prefix of no other channel', () => {
    fc.assert(
      fc.property(topicId, topicId, (one, other) => {
        fc.pre(one !== other);
        const buffer = new RecordBuffer(Buffer.alloc(FRAME_HEADER_BYTES));
        writeFrameHeader(buffer.view, 0, one);
        expect(buffer.bytes.indexOf(channelPrefix(other))).not.toBe(0);
      }),
    );
  });

  it('may be without records', () => {
    expect(() => checkFrame(frameOf().view)).not.toThrow();
  });

  it('may have several', () => {
    expect(() => checkFrame(frameOf(written(BAR).bytes, written(BAR).bytes).view)).not.toThrow();
  });

  it.each([0, 1, 7])('of %d bytes is malformed', (length) => {
    expect(() => checkFrame(new DataView(new ArrayBuffer(length)))).toThrow(MALFORMED);
  });

  it('without its magic is malformed', () => {
    const { view } = frameOf();
    view.setUint16(4, 0x1234, true);
    expect(() => checkFrame(view)).toThrow(MALFORMED);
  });

  it.each([0, 2, 255])('of version %d is refused as such', (version) => {
    const { view } = frameOf();
    view.setUint8(6, version);
    expect(() => checkFrame(view)).toThrow(expect.objectContaining({ code: 'WRONG_VERSION' }));
  });

  it('cut within a record is malformed', () => {
    const { bytes } = frameOf(written(BAR).bytes);
    expect(() => checkFrame(new RecordBuffer(bytes.subarray(0, -8)).view)).toThrow(MALFORMED);
  });

  it('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => checkFrame(new RecordBuffer(bytes).view)).toThrow(
          expect.objectContaining({ name: 'ProtocolError' }),
        );
      }),
    );
  });
});
