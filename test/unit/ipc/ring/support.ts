import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Bar } from '../../../../src/model/bar.ts';
import {
  recordLength,
  recordSeq,
  recordTopicId,
  type RecordBuffer,
} from '../../../../src/protocol/market-record.ts';

export function bar(close: number): Bar {
  return {
    type: 'bar',
    symbol: 'BTC/USDT',
    timeframe: '1m',
    timestamp: 1_700_000_000_000 + close,
    open: close,
    high: close + 1,
    low: close - 1,
    close,
    volume: 3,
  };
}

/** Topic and sequence number of each record, in order, as `topic:seq`. */
export function namesOf(buffer: RecordBuffer, from = 0): string[] {
  const names: string[] = [];
  for (let at = from; at < buffer.view.byteLength; at += recordLength(buffer.view, at)) {
    names.push(`${recordTopicId(buffer.view, at)}:${recordSeq(buffer.view, at)}`);
  }
  return names;
}

/** `topic:1`, `topic:2` and so on. */
export function names(topicId: number, fromSeq: number, toSeq: number): string[] {
  return Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => `${topicId}:${fromSeq + index}`);
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Resolves once `holds` does, however long that takes: the test's own limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The lines of this process's memory map that are files in `directory`. */
export function mappingsOf(directory: string): string[] {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${directory}/`));
}

/** The files in `directory` that this process has open. */
export function openFilesIn(directory: string): string[] {
  const open: string[] = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      open.push(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      // The descriptor that listed the directory is closed by now.
    }
  }
  return open.filter((path) => path.startsWith(directory));
}
