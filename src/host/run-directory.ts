import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeDirectories } from '../base/make-directories.ts';
import { removeIfPossible } from '../base/remove-if-possible.ts';
import { DirectoryLock, OWNER_FILE } from './directory-lock.ts';
import { makePrivateDirectory, useDirectory } from './private-directory.ts';

const TEMPORARY_PREFIX = 'quantcell-run-';

/** Where the files behind the stdout and stderr of processes are. */
export const OUTPUT = 'output';

/** Where compiled strategies are. */
export const STRATEGIES = 'strategies';

const USED_BY_SURVIVORS: readonly string[] = [OUTPUT, STRATEGIES];

const LEFT_STATES = 'left-states';

/**
 * The private directory of one manager: sockets, compiled strategies, what workers write before they
 * die. Within a home directory it stays the same; without one it is temporary.
 */
export class RunDirectory {
  /** Mode 0700. */
  readonly path: string;
  /** Where workers without a host leave their states; it outlives this directory. */
  readonly statesPath: string;
  readonly #lock: DirectoryLock;

  private constructor(path: string, statesPath: string, lock: DirectoryLock) {
    this.path = path;
    this.statesPath = statesPath;
    this.#lock = lock;
  }

  /** The socket on which workers hold on to their host. */
  get lifelinePath(): string {
    return join(this.path, 'lifeline.sock');
  }

  /**
   * Takes `home`, or a new temporary directory, for this process alone. What workers need that may have
   * outlived the host before stays with `survive`.
   *
   * @throws {DirectoryError} code `HOME_IN_USE` or `DIRECTORY_UNUSABLE`
   */
  static acquire(home?: string, survive = false): RunDirectory {
    if (home === undefined) {
      sweepTemporary();
      const path = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
      return new RunDirectory(path, join(path, LEFT_STATES), DirectoryLock.acquire(path));
    }
    const directory = resolve(home);
    const path = join(directory, 'run');
    makePrivateDirectory(directory);
    const lock = DirectoryLock.acquire(directory);
    try {
      useDirectory(path, () => {
        if (!survive) rmSync(path, { recursive: true, force: true });
        makePrivateDirectory(path);
        for (const name of readdirSync(path)) {
          if (!USED_BY_SURVIVORS.includes(name)) rmSync(join(path, name), { recursive: true });
        }
      });
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
    return new RunDirectory(path, join(directory, LEFT_STATES), lock);
  }

  /** Removes what processes wrote that are gone. */
  sweepOutput(used: ReadonlySet<string>): void {
    const output = this.within(OUTPUT);
    for (const name of readdirSync(output)) {
      const path = join(output, name);
      if (!used.has(path)) removeIfPossible(path);
    }
  }

  /** A directory within, made if need be. @throws {DirectoryError} code `DIRECTORY_UNUSABLE` */
  within(name: string): string {
    const path = join(this.path, name);
    useDirectory(path, () => makeDirectories(path));
    return path;
  }

  /** Gives the directory back and removes what was temporary. */
  release(): void {
    // While it is still ours: the next one to have it must not lose what it has made there.
    removeIfPossible(this.path);
    this.#lock.release();
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
