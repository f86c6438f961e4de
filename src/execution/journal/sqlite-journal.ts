import { crc32 } from 'node:zlib';
import type { Fill } from '../../model/fill.ts';
import { isClosed, type Order } from '../../model/order.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import {
  asBytes,
  fromBytes,
  HomeDatabase,
  isDiskFull,
  type Row,
} from '../../storage/home-database.ts';
import { StoreError } from '../../storage/errors.ts';
import type { KeptPosition } from '../ledger.ts';
import type { TradingSwitch } from '../trading-switches.ts';
import { CommitMark } from './commit-mark.ts';
import { GroupCommit } from './group-commit.ts';
import { COLUMNS, JOURNAL_LAYOUT, type Table } from './journal-layout.ts';
import type {
  FillPage,
  FillQuery,
  JournalContents,
  JournalEntry,
  JournalListener,
  OrderJournal,
  OrderQuery,
} from './order-journal.ts';

/** Closed orders that are known without asking the database again. */
const RECENT_ORDERS = 1_000;
const DEFAULT_LIMIT = 100;
/** Updates that are kept of a worker: it must have been away very long to miss more. */
const KEPT_UPDATES = 10_000;
/** Entries from one checkpoint to the next: the log beside the file stays below some 10 MB. */
const CHECKPOINT_ENTRIES = 500;
/** Fills that are read at once where all are. */
const PAGE_OF_FILLS = 2_000;
/** Orders that are looked through at most for those of a symbol, the newest of all; and fills for those of a worker. */
const LOOKED_THROUGH = 20_000;
const OLDEST_LOOKED_THROUGH =
  'SELECT min(created_at) FROM (SELECT created_at FROM orders ORDER BY created_at DESC LIMIT ?)';
/** The fact that counts the groups that were written. */
const GROUPS = 'groups';

/** The journal of orders in an embedded database: everything is on the disk before it is acknowledged. */
export class SqliteJournal implements OrderJournal {
  readonly #database: HomeDatabase;
  readonly #commit: GroupCommit;
  readonly #mark: CommitMark | undefined;
  /** Groups that are written. */
  #groups = 0;
  #sinceCheckpoint = 0;
  #isDamaged = false;

