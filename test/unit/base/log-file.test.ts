import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LogFile } from '../../../src/base/log-file.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'], now: 10_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A path in a directory that is not there yet. */
function pathOf(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'logs', 'a.jsonl');
}

function fileOf(path: string, maxBytes = 1_000, keep = 2): LogFile {
  const file = new LogFile({ path, maxBytes, keep });
  onTestFinished(() => file.close());
  return file;
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean);

describe('a log file', () => {
  it('has each line at once, in a directory that it makes, for nobody else to read', () => {
    const path = pathOf();
    const file = fileOf(path);
    file.append('one');
    expect(linesOf(path)).toEqual(['one']);
    file.append('two');
    expect(linesOf(path)).toEqual(['one', 'two']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  it('goes on where it was left', () => {
    const path = pathOf();
    fileOf(path).append('one');
    fileOf(path).append('two');
    expect(linesOf(path)).toEqual(['one', 'two']);
  });

  it('is bounded in total, and has the latest lines in order', () => {
    const path = pathOf();
    const file = fileOf(path);
    for (let number = 100; number < 1_000; number += 1) file.append(`line ${number}`);

    expect(readdirSync(join(path, '..')).toSorted()).toEqual(['a.jsonl', 'a.jsonl.1', 'a.jsonl.2']);
    const files = [`${path}.2`, `${path}.1`, path];
    for (const name of files) expect(statSync(name).size).toBeLessThanOrEqual(1_000);
    const numbers = files.flatMap(linesOf).map((line) => Number(line.slice(5)));
    expect(numbers.length).toBeGreaterThan(200);
    expect(numbers).toEqual(numbers.map((_, index) => 1_000 - numbers.length + index));
    expect(file.failed).toBe(0);
  });

  it('is followed when another writer puts it aside', () => {
    const path = pathOf();
    const file = fileOf(path);
    file.append('before');
    renameSync(path, `${path}.1`);
    vi.advanceTimersByTime(1_000);
    file.append('after');
    expect([linesOf(`${path}.1`), linesOf(path)]).toEqual([['before'], ['after']]);
  });

  it('counts what another writer adds', () => {
    const path = pathOf();
    const file = fileOf(path);
    file.append('mine');
    fileOf(path).append('x'.repeat(990));
    vi.advanceTimersByTime(1_000);
    file.append('mine again');
    expect(linesOf(path)).toEqual(['mine again']);
  });

  it.skipIf(!existsSync('/dev/full'))('counts the lines that a full disk does not take', () => {
    const path = pathOf();
    mkdirSync(join(path, '..'));
    symlinkSync('/dev/full', path);
    const file = fileOf(path);
    file.append('one');
    file.append('two');
    expect(file.failed).toBe(2);

    rmSync(path);
    file.append('three');
    expect(file.failed).toBe(2);
    // What was written in part, if anything, is a line of its own.
    expect(readFileSync(path, 'utf8')).toBe('\nthree\n');
  });
});
