import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RING_HEADER_BYTES, RingMemory } from '../../../../src/ipc/ring/ring-layout.ts';
import { RingReader } from '../../../../src/ipc/ring/ring-reader.ts';
import { RingWriter } from '../../../../src/ipc/ring/ring-writer.ts';
import { readRecord } from '../../../../src/protocol/market-record.ts';
import { bar, names, namesOf } from './support.ts';

const BAR_RECORD_BYTES = 80;
const TOPIC = { symbol: 'BTC/USDT', dataType: 'kline@1m', timeframe: '1m' } as const;

function ringOf(capacityBytes: number, from = 0): { ring: RingMemory; writer: RingWriter } {
  const ring = new RingMemory(new ArrayBuffer(RING_HEADER_BYTES + capacityBytes));
  return { ring, writer: new RingWriter(ring, from) };
}

function readerOf(ring: RingMemory, topicIds: readonly number[], position = 0): RingReader {
  const reader = new RingReader(ring, position);
  reader.add(topicIds, position);
  return reader;
}

function append(writer: RingWriter, topicId: number, fromSeq: number, toSeq = fromSeq): void {
  for (let seq = fromSeq; seq <= toSeq; seq += 1)
    writer.append(topicId, seq, 0, bar(seq), undefined);
}

/** All there is. */
function drain(reader: RingReader): string[] {
  const got: string[] = [];
  while (reader.take()) if (reader.batch !== undefined) got.push(...namesOf(reader.batch));
  return got;
}

describe('a ring', () => {
  it('shows nothing before it is published', () => {
    const { ring, writer } = ringOf(4_096);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1, 3);
    expect(reader.hasNews()).toBe(false);
    expect(drain(reader)).toEqual([]);
    writer.publish();
    expect(reader.hasNews()).toBe(true);
    expect(drain(reader)).toEqual(names(1, 1, 3));
    expect(reader.position).toBe(writer.position);
  });

  it('passes over topics that are not wanted', () => {
    const { ring, writer } = ringOf(8_192);
    for (let seq = 1; seq <= 10; seq += 1)
      for (const topicId of [1, 2, 3]) append(writer, topicId, seq);
    writer.publish();
    const reader = readerOf(ring, [2, 9]);
    expect(drain(reader)).toEqual(names(2, 1, 10));
    expect(drain(readerOf(ring, []))).toEqual([]);
  });

  it('gives every record exactly once, whatever their sizes and the order of writing and reading', () => {
    const step = fc.record({
      topicId: fc.integer({ min: 1, max: 4 }),
      jsonBytes: fc.option(fc.integer({ min: 2, max: 900 }), { nil: undefined }),
      publish: fc.boolean(),
      read: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(1_000), (steps, startUnits) => {
        const from = startUnits * 8;
        const { ring, writer } = ringOf(4_096, from);
        const reader = readerOf(ring, [1, 3], from);
        const wanted: string[] = [];
        const got: string[] = [];
        let seq = 0;
        for (const { topicId, jsonBytes, publish, read } of steps) {
          // Nothing may be lost here, so that a reader reads before it is behind by half a ring.
          if (writer.position - reader.position > 1_024) {
            writer.publish();
            got.push(...drain(reader));
          }
          seq += 1;
          const json = jsonBytes === undefined ? undefined : Buffer.alloc(jsonBytes, 'x');
          writer.append(topicId, seq, 0, bar(seq), json);
          if (topicId % 2 === 1) wanted.push(`${topicId}:${seq}`);
          if (publish) writer.publish();
          if (read) got.push(...drain(reader));
        }
        writer.publish();
        got.push(...drain(reader));
        expect(got).toEqual(wanted);
        expect([reader.overruns, reader.malformed]).toEqual([0, 0]);
      }),
    );
  });

  it('fills the end where a record does not fit, and goes on at the beginning', () => {
    const { ring, writer } = ringOf(4_096);
    const reader = readerOf(ring, [1]);
    // 51 records leave 16 bytes: too few even for the header of a record.
    append(writer, 1, 1, 30);
    writer.publish();
    expect(drain(reader)).toEqual(names(1, 1, 30));
    append(writer, 1, 31, 51);
    writer.publish();
    expect(drain(reader)).toEqual(names(1, 31, 51));
    expect(4_096 - writer.position).toBe(16);
    append(writer, 1, 52, 53);
    writer.publish();
    expect(writer.position).toBe(4_096 + 2 * BAR_RECORD_BYTES);
    expect(drain(reader)).toEqual(names(1, 52, 53));
  });

  it.each([2 ** 31, 2 ** 32, 2 ** 35, 2 ** 52])('goes on across position %d', (border) => {
    const from = border - 10 * BAR_RECORD_BYTES;
    const { ring, writer } = ringOf(4_096, from);
    const reader = readerOf(ring, [1], from);
    const got: string[] = [];
    for (let seq = 1; seq <= 100; seq += 1) {
      append(writer, 1, seq);
      writer.publish();
      got.push(...drain(reader));
    }
    expect(got).toEqual(names(1, 1, 100));
    expect(reader.overruns).toBe(0);
  });

  it('refuses a record of more than a quarter of it, and goes on', () => {
    const { ring, writer } = ringOf(4_096);
    const json = Buffer.alloc(1_024, 'x');
    expect(() => writer.append(1, 1, 0, bar(1), json)).toThrow(
      expect.objectContaining({
        code: 'RECORD_TOO_LARGE',
        message: expect.stringContaining('BTC/USDT (bar) takes up to 1056 bytes'),
      }),
    );
    writer.append(1, 1, 0, bar(1), json.subarray(0, 1_024 - 32));
    writer.publish();
    expect(drain(readerOf(ring, [1]))).toEqual(['1:1']);
  });

  it('gives batches of bounded size', () => {
    const { ring, writer } = ringOf(1_048_576);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1, 5_000);
    writer.publish();
    const sizes: number[] = [];
    while (reader.take()) sizes.push(namesOf(reader.batch!).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_048);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5_000);
  });

  it('gives a record larger than a batch by itself', () => {
    const { ring, writer } = ringOf(1_048_576);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1);
    writer.append(1, 2, 0, bar(2), Buffer.alloc(200_000, 'x'));
    append(writer, 1, 3);
    writer.publish();
    expect(drain(reader)).toEqual(names(1, 1, 3));
  });

  it('gives copies: what is written later does not show in them', () => {
    const { ring, writer } = ringOf(4_096);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1);
    writer.publish();
    reader.take();
    const batch = reader.batch!;
    for (let seq = 2; seq < 200; seq += 1) append(writer, 1, seq);
    expect(readRecord(batch, 0, TOPIC)).toEqual(bar(1));
  });
});

