import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { searchLog, type LogFilter } from '../../../../src/host/log/log-search.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

function line(at: number): string {
  const level = LEVELS[at % 4] as string;
  return `${JSON.stringify({ at, level, message: `line ${at} "quoted" ${'é'.repeat(300)} Ünd` })}\n`;
}

function logOf(...files: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'a.jsonl');
  for (const [number, text] of files.entries())
    writeFileSync(number === 0 ? path : `${path}.${number}`, text);
  return path;
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join('');

/** Some 700 bytes a line: over several pieces of a file, and over two files. */
const path = (): string => logOf(lines(1_001, 2_000), lines(1, 1_000));

const timesOf = (from: string, count: number, filter: LogFilter): number[] =>
  searchLog(from, count, filter).map(({ at }) => at);

it('finds the lines of a level and of worse ones, over all files', () => {
  const found = searchLog(path(), 10_000, { level: 'warn' });
  expect(found).toHaveLength(1_000);
  expect(new Set(found.map(({ level }) => level))).toEqual(new Set(['warn', 'error']));
  expect(found[0]?.at).toBe(2);
  expect(found.at(-1)?.at).toBe(1_999);
});

it('finds the last lines alone, oldest first', () => {
  expect(timesOf(path(), 3, { level: 'error' })).toEqual([1_991, 1_995, 1_999]);
});

it('finds a part of the message whatever its case, and not a part of the line', () => {
  expect(timesOf(path(), 10, { search: 'LINE 777 "quoted"' })).toEqual([777]);
  expect(timesOf(path(), 1, { search: 'ÜND' })).toEqual([2_000]);
  expect(timesOf(path(), 10, { search: '"level"' })).toEqual([]);
});

it('finds what is older than a time', () => {
  expect(timesOf(path(), 2, { beforeMs: 1_002 })).toEqual([1_000, 1_001]);
});

it('passes over a line that is being written, and finds nothing where there is no log', () => {
  const half = logOf(`${lines(1, 5)}{"at":6,"level":"error","mess`);
  expect(timesOf(half, 10, { beforeMs: 100 })).toEqual([1, 2, 3, 4, 5]);
  expect(timesOf(logOf(), 10, { level: 'info' })).toEqual([]);
});
