import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Bar } from '../../../src/model/bar.ts';
import { checkFrame, FRAME_HEADER_BYTES } from '../../../src/protocol/market-frame.ts';
import {
  readRecord,
  RecordBuffer,
  recordLength,
  recordSeq,
  recordTopicId,
} from '../../../src/protocol/market-record.ts';
import { ZmqManager, type ZmqManagerOptions } from '../../../src/ipc/zmq-manager.ts';

/** A directory of the test's own, which goes with the test. */
export async function directoryOf(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'qc-ipc-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A started manager on sockets in a directory of its own, stopped with the test. */
export async function startedManager(
  options: Partial<ZmqManagerOptions> = {},
): Promise<{ manager: ZmqManager; directory: string }> {
  const directory = await directoryOf();
  const manager = new ZmqManager({ endpoints: { kind: 'ipc', directory }, ...options });
  await manager.start();
  onTestFinished(() => manager.stop());
  return { manager, directory };
}

export function bar(timestamp: number): Bar {
  return {
    type: 'bar',
    symbol: 'BTC/USDT',
    timeframe: '1m',
    timestamp,
    open: 1,
    high: 2,
    low: 0.5,
    close: 1.5,
    volume: 10,
  };
}

export interface SeenRecord {
  readonly topicId: number;
  readonly seq: number;
  readonly timestamp: number;
}

/** The channel and the records of a frame, in their order. */
export function readFrame(frame: Buffer): { channelId: number; records: SeenRecord[] } {
  const buffer = new RecordBuffer(frame);
  checkFrame(buffer.view);
  return { channelId: frame.readUInt32LE(), records: readRecords(buffer, FRAME_HEADER_BYTES) };
}

export function readRecords(buffer: RecordBuffer, from: number): SeenRecord[] {
  const topic = { symbol: 'BTC/USDT', dataType: 'kline@1m', timeframe: '1m' } as const;
  const records: SeenRecord[] = [];
  for (let at = from; at < buffer.bytes.length; at += recordLength(buffer.view, at)) {
    records.push({
      topicId: recordTopicId(buffer.view, at),
      seq: recordSeq(buffer.view, at),
      timestamp: readRecord(buffer, at, topic).timestamp,
    });
  }
  return records;
}

/** Waits until `condition` holds; a test that never gets there fails by its own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
