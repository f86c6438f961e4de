import { quote } from '../../base/errors.ts';
import { StoreError } from '../../storage/errors.ts';
import {
  asBytes,
  fromBytes,
  HomeDatabase,
  isDiskFull,
  type Row,
} from '../../storage/home-database.ts';
import { entryOfBody, NO_HASH, type AuditEntry, type AuditIntent } from './audit-entry.ts';

const LAYOUT = {
  version: 1,
  // A chain has one end.
  exclusive: true,
  // Not against somebody who has the file, which the chain is for: against a slip in here.
  schema: `
  CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY,
    action TEXT NOT NULL,
    target TEXT,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS entries_by_action ON entries (action, seq);
  CREATE INDEX IF NOT EXISTS entries_by_target ON entries (target, seq);
  CREATE TABLE IF NOT EXISTS attempts (id INTEGER PRIMARY KEY, at REAL NOT NULL, intent TEXT NOT NULL);
  CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS entries_stand BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`,
} as const;

export interface AuditQuery {
  /** @default 100, at most 1,000 */
  readonly limit?: number;
  /** Only what is older than this one, for the next page. */
  readonly beforeSeq?: number;
  readonly action?: string;
  readonly target?: string;
}

/** An entry as it is kept. */
export interface StoredEntry {
  readonly seq: number;
  readonly action: string;
  readonly target: string | null;
  readonly body: string;
  readonly hash: string;
}

/** Something that was begun by a process that did not live to say how it ended. */
export interface OpenAttempt {
  readonly id: number;
  readonly intent: AuditIntent;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const COLUMNS = `seq, ${asBytes('action')} AS action, ${asBytes('target')} AS target, ${asBytes('body')} AS body, ${asBytes('hash')} AS hash`;

/** The tables of the audit log. All of it may throw a StoreError. */
export class AuditStore {
  readonly #path: string;
  /** Undefined when it is closed: the library ends the process where a closed one is used. */
  #open: HomeDatabase | undefined;
  #isOver = false;

  /** @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`, `DATABASE_IN_USE` */
  constructor(path: string) {
    this.#path = path;
    this.#open = HomeDatabase.open(path, LAYOUT);
  }

  /** Number and hash of the last entry. */
  head(): { seq: number; hash: string } {
    const [row] = this.#database.all(`SELECT ${COLUMNS} FROM entries ORDER BY seq DESC LIMIT 1`);
    if (row === undefined) return { seq: 0, hash: NO_HASH };
    const { seq, hash } = storedOf(row);
    return { seq, hash };
  }

  /** It outlives this process, and the machine as soon as an entry is written that does. */
  addAttempt(at: number, intent: string): number {
    return this.#write('process', () => {
      this.#database.run('INSERT INTO attempts (at, intent) VALUES (?, ?)', at, intent);
      const [row] = this.#database.all('SELECT max(id) AS id FROM attempts');
      return Number(row?.['id']);
    });
  }

  openAttempts(): readonly OpenAttempt[] {
    const rows = this.#database.all(
      `SELECT id, ${asBytes('intent')} AS intent FROM attempts ORDER BY id`,
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      intent: JSON.parse(String(fromBytes(row['intent']))) as AuditIntent,
    }));
  }

  /** All of them or none; `attempts` are over with that. */
  append(
    entries: readonly StoredEntry[],
    attempts: readonly number[],
    durability: 'process' | 'machine',
  ): void {
    this.#write(durability, () => {
      for (const { seq, action, target, body, hash } of entries) {
        this.#database.run(
          'INSERT INTO entries VALUES (?, ?, ?, ?, ?)',
          seq,
          action,
          target,
          body,
          hash,
        );
      }
      for (const id of attempts) this.#database.run('DELETE FROM attempts WHERE id = ?', id);
    });
  }

  /** The newest first. */
  list({ limit = DEFAULT_LIMIT, beforeSeq, action, target }: AuditQuery): readonly AuditEntry[] {
    const conditions: [string, string | number | undefined][] = [
      ['seq < ?', beforeSeq],
      ['action = ?', action],
      ['target = ?', target],
    ];
    const asked = conditions.filter(([, value]) => value !== undefined);
    const where = asked.length === 0 ? '' : `WHERE ${asked.map(([sql]) => sql).join(' AND ')}`;
    const rows = this.#database.all(
      `SELECT ${COLUMNS} FROM entries ${where} ORDER BY seq DESC LIMIT ?`,
      ...asked.map(([, value]) => value),
      Math.max(1, Math.min(MAX_LIMIT, Math.trunc(limit))),
    );
    return rows
      .map(storedOf)
      .map(({ body, hash }) => entryOfBody(body, hash))
      .filter((entry) => entry !== undefined);
  }

  /** The next entries behind `seq`, oldest first. */
  page(seq: number, count: number): readonly StoredEntry[] {
    return this.#database
      .all(`SELECT ${COLUMNS} FROM entries WHERE seq > ? ORDER BY seq LIMIT ?`, seq, count)
      .map(storedOf);
  }

  close(): void {
    this.#isOver = true;
    this.#letGo();
  }

  /**
   * A statement that met somebody else's lock stays under way in the library, so that nothing could be written
   * any more. A full disk leaves nothing of that kind, and gives no room to open anything.
   */
  #write<T>(durability: 'process' | 'machine', work: () => T): T {
    const database = this.#database;
    try {
      return database.transaction(durability, work);
    } catch (thrown) {
      if (this.#path !== ':memory:' && !isDiskFull(thrown)) this.#letGo();
      throw thrown;
    }
  }

  get #database(): HomeDatabase {
    if (this.#isOver) {
      const message = `the audit log ${quote(this.#path)} is closed: this process is about to end`;
      throw new StoreError('DATABASE_UNUSABLE', message, { path: this.#path });
    }
    this.#open ??= HomeDatabase.open(this.#path, LAYOUT);
    return this.#open;
  }

  #letGo(): void {
    this.#open?.close();
    this.#open = undefined;
  }
}

function storedOf(row: Row): StoredEntry {
  const target = fromBytes(row['target']);
  return {
    seq: Number(row['seq']),
    action: String(fromBytes(row['action'])),
    target: typeof target === 'string' ? target : null,
    body: String(fromBytes(row['body'])),
    hash: String(fromBytes(row['hash'])),
  };
}