describe('a reader that is too slow', () => {
  it('goes on with the newest and says from where to where it lost', () => {
    const { ring, writer } = ringOf(4_096);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1, 10);
    writer.publish();
    expect(drain(reader)).toHaveLength(10);
    append(writer, 1, 11, 100);
    writer.publish();
    expect(drain(reader)).toEqual([]);
    expect(reader.overruns).toBe(1);
    expect(reader.lastOverrun).toEqual({
      fromPosition: 10 * BAR_RECORD_BYTES,
      toPosition: writer.position,
    });
    expect(reader.overrunBytes).toBe(writer.position - 10 * BAR_RECORD_BYTES);
    append(writer, 1, 101, 103);
    writer.publish();
    expect(drain(reader)).toEqual(names(1, 101, 103));
    expect(reader.overruns).toBe(1);
  });

  it('believes nothing that the writer has said it may be writing over', () => {
    const { ring, writer } = ringOf(4_096);
    const reader = readerOf(ring, [1]);
    // Published, and still in the ring as it was written.
    append(writer, 1, 1, 50);
    writer.publish();
    // Written over the first ones, and not published.
    append(writer, 1, 51, 55);
    expect(drain(reader)).toEqual([]);
    expect(reader.overruns).toBe(1);
  });

  it('accepts no torn record, wherever the writer gets in between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 300 }),
        (ahead, loads) => {
          const { ring, writer } = ringOf(4_096);
          append(writer, 1, 1, 30);
          writer.publish();
          // A ring that is written to in the middle of being read.
          let countdown = loads;
          const words = new Proxy(ring.words, {
            get(target, key) {
              if (typeof key === 'string' && /^\d/.test(key)) {
                if (countdown === 0) {
                  append(writer, 1, 31, 30 + ahead);
                  writer.publish();
                }
                countdown -= 1;
              }
              const value: unknown = Reflect.get(target, key, target);
              return typeof value === 'function' ? (value.bind(target) as unknown) : value;
            },
          });
          const reader = new RingReader(
            Object.assign(Object.create(ring) as RingMemory, { words }),
            0,
          );
          reader.add([1], 0);
          let last = 0;
          while (reader.take()) {
            const { batch } = reader;
            if (batch === undefined) continue;
            namesOf(batch).forEach((name, index) => {
              const seq = Number(name.slice(2));
              expect(readRecord(batch, index * BAR_RECORD_BYTES, TOPIC)).toEqual(bar(seq));
              if (seq !== last + 1) expect(reader.overruns).toBe(1);
              last = seq;
            });
          }
          if (last < writer.position / BAR_RECORD_BYTES - 1) expect(reader.overruns).toBe(1);
        },
      ),
    );
  });

  it('leaves what can not be a record behind, and counts it', () => {
    const { ring, writer } = ringOf(4_096);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1, 3);
    writer.publish();
    ring.words[BAR_RECORD_BYTES / 4] = 12;
    expect(drain(reader)).toEqual([]);
    expect([reader.malformed, reader.overruns]).toEqual([1, 0]);
    append(writer, 1, 4);
    writer.publish();
    expect(drain(reader)).toEqual(['1:4']);
  });
});

