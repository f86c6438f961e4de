import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageOf, quote } from '../../base/errors.ts';
import { errnoOf, IpcError } from '../errors.ts';
import { libc } from './libc.ts';

const PREFIX = 'quantcell-ring-';

/** Names the home whose next host may want what is in it. */
const KEPT_FOR = 'kept-for';

/** Memory is not kept for a home that nobody comes back to, milliseconds. */
const KEPT_MS = 86_400_000;

const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * A private directory of a running host. The host holds a kernel lock on it, which ends with the process
 * however it dies, so that the next host can tell what was left behind from what is in use.
 */
export class RingDirectory {
  readonly path: string;
  readonly #lock: number;
  #open = true;

  private constructor(path: string, lock: number) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Makes a directory in `parent`. What it holds is kept for the next host on the home `keptFor`, if this
   * one is killed.
   *
   * @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE`
   */
  static create(parent: string, keptFor?: string): RingDirectory {
    for (;;) {
      const path = made(parent);
      if (keptFor !== undefined) writeFileSync(join(path, KEPT_FOR), keptFor, { mode: 0o600 });
      // A host that tidies up just now may take it for a dead one's before it is locked.
      const lock = locked(path);
      if (lock !== undefined) return new RingDirectory(path, lock);
    }
  }

  /** Removes the directory and what is in it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    rmSync(this.path, { recursive: true, force: true });
    closeSync(this.#lock);
  }
}

/** Removes what hosts that are dead left in `parent`, but for what waits for the next host on another home than `home`
 * (with `remove`, that as well). Gives the paths removed. Never removes a live one's. */
export function sweepRingDirectories(
  parent: string,
  home?: string,
  kept: 'leave' | 'remove' = 'leave',
): string[] {
  return namesIn(parent)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(parent, name))
    .filter((path) => kept === 'remove' || !isKeptFrom(path, home))
    .filter((path) => removeIfDead(path));
}

/** True if it waits for the next host on another home. */
function isKeptFrom(path: string, home: string | undefined): boolean {
  try {
    const file = join(path, KEPT_FOR);
    const keptFor = readFileSync(file, 'utf8');
    const isRecent = Date.now() - statSync(file).mtimeMs < KEPT_MS;
    return keptFor !== home && existsSync(keptFor) && isRecent;
  } catch {
    return false;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Whoever makes a directory there finds out why.
    return [];
  }
}

function removeIfDead(path: string): boolean {
  try {
    const lock = locked(path);
    if (lock === undefined) return false;
    try {
      if (fstatSync(lock).uid !== process.getuid?.()) return false;
      rmSync(path, { recursive: true, force: true });
      return true;
    } finally {
      closeSync(lock);
    }
  } catch {
    // Another user's, or no directory.
    return false;
  }
}

/** The descriptor of the locked directory, undefined if another process has it or it is gone. */
function locked(path: string): number | undefined {
  let lock: number;
  try {
    lock = openSync(path, DIRECTORY_FLAGS);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    if (libc().tryLock(lock) && isStill(path, lock)) return lock;
  } catch (thrown) {
    closeSync(lock);
    throw thrown;
  }
  closeSync(lock);
  return undefined;
}

function isStill(path: string, fd: number): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  const held = fstatSync(fd);
  return there?.ino === held.ino && there.dev === held.dev;
}

function made(parent: string): string {
  try {
    // For the owner only, as mkdtemp does it.
    return mkdtempSync(join(parent, PREFIX));
  } catch (thrown) {
    throw new IpcError(
      'SHARED_MEMORY_FAILED',
      `no directory for shared memory in ${quote(parent)}: ${messageOf(thrown)}`,
      { parent },
      thrown,
    );
  }
}