  /**
   * `path` is a file that is made if need be, or `:memory:` for one that ends with this process.
   *
   * @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`
   */
  constructor(path: string, listener: JournalListener) {
    this.#database = HomeDatabase.open(path, JOURNAL_LAYOUT);
    this.#mark = path === ':memory:' ? undefined : new CommitMark(`${path}-mark`);
    try {
      this.#checkWhole();
    } catch (thrown) {
      this.#letGo();
      throw thrown;
    }
    this.#commit = new GroupCommit({
      write: (entries) => this.#write(entries),
      tidy: () => this.#tidy(),
      isFull: isDiskFull,
      listener,
    });
  }

  load(): JournalContents {
    const open = this.#read('orders', 'WHERE closed = 0') as Order[];
    const closed = this.#read(
      'orders',
      'WHERE closed = 1 ORDER BY created_at DESC LIMIT ?',
      RECENT_ORDERS,
    ) as Order[];
    return {
      orders: [...closed.toReversed(), ...open],
      positions: this.#read('positions') as KeptPosition[],
      switches: this.#read('switches') as TradingSwitch[],
      facts: this.#facts(),
      lastSeqs: this.#lastSeqs(),
    };
  }

  #facts(): Map<string, string> {
    return new Map(this.#rows('facts').map(([name, value]) => [String(name), String(value)]));
  }

  #lastSeqs(): Map<string, number> {
    const lasts = new Map<string, number>();
    const workers = this.#database.all(
      `SELECT ${asBytes('worker_id')} AS id, min(seq) AS first, max(seq) AS last, count(*) AS count FROM updates GROUP BY worker_id`,
    );
    for (const row of workers) {
      const workerId = String(fromBytes(row['id']));
      const last = Number(row['last']);
      if (last - Number(row['first']) + 1 !== Number(row['count']))
        throw this.#damaged(`updates of ${workerId} are missing before ${last}`);
      this.updatesSince(workerId, last - 1);
      lasts.set(workerId, last);
    }
    return lasts;
  }

  append(entry: JournalEntry, kind: 'intent' | 'fact'): Promise<void> {
    return this.#commit.append(entry, kind);
  }

  find(clientOrderId: string): Order | undefined {
    const [order] = this.#read('orders', 'WHERE client_order_id = ?', clientOrderId) as Order[];
    return order;
  }

  hasFill(fill: Fill): boolean {
    const rows = this.#database.all(
      'SELECT 1 FROM fills WHERE symbol = ? AND trade_id = ?',
      fill.symbol,
      tradeOf(fill),
    );
    return rows.length > 0;
  }

  updatesSince(workerId: string, seq: number): readonly OrderUpdate[] {
    return this.#read(
      'updates',
      'WHERE worker_id = ? AND seq > ? ORDER BY seq',
      workerId,
      seq,
    ) as OrderUpdate[];
  }

  orders({ workerId, symbol, limit = DEFAULT_LIMIT }: OrderQuery): readonly Order[] {
    const wanted: (readonly [condition: string, value: unknown])[] = [];
    if (workerId !== undefined) wanted.push(['worker_id = ?', workerId]);
    if (symbol !== undefined) {
      // No index has symbols: only so many are looked through, as whoever waits for an order waits for this too.
      wanted.push([`created_at >= (${OLDEST_LOOKED_THROUGH})`, LOOKED_THROUGH]);
      wanted.push(['instr(json, ?) > 0', `"symbol":${JSON.stringify(symbol)}`]);
    }
    const conditions = wanted.map(([condition]) => condition).join(' AND ');
    return this.#read(
      'orders',
      `${conditions && `WHERE ${conditions}`} ORDER BY created_at DESC LIMIT ?`,
      ...wanted.map(([, value]) => value),
      limit,
    ) as Order[];
  }

  fills({
    workerId,
    sinceMs = 0,
    limit = DEFAULT_LIMIT,
  }: FillQuery): ReturnType<OrderJournal['fills']> {
    const where = workerId === undefined ? '' : 'AND worker_id = ?';
    const values = workerId === undefined ? [sinceMs, limit] : [sinceMs, workerId, limit];
    return this.#rows(
      'fills',
      `WHERE at >= ? ${where} ORDER BY at DESC, id DESC LIMIT ?`,
      ...values,
    ).map(([, , owner, , json]) => ({
      fill: JSON.parse(json as string) as Fill,
      workerId: owner as string | null,
    }));
  }

  fillsAfter(workerId: string, place: number): FillPage {
    const [row] = this.#database.all('SELECT max(id) AS newest FROM fills');
    const newest = Number(row?.['newest'] ?? 0);
    const end = Math.min(newest, place + LOOKED_THROUGH);
    const rows = this.#rows(
      'fills',
      'WHERE id > ? AND id <= ? AND worker_id = ? ORDER BY id LIMIT ?',
      place,
      end,
      workerId,
      LOOKED_THROUGH,
    );
    const fills = rows.map((values) => JSON.parse(values[JSON_OF_FILL] as string) as Fill);
    return { fills, place: Math.max(place, end), isLast: end >= newest };
  }

  *allFills(): Iterable<Fill> {
    for (let last = 0; ;) {
      const rows = this.#database.all(
        `SELECT id, ${columnsOf('fills')} FROM fills WHERE id > ? ORDER BY id LIMIT ?`,
        last,
        PAGE_OF_FILLS,
      );
      for (const { id: _id, ...row } of rows)
        yield JSON.parse(this.#checked('fills', row)[JSON_OF_FILL] as string) as Fill;
      if (rows.length < PAGE_OF_FILLS) return;
      last = Number(rows.at(-1)?.['id']);
    }
  }

  close(): void {
    this.#commit.close();
    this.#letGo();
  }

  #letGo(): void {
    if (this.#isDamaged) this.#database.leave();
    else this.#database.close();
    this.#mark?.close();
  }

  #write(entries: readonly JournalEntry[]): void {
    const groups = this.#groups + 1;
    // Of an order or a position that changes several times in a group, the last word is written.
    const orders = new Map(
      entries.flatMap(({ order }) => (order === undefined ? [] : [[order.clientOrderId, order]])),
    );
    const positions = new Map(
      entries.flatMap(({ position }) =>
        position === undefined ? [] : [[`${position.owner} ${position.symbol}`, position]],
      ),
    );
    this.#database.transaction('machine', () => {
      for (const position of positions.values())
        this.#put('positions', position.owner, position.symbol, json(position));
      for (const order of orders.values()) this.#writeOrder(order);
      for (const entry of entries) this.#writeOne(entry);
      this.#put('facts', GROUPS, String(groups));
    });
    this.#groups = groups;
    this.#mark?.write(groups);
    this.#sinceCheckpoint += entries.length;
  }

  #tidy(): void {
    if (this.#sinceCheckpoint < CHECKPOINT_ENTRIES) return;
    this.#sinceCheckpoint = 0;
    this.#database.checkpoint();
  }

  #checkWhole(): void {
    const known = this.#mark?.read() ?? 0;
    this.#groups = Number(this.#facts().get(GROUPS) ?? 0);
    if (this.#groups >= known) return;
    const { path } = this.#database;
    throw this.#damaged(
      `its end is missing: it has had ${known} groups of entries, as "${path}-mark" says, and has ${this.#groups}`,
    );
  }

  #writeOrder(order: Order): void {
    const { clientOrderId, workerId, createdAt } = order;
    this.#put('orders', clientOrderId, workerId, isClosed(order) ? 1 : 0, createdAt, json(order));
  }

  #writeOne({ update, fill, switch: set, fact }: JournalEntry): void {
    if (update !== undefined) this.#writeUpdate(update.workerId, update.update);
    if (fill !== undefined) {
      const { symbol, timestamp } = fill.fill;
      this.#put('fills', symbol, tradeOf(fill.fill), fill.workerId, timestamp, json(fill.fill));
    }
    if (set !== undefined) this.#put('switches', set.scope, json(set));
    if (fact !== undefined) this.#put('facts', fact.name, fact.value);
  }

  #writeUpdate(workerId: string, update: OrderUpdate): void {
    const { seq } = update;
    this.#put('updates', workerId, seq, json(update));
    if (seq % 100 !== 0) return;
    const oldest = seq - KEPT_UPDATES;
    this.#database.run('DELETE FROM updates WHERE worker_id = ? AND seq <= ?', workerId, oldest);
  }

  /** Writes a row, with its checksum at the end. A fill that is there already stays as it is. */
  #put(table: Table, ...values: readonly unknown[]): void {
    const how = table === 'fills' ? 'IGNORE' : 'REPLACE';
    const places = COLUMNS[table].map(() => '?').join(', ');
    this.#database.run(
      `INSERT OR ${how} INTO ${table} (${COLUMNS[table].join(', ')}) VALUES (${places})`,
      ...values,
      checksum(values),
    );
  }

  #read(table: Exclude<Table, 'facts'>, rest = '', ...values: readonly unknown[]): unknown[] {
    const at = COLUMNS[table].length - 2;
    return this.#rows(table, rest, ...values).map((row) => JSON.parse(row[at] as string));
  }

  /** The columns of rows that are as they were written. @throws {StoreError} code `DATABASE_DAMAGED` */
  #rows(table: Table, rest = '', ...values: readonly unknown[]): unknown[][] {
    return this.#database
      .all(`SELECT ${columnsOf(table)} FROM ${table} ${rest}`, ...values)
      .map((row) => this.#checked(table, row));
  }

  #checked(table: Table, row: Row): unknown[] {
    const values = Object.values(row).map(fromBytes);
    if (checksum(values.slice(0, -1)) === values.at(-1)) return values;
    const text = JSON.stringify(values).slice(0, 80);
    throw this.#damaged(`a row of ${table} is not what was written: ${text}`);
  }

  #damaged(what: string): StoreError {
    const { path } = this.#database;
    this.#isDamaged = true;
    return new StoreError(
      'DATABASE_DAMAGED',
      `"${path}" is damaged (${what}): put a copy in its place; nothing is traded on it`,
      { path },
    );
  }
}

const JSON_OF_FILL = COLUMNS.fills.indexOf('json');

function columnsOf(table: Table): string {
  return COLUMNS[table].map((name) => `${asBytes(name)} AS ${name}_`).join(', ');
}

/** Two of our strategies that trade with each other have one trade, and a fill on each side of it. */
function tradeOf({ tradeId, side }: Fill): string {
  return `${tradeId} ${side}`;
}

function json(value: object): string {
  return JSON.stringify(value);
}

/** Of all columns, keys and flags too: a row that is found under another's key is as wrong as another row. */
function checksum(values: readonly unknown[]): number {
  return crc32(JSON.stringify(values));
}
