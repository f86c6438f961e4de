import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
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
    makeDirectories(path);
    return path;
  }

  /** Gives the directory back and removes what was temporary. */
  release(): void {
    this.#lock.release();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Makes a directory and what leads to it, level by level: Node 20's own recursive mkdir never ends where
 * a level can't be made although its parent is there, as in /proc.
 */
function makeDirectories(path: string): void {
  if (madeOrThere(path)) return;
  makeDirectories(dirname(path));
  if (!madeOrThere(path)) mkdirSync(path, { mode: 0o700 });
}

/** False if what leads to it is missing. */
function madeOrThere(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return true;
    throw thrown;
  }
}

function makePrivate(path: string): void {
  try {
    makeDirectories(path);
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
