import Database from 'libsql';
import { messageOf } from '../base/errors.ts';

/**
 * A file that one process has at a time. An exclusive transaction on an empty database file is a lock of the
 * kernel's: it ends with the process, however that dies, and leaves nothing to judge stale.
 */
export class FileLock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Null if somebody else has it. @throws if the file can't be made */
  static acquire(path: string): FileLock | null {
    let database: Database.Database | undefined;
    try {
      database = new Database(path);
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
      return new FileLock(database);
    } catch (thrown) {
      database?.close();
      if (/busy|locked/i.test(messageOf(thrown))) return null;
      throw thrown;
    }
  }

  release(): void {
    this.#database.close();
  }
}
