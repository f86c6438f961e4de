import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, quote } from '../base/errors.ts';
import { DirectoryLock, OWNER_FILE } from './directory-lock.ts';
import { DirectoryError } from './errors.ts';

const TEMPORARY_PREFIX = 'quantcell-run-';

/**
 * The private directory of one manager: sockets, compiled strategies, what workers write before they
 * die. Within a home directory it stays the same; without one it is temporary.
 */
export class RunDirectory {
  /** Mode 0700. */
  readonly path: string;
  readonly #lock: DirectoryLock;

  private constructor(path: string, lock: DirectoryLock) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Takes `home`, or a new temporary directory, for this process alone.
   *
   * @throws {DirectoryError} code `HOME_IN_USE` or `DIRECTORY_UNUSABLE`
   */
  static acquire(home?: string): RunDirectory {
    if (home === undefined) {
      sweepTemporary();
      const path = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
      return new RunDirectory(path, DirectoryLock.acquire(path));
    }
    const directory = resolve(home);
    const path = join(directory, 'run');
    makePrivate(directory);
    const lock = DirectoryLock.acquire(directory);
    try {
      rmSync(path, { recursive: true, force: true });
      makePrivate(path);
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
    return new RunDirectory(path, lock);
  }

  /** A directory within, made if need be. */
  within(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** Gives the directory back and removes what was temporary. */
  release(): void {
    this.#lock.release();
    rmSync(this.path, { recursive: true, force: true });
  }
}

function makePrivate(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (thrown) {
    throw new DirectoryError(
      'DIRECTORY_UNUSABLE',
      `can't use ${quote(path)}: ${messageOf(thrown)}`,
      { path },
      thrown,
    );
  }
}

/** Removes temporary directories whose process is gone: a kill leaves nobody to tidy up. */
function sweepTemporary(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    const path = join(tmpdir(), name);
    // One that has no owner yet is just being taken.
    if (!existsSync(join(path, OWNER_FILE))) continue;
    try {
      DirectoryLock.acquire(path).release();
      rmSync(path, { recursive: true, force: true });
    } catch {
      // It is in use, or it is somebody else's.
    }
  }
}
