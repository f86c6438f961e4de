import { existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MappedFile } from '../../../../src/ipc/ring/mapped-file.ts';
import { readPastRing } from '../../../../src/ipc/ring/past-ring.ts';
import { RING_HEADER_BYTES, RingMemory } from '../../../../src/ipc/ring/ring-layout.ts';
import { RingWriter } from '../../../../src/ipc/ring/ring-writer.ts';
import { sharedMemoryAvailable } from '../../../../src/ipc/ring/shared-memory.ts';
import { recordSeq } from '../../../../src/protocol/market-record.ts';
import type { TradeTick } from '../../../../src/model/trade-tick.ts';

const RING_BYTES = 65_536;

function trade(seq: number): TradeTick {
  const tradeId = 'x'.repeat(seq % 40);
  const common = {
    type: 'trade',
    symbol: 'BTC/USDT',
    timestamp: seq,
    aggressorSide: 'buy',
  } as const;
  return { ...common, price: seq, size: 1, tradeId };
}

function ringOf(): { path: string; writer: RingWriter } {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  const path = join(directory, 'ring');
  const file = MappedFile.create(path, RING_HEADER_BYTES + RING_BYTES, 0o600);
  onTestFinished(() => {
    file.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { path, writer: new RingWriter(new RingMemory(file.memory)) };
}

function seqsIn(path: string): number[] {
  const past = readPastRing({ ringPath: path, ringBytes: RING_BYTES });
  return (past?.offsets ?? []).map((offset) => recordSeq(past!.records.view, offset));
}

const upTo = (last: number, from = 1): number[] =>
  Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe.runIf(sharedMemoryAvailable().ok)('readPastRing', () => {
  it('gives everything of a ring that was never full', () => {
    const { path, writer } = ringOf();
    for (const seq of upTo(50)) writer.append(1, seq, 0, trade(seq), undefined);
    writer.publish();
    expect(seqsIn(path)).toEqual(upTo(50));
  });

  it.each([700, 1_000, 5_000, 12_345])(
    'gives most of the ring without a hole, up to the last record, after %d records',
    (last) => {
      const { path, writer } = ringOf();
      for (const seq of upTo(last)) {
        writer.append(1, seq, 0, trade(seq), undefined);
        writer.publish();
      }
      const seqs = seqsIn(path);
      expect(seqs).toEqual(upTo(last, seqs[0]));
      // What is announced ahead and the part that the oldest mark is in are not to be had.
      expect(seqs.length).toBeGreaterThan(400);
    },
  );

  it('leaves out what was not published', () => {
    const { path, writer } = ringOf();
    for (const seq of upTo(10)) writer.append(1, seq, 0, trade(seq), undefined);
    writer.publish();
    writer.append(1, 11, 0, trade(11), undefined);
    expect(seqsIn(path)).toEqual(upTo(10));
  });

  it('gives nothing of an empty ring, and nothing where there is none', () => {
    const { path } = ringOf();
    expect(seqsIn(path)).toEqual([]);
    rmSync(path);
    expect(existsSync(path)).toBe(false);
    expect(readPastRing({ ringPath: path, ringBytes: RING_BYTES })).toBeUndefined();
  });

  it('refuses a file that was cut', () => {
    const { path } = ringOf();
    truncateSync(path, 10_000);
    expect(() => seqsIn(path)).toThrow(
      expect.objectContaining({ code: 'SHARED_MEMORY_FAILED' }) as Error,
    );
  });
});
