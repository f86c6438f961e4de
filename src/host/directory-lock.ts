import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { messageOf, quote } from '../base/errors.ts';
import { removeIfPossible } from '../base/remove-if-possible.ts';
import { DirectoryError } from './errors.ts';

/** Says who holds a directory; there as long as somebody does. */
export const OWNER_FILE = 'owner';

/**
 * Keeps a directory for this process alone. An exclusive transaction on an empty database file is a
 * lock of the kernel's: it ends with the process, however that dies, and leaves nothing to judge stale.
 */
export class DirectoryLock {
  readonly #directory: string;
  readonly #database: Database.Database;

  private constructor(directory: string, database: Database.Database) {
    this.#directory = directory;
    this.#database = database;
  }

  /** @throws {DirectoryError} code `HOME_IN_USE` or `DIRECTORY_UNUSABLE` */
  static acquire(directory: string): DirectoryLock {
    let database: Database.Database | undefined;
    try {
      database = new Database(join(directory, 'lock'));
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (thrown) {
      database?.close();
      if (/busy|locked/i.test(messageOf(thrown))) {
        const owner = ownerOf(directory);
        throw new DirectoryError(
          'HOME_IN_USE',
          `${quote(directory)} is in use by ${owner}: stop it first, or choose another directory`,
          { directory, owner },
          thrown,
        );
      }
      throw unusable(directory, thrown);
    }
    try {
      writeFileSync(join(directory, OWNER_FILE), `process ${process.pid}`);
    } catch (thrown) {
      database.close();
      throw unusable(directory, thrown);
    }
    return new DirectoryLock(directory, database);
  }

  release(): void {
    removeIfPossible(join(this.#directory, OWNER_FILE));
    this.#database.close();
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
