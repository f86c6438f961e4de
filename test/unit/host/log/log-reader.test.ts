import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LogFile } from '../../../../src/base/log-file.ts';
import { followLog, readLogTail, type LogPosition } from '../../../../src/host/log/log-reader.ts';

function pathOf(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'a.jsonl');
}

const line = (number: number): string =>
  JSON.stringify({ at: number, level: 'info', message: `line ${number} …` });

function write(path: string, from: number, to: number, maxBytes = 1_000): void {
  const file = new LogFile({ path, maxBytes, keep: 3 });
  for (let number = from; number <= to; number += 1) file.append(line(number));
  file.close();
  expect(file.failed).toBe(0);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Follows until there are so many lines, doing something after some of them. */
async function follow(
  path: string,
  from: LogPosition,
  count: number,
  during: Readonly<Record<number, () => void>> = {},
): Promise<number[]> {
  const ending = new AbortController();
  const got: number[] = [];
  for await (const { at } of followLog(path, from, ending.signal)) {
    got.push(at);
    during[got.length]?.();
    if (got.length === count) ending.abort();
  }
  return got;
}

describe('the tail of a log', () => {
  it.each([1, 10, 30, 45])('has the last %d lines over the files that were put aside', (count) => {
    const path = pathOf();
    write(path, 1, 60);
    const { lines } = readLogTail(path, count);
    expect(lines.map(({ at }) => at)).toEqual(range(61 - count, 60));
    expect(lines.at(-1)?.message).toBe('line 60 …');
  });

  it('has all that there is where that is less', () => {
    const path = pathOf();
    write(path, 1, 3);
    expect(readLogTail(path, 100).lines.map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(readLogTail(pathOf(), 100).lines).toEqual([]);
  });

  it('reads a large file from its end', () => {
    const path = pathOf();
    write(path, 1, 20_000, 10_000_000);
    for (const count of [1, 7_000, 19_999, 20_000, 30_000]) {
      const { lines } = readLogTail(path, count);
      expect(lines.map(({ at }) => at)).toEqual(range(Math.max(1, 20_001 - count), 20_000));
    }
  });

  it('leaves out a line that is not whole yet, and shows one that never will be', () => {
    const path = pathOf();
    writeFileSync(path, `{"at":1,"lev\n${line(2)}\n{"at":3,`);
    expect(readLogTail(path, 10).lines).toEqual([
      { at: 0, level: 'warn', message: '{"at":1,"lev' },
      { at: 2, level: 'info', message: 'line 2 …' },
    ]);
  });
});

describe('following a log', () => {
  it('begins where the tail ends, and has each line once over files that are put aside', async () => {
    const path = pathOf();
    write(path, 1, 15);
    const { end } = readLogTail(path, 1);
    write(path, 16, 20);
    const got = await follow(path, end, 55, {
      3: () => write(path, 21, 50),
      20: () => write(path, 51, 70),
    });
    expect(got).toEqual(range(16, 70));
  });

  it('waits for a line to be whole', async () => {
    const path = pathOf();
    writeFileSync(path, `${line(1)}\n${line(2).slice(0, 10)}`);
    const { end } = readLogTail(path, 1);
    appendFileSync(path, `${line(2).slice(10)}\n`);
    expect(await follow(path, end, 1)).toEqual([2]);
  });

  it('waits for a log that is not there yet', async () => {
    const path = pathOf();
    const { end } = readLogTail(path, 1);
    const got = follow(path, end, 2);
    write(path, 1, 2);
    expect(await got).toEqual([1, 2]);
  });

  it('goes on with what comes after the file was emptied', async () => {
    const path = pathOf();
    write(path, 1, 5);
    const { end } = readLogTail(path, 1);
    writeFileSync(path, '');
    write(path, 6, 7);
    expect(await follow(path, end, 2)).toEqual([6, 7]);
  });

  it('ends when it is told to', async () => {
    const path = pathOf();
    write(path, 1, 1);
    const ending = new AbortController();
    const next = followLog(path, readLogTail(path, 1).end, ending.signal).next();
    ending.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
