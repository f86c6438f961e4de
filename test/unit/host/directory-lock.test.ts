import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryLock } from '../../../src/host/directory-lock.ts';
import { RunDirectory } from '../../../src/host/run-directory.ts';

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe('DirectoryLock', () => {
  it('keeps others out as long as it is held', () => {
    const directory = temporaryDirectory();
    const lock = DirectoryLock.acquire(directory);
    const acquire = (): DirectoryLock => DirectoryLock.acquire(directory);
    expect(acquire).toThrow(expect.objectContaining({ code: 'HOME_IN_USE' }));
    expect(acquire).toThrow(`process ${process.pid}`);
    lock.release();

    acquire().release();
  });

  it('does not mind the owner file of one that is gone', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'owner'), 'process 1');

    DirectoryLock.acquire(directory).release();
  });

  it('is refused a directory that there is not', () => {
    const acquire = (): unknown => DirectoryLock.acquire(join(temporaryDirectory(), 'nowhere'));

    expect(acquire).toThrow(expect.objectContaining({ code: 'DIRECTORY_UNUSABLE' }));
  });
});

describe('RunDirectory', () => {
  it('clears what was left by one that is gone', () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, 'run/output'), { recursive: true });
    writeFileSync(join(home, 'run/output/old'), '');
    writeFileSync(join(home, 'kept'), '');
    const directory = RunDirectory.acquire(home);

    expect(readdirSync(directory.path)).toEqual([]);
    directory.release();
    expect(existsSync(directory.path)).toBe(false);
    expect(existsSync(join(home, 'kept'))).toBe(true);
  });

  it('gives each its own temporary directory', () => {
    const [one, other] = [RunDirectory.acquire(), RunDirectory.acquire()];
    expect(one.path).not.toBe(other.path);
    expect(existsSync(one.path)).toBe(true);
    one.release();
    other.release();

    expect(existsSync(one.path)).toBe(false);
  });
});
