import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameWriter } from '../../../src/ipc/frame-writer.ts';
import type { OrderBook } from '../../../src/model/order-book.ts';
import { MAX_MARKET_FRAME_BYTES } from '../../../src/protocol/limits.ts';
import { bar, readFrame } from './support.ts';

/** Bytes of a bar's record. */
const BAR_RECORD_BYTES = 80;
const HEADER_BYTES = 8;

function collect(channelId = 5): { writer: FrameWriter; frames: Buffer[] } {
  const frames: Buffer[] = [];
  return { writer: new FrameWriter(channelId, (frame) => frames.push(frame)), frames };
}

function book(levels: number): OrderBook {
  const side = Array.from({ length: levels }, (_, index) => [index, 1] as const);
  return {
    type: 'orderbook',
    symbol: 'BTC/USDT',
    timestamp: 1,
    kind: 'snapshot',
    bids: side,
    asks: [],
  };
}

describe('FrameWriter', () => {
  it('makes one frame of a batch', () => {
    const { writer, frames } = collect();
    for (let seq = 1; seq <= 3; seq += 1) writer.append(7, seq, 0, bar(seq), undefined);
    writer.flush();
    expect(frames.map(readFrame)).toEqual([
      {
        channelId: 5,
        records: [1, 2, 3].map((seq) => ({ topicId: 7, seq, timestamp: seq })),
      },
    ]);
  });

  it('sends nothing where there is nothing', () => {
    const { writer, frames } = collect();
    writer.flush();
    expect(frames).toEqual([]);
  });

  it('sends nothing twice', () => {
    const { writer, frames } = collect();
    writer.append(7, 1, 0, bar(1), undefined);
    writer.flush();
    writer.flush();
    expect(frames).toHaveLength(1);
  });

  it('keeps what it has given out when it goes on', () => {
    const { writer, frames } = collect();
    writer.append(7, 1, 0, bar(1), undefined);
    writer.flush();
    writer.append(7, 2, 0, bar(2), undefined);
    writer.flush();
    expect(frames.map((frame) => readFrame(frame).records[0]?.seq)).toEqual([1, 2]);
  });

  it('fills a frame up to the limit and no further', () => {
    const { writer, frames } = collect();
    const fitting = Math.floor((MAX_MARKET_FRAME_BYTES - HEADER_BYTES) / BAR_RECORD_BYTES);
    for (let seq = 1; seq <= fitting + 1; seq += 1) writer.append(7, seq, 0, bar(seq), undefined);
    writer.flush();
    expect(frames.map((frame) => readFrame(frame).records.length)).toEqual([fitting, 1]);
  });

  it('sends an event beyond the limit alone', () => {
    const { writer, frames } = collect();
    writer.append(7, 1, 0, bar(1), undefined);
    writer.append(8, 1, 0, book(5_000), undefined);
    writer.append(7, 2, 0, bar(2), undefined);
    writer.flush();
    expect(frames.map((frame) => readFrame(frame).records.map(({ topicId }) => topicId))).toEqual([
      [7],
      [8],
      [7],
    ]);
  });

  it('keeps the order of all, within the limit, for any batches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 30 }), { maxLength: 6 }),
        (batches) => {
          const { writer, frames } = collect();
          const expected: number[] = [];
          for (const batch of batches) {
            for (const levels of batch) {
              expected.push(expected.length + 1);
              const event = levels === 0 ? bar(1) : book(levels);
              writer.append(7, expected.length, 0, event, undefined);
            }
            writer.flush();
          }
          const read = frames.flatMap((frame) => readFrame(frame).records);
          expect(read.map(({ seq }) => seq)).toEqual(expected);
          expect(Math.max(0, ...frames.map((frame) => frame.length))).toBeLessThanOrEqual(
            MAX_MARKET_FRAME_BYTES,
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
