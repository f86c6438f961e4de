import { copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import Database from 'libsql';
import { messageOf, quote } from '../base/errors.ts';
import { removeIfPossible } from '../base/remove-if-possible.ts';
import { syncDirectories } from './sync-directories.ts';
import { StoreError } from './errors.ts';
import { FileLock } from './file-lock.ts';

/** The tables of a database. */
export interface Layout {
  /** A database of a later version is left alone. */
  readonly version: number;
  /** Makes what is not there yet. */
  readonly schema: string;
  /** What every transaction survives at least. @default process */
  readonly durability?: Durability;
  /** Nobody else may open it as long as this process has it. @default false */
  readonly exclusive?: boolean;
  /**
   * `quick` finds pages that are none any more, `full` also indexes that miss a row, which takes as long as
   * reading all of it. @default quick
   */
  readonly check?: 'quick' | 'full';
  /**
   * Who moves what is in the log beside the file into it: SQLite, which tells nobody of a disk that fails at
   * that, or whoever calls `checkpoint`. @default sqlite
   */
  readonly checkpoints?: 'sqlite' | 'caller';
}

/**
 * What a write must survive: the death of this process (the write is in the system's memory), or also
 * that of the machine (it is on the disk).
 */
export type Durability = 'process' | 'machine';

export type Row = Readonly<Record<string, unknown>>;

/**
 * An embedded database of a home directory. Everything of the SQLite library's own stays in this
 * file, so that another can take its place.
 */
export class HomeDatabase {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #least: Durability;
  readonly #lock: FileLock | undefined;
  readonly #statements = new Map<string, Database.Statement>();

  private constructor(
    path: string,
    database: Database.Database,
    durability: Durability,
    lock: FileLock | undefined,
  ) {
    this.#lock = lock;
    this.path = path;
    this.#least = durability;
    this.#database = database;
  }

  /**
   * `path` is a file that is made if need be, or `:memory:` for a database that ends with this process.
   *
   * @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`, `DATABASE_IN_USE`
   */
  static open(path: string, layout: Layout): HomeDatabase {
    const { version, schema, durability = 'process', exclusive = false } = layout;
    const lock = exclusive ? lockOf(path) : undefined;
    let database: Database.Database | undefined;
    const isNew = path !== ':memory:' && !existsSync(path);
    try {
      database = new Database(path);
      checkSound(path, database, layout.check ?? 'quick');
      const found = checkVersion(path, database, version);
      const synchronous = durability === 'machine' ? 'FULL' : 'NORMAL';
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
      if (layout.checkpoints === 'caller') database.exec('PRAGMA wal_autocheckpoint = 0');
      database.exec(schema);
      // Not written again: where the log ends in damage, that would be the end of what follows there.
      if (found !== version) database.exec(`PRAGMA user_version = ${version}`);
      // SQLite sees to its own files; the directory may be as new as they are.
      if (isNew) syncDirectories(path);
      return new HomeDatabase(path, database, durability, lock);
    } catch (thrown) {
      const error = storeError(path, thrown);
      if (error.code === 'DATABASE_DAMAGED') letGo(path);
      database?.close();
      lock?.release();
      throw error;
    }
  }

  /** Runs `work` as one transaction: all of it is written, or none. @throws {StoreError} */
  transaction<T>(durability: Durability, work: () => T): T {
    return this.#guard(() => {
      if (durability === this.#least || durability === 'process') return this.#asOne(work);
      this.#database.exec('PRAGMA synchronous = FULL');
      try {
        return this.#asOne(work);
      } finally {
        this.#database.exec('PRAGMA synchronous = NORMAL');
      }
    });
  }

  // Not the library's own: where the disk is full, that tells of its vain rollback instead.
  #asOne<T>(work: () => T): T {
    this.#rollBack();
    this.#database.exec('BEGIN');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (thrown) {
      this.#rollBack();
      throw thrown;
    }
  }

  #rollBack(): void {
    try {
      // Some faults of the disk have SQLite roll back by itself.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // It is tried again before the next transaction.
    }
  }

  /** Returns how many rows were changed. */
  run(sql: string, ...values: readonly unknown[]): number {
    return this.#guard(() => this.#statement(sql).run(...values).changes);
  }

  /** Moves what is in the log beside the file into it, so that the log begins anew. @throws {StoreError} */
  checkpoint(): void {
    this.#guard(() => this.#database.pragma('wal_checkpoint(PASSIVE)'));
  }

  all(sql: string, ...values: readonly unknown[]): readonly Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[]);
  }

  /** Never throws: what was written stays in the log beside the file, where the disk is full, and is found there. */
  close(): void {
    this.#statements.clear();
    try {
      // So that the file is the whole of it, for whoever copies it.
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // The next one to open it goes on with both.
    }
    try {
      this.#database.close();
    } catch {
      // Nobody uses it any more.
    }
    this.#lock?.release();
  }

  /** Closes it and leaves the files as they are, for somebody to look at. Never throws. */
  leave(): void {
    letGo(this.path);
    this.#statements.clear();
    try {
      this.#database.close();
    } catch {
      // Nobody uses it any more.
    }
    this.#lock?.release();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw storeError(this.path, thrown);
    }
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql) as Database.Statement;
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** @throws {StoreError} code `DATABASE_IN_USE` */
function lockOf(path: string): FileLock | undefined {
  if (path === ':memory:') return undefined;
  let lock: FileLock | null;
  try {
    lock = FileLock.acquire(`${path}.lock`);
  } catch (thrown) {
    throw storeError(path, thrown);
  }
  if (lock !== null) return lock;
  throw new StoreError(
    'DATABASE_IN_USE',
    `${quote(path)} is in use by another process: end that, or take another home directory`,
    { path },
  );
}