describe('a reader whose topics change', () => {
  it('gets a new topic from where it was asked for, also if that is behind it', () => {
    const { ring, writer } = ringOf(8_192);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1, 2);
    append(writer, 2, 1, 2);
    const asked = writer.position;
    append(writer, 2, 3, 4);
    append(writer, 1, 3, 4);
    writer.publish();
    expect(drain(reader)).toEqual(names(1, 1, 4));
    reader.add([1, 2], asked);
    append(writer, 2, 5);
    append(writer, 1, 5);
    writer.publish();
    expect(drain(reader)).toEqual(['2:3', '2:4', '2:5', '1:5']);
  });

  it('gets nothing of a new topic from before it was asked for', () => {
    const { ring, writer } = ringOf(8_192);
    const reader = readerOf(ring, [1]);
    append(writer, 1, 1);
    append(writer, 2, 1);
    const asked = writer.position;
    append(writer, 2, 2);
    append(writer, 1, 2);
    writer.publish();
    reader.add([2], asked);
    expect(drain(reader)).toEqual(['1:1', '2:2', '1:2']);
  });

  it('gives nothing twice when topics are added one after the other', () => {
    const { ring, writer } = ringOf(8_192);
    const reader = readerOf(ring, [1]);
    for (let seq = 1; seq <= 10; seq += 1)
      for (const topicId of [1, 2, 3]) append(writer, topicId, seq);
    writer.publish();
    expect(drain(reader)).toEqual(names(1, 1, 10));
    reader.add([2], 0);
    reader.add([3], 3 * BAR_RECORD_BYTES);
    const got = drain(reader);
    expect(got.filter((name) => name.startsWith('1'))).toEqual([]);
    expect(got.filter((name) => name.startsWith('2'))).toEqual(names(2, 1, 10));
    expect(got.filter((name) => name.startsWith('3'))).toEqual(names(3, 2, 10));
  });

  it('gets nothing of a topic that was dropped, until it is asked for again', () => {
    const { ring, writer } = ringOf(8_192);
    const reader = readerOf(ring, [1, 2]);
    append(writer, 1, 1);
    append(writer, 2, 1);
    writer.publish();
    expect(drain(reader)).toEqual(['1:1', '2:1']);
    reader.drop([2]);
    append(writer, 2, 2);
    append(writer, 1, 2);
    writer.publish();
    expect(drain(reader)).toEqual(['1:2']);
    reader.add([2], writer.position);
    append(writer, 2, 3);
    writer.publish();
    expect(drain(reader)).toEqual(['2:3']);
  });
});
