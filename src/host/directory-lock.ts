import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, quote } from '../base/errors.ts';
import { removeIfPossible } from '../base/remove-if-possible.ts';
import { FileLock } from '../storage/file-lock.ts';
import { DirectoryError } from './errors.ts';

/** Says who holds a directory; there as long as somebody does. */
export const OWNER_FILE = 'owner';

/** Keeps a directory for this process alone, as long as it lives. */
export class DirectoryLock {
  readonly #directory: string;
  readonly #lock: FileLock;

  private constructor(directory: string, lock: FileLock) {
    this.#directory = directory;
    this.#lock = lock;
  }

  /** @throws {DirectoryError} code `HOME_IN_USE` or `DIRECTORY_UNUSABLE` */
  static acquire(directory: string): DirectoryLock {
    let lock: FileLock | null;
    try {
      lock = FileLock.acquire(join(directory, 'lock'));
    } catch (thrown) {
      throw unusable(directory, thrown);
    }
    if (lock === null) {
      const owner = ownerOf(directory);
      throw new DirectoryError(
        'HOME_IN_USE',
        `${quote(directory)} is in use by ${owner}: stop it first, or choose another directory`,
        { directory, owner },
      );
    }
    try {
      writeFileSync(join(directory, OWNER_FILE), `process ${process.pid}`);
    } catch (thrown) {
      lock.release();
      throw unusable(directory, thrown);
    }
    return new DirectoryLock(directory, lock);
  }

  release(): void {
    removeIfPossible(join(this.#directory, OWNER_FILE));
    this.#lock.release();
  }
}

function unusable(directory: string, thrown: unknown): DirectoryError {
  const message = `can't lock ${quote(directory)}: ${messageOf(thrown)}`;
  return new DirectoryError('DIRECTORY_UNUSABLE', message, { directory }, thrown);
}

function ownerOf(directory: string): string {
  try {
    return readFileSync(join(directory, OWNER_FILE), 'utf8');
  } catch {
    return 'another process';
  }
}