/**
 * Puts another file with the same content in the place of one that is damaged: whoever closes a database
 * writes what is in the log beside it into it, and removes that. SQLite does not where the file has moved.
 */
function letGo(path: string): void {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size === 0) return;
  const copy = `${path}.part`;
  try {
    copyFileSync(path, copy);
    renameSync(copy, path);
  } catch {
    removeIfPossible(copy);
  }
}

function checkSound(path: string, database: Database.Database, how: 'quick' | 'full'): void {
  const name = how === 'full' ? 'integrity_check' : 'quick_check';
  const [first] = database.pragma(name) as Record<string, string>[];
  if (first?.[name] !== 'ok') throw damaged(path, first?.[name] ?? 'no answer');
}

function checkVersion(path: string, database: Database.Database, known: number): number {
  const [row] = database.pragma('user_version') as { user_version: number }[];
  const version = row?.user_version ?? 0;
  if (version > known) {
    throw new StoreError(
      'DATABASE_TOO_NEW',
      `${quote(path)} was written by a later version (layout ${version}, this one knows ${known}): use that version, or another home directory`,
      { path, version },
    );
  }
  return version;
}

function damaged(path: string, what: string): StoreError {
  return new StoreError(
    'DATABASE_DAMAGED',
    `${quote(path)} is damaged (${what}): put a copy in its place, or move it away to begin with an empty one; nothing was changed in it`,
    { path },
  );
}

/**
 * A column to select, as bytes where it is a text: the library ends the process at a text that is not UTF-8,
 * which a flipped bit makes of any.
 */
export function asBytes(column: string): string {
  return `iif(typeof(${column}) = 'text', CAST(${column} AS BLOB), ${column})`;
}

/** The text of a column that was selected `asBytes`, with a sign for what is none; anything else as it is. */
export function fromBytes(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Buffer.from(value as ArrayBuffer).toString()
    : value;
}

/**
 * Whether a write failed because there was no room: it can be tried again once there is. SQLite says so for
 * ENOSPC of a write; that of a sync, and what a quota says, count as a disk that fails.
 */
export function isDiskFull(error: unknown): boolean {
  return error instanceof StoreError && String(error.facts['sqlite']).startsWith('SQLITE_FULL');
}

function storeError(path: string, thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return damaged(path, messageOf(thrown));
  }
  const full = code.startsWith('SQLITE_FULL') ? ': the disk is full' : '';
  return new StoreError(
    'DATABASE_UNUSABLE',
    `can't use the database ${quote(path)}${full}: ${messageOf(thrown)}`,
    { path, sqlite: code },
    thrown,
  );
}
