import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommitMark } from '../../../../src/execution/journal/commit-mark.ts';

describe('CommitMark', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mark-'));
    path = join(directory, 'mark');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function read(): number {
    const mark = new CommitMark(path);
    const count = mark.read();
    mark.close();
    return count;
  }

  it('says what was written last, in another process too', () => {
    const mark = new CommitMark(path);
    expect(mark.read()).toBe(0);
    for (const count of [1, 2, 999_999_999_999]) mark.write(count);
    mark.close();
    expect(read()).toBe(999_999_999_999);
  });

  it('says 0 for anything that was not written so, whichever bit has changed', () => {
    const mark = new CommitMark(path);
    mark.write(123_456);
    mark.close();
    const bytes = readFileSync(path);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path, changed);
      expect(read()).toBe(0);
    }
    for (let size = 0; size < bytes.length; size += 1) {
      writeFileSync(path, bytes);
      truncateSync(path, size);
      expect(read()).toBe(0);
    }
  });

  it('is no reason to fail where it can be neither made nor read', () => {
    path = join(directory, 'no', 'such', 'folder');
    const mark = new CommitMark(path);
    mark.write(5);
    expect(mark.read()).toBe(0);
    mark.close();
  });

  it('writes nothing once it is closed, and closes nothing twice', () => {
    const mark = new CommitMark(path);
    mark.write(1);
    mark.close();
    mark.close();
    mark.write(2);
    expect(read()).toBe(1);
  });
});
