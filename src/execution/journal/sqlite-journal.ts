import { crc32 } from 'node:zlib';
import type { Fill } from '../../model/fill.ts';
import { isClosed, type Order } from '../../model/order.ts';
import type { OrderUpdate } from '../../model/order-update.ts';
import { HomeDatabase, isDiskFull, type Row } from '../../storage/home-database.ts';
import { StoreError } from '../../storage/errors.ts';
import type { KeptPosition } from '../ledger.ts';
import type { TradingSwitch } from '../trading-switches.ts';
import { GroupCommit } from './group-commit.ts';
import { JOURNAL_LAYOUT } from './journal-layout.ts';
import type {
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

/** The journal of orders in an embedded database: everything is on the disk before it is acknowledged. */
export class SqliteJournal implements OrderJournal {
  readonly #database: HomeDatabase;
  readonly #commit: GroupCommit;

  /**
   * `path` is a file that is made if need be, or `:memory:` for one that ends with this process.
   *
   * @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`
   */
  constructor(path: string, listener: JournalListener) {
    this.#database = HomeDatabase.open(path, JOURNAL_LAYOUT);
    this.#commit = new GroupCommit({
      write: (entries) => this.#write(entries),
      isFull: isDiskFull,
      listener,
    });
  }

  load(): JournalContents {
    const open = this.#read('SELECT json, crc FROM orders WHERE closed = 0') as Order[];
    const closed = this.#read(
      'SELECT json, crc FROM orders WHERE closed = 1 ORDER BY created_at DESC LIMIT ?',
      RECENT_ORDERS,
    ) as Order[];
    const facts = this.#database.all('SELECT name, value FROM facts');
    const seqs = this.#database.all(
      'SELECT worker_id, max(seq) AS last FROM updates GROUP BY worker_id',
    );
    return {
      orders: [...closed.toReversed(), ...open],
      positions: this.#read('SELECT json, crc FROM positions') as KeptPosition[],
      switches: this.#read('SELECT json, crc FROM switches') as TradingSwitch[],
      facts: new Map(facts.map((row) => [String(row['name']), String(row['value'])])),
      lastSeqs: new Map(seqs.map((row) => [String(row['worker_id']), Number(row['last'])])),
    };
  }

  append(entry: JournalEntry, kind: 'intent' | 'fact'): Promise<void> {
    return this.#commit.append(entry, kind);
  }

  find(clientOrderId: string): Order | undefined {
    const [order] = this.#read(
      'SELECT json, crc FROM orders WHERE client_order_id = ?',
      clientOrderId,
    ) as Order[];
    return order;
  }

  hasFill(symbol: string, tradeId: string): boolean {
    const rows = this.#database.all(
      'SELECT 1 FROM fills WHERE symbol = ? AND trade_id = ?',
      symbol,
      tradeId,
    );
    return rows.length > 0;
  }

  updatesSince(workerId: string, seq: number): readonly OrderUpdate[] {
    return this.#read(
      'SELECT json, crc FROM updates WHERE worker_id = ? AND seq > ? ORDER BY seq',
      workerId,
      seq,
    ) as OrderUpdate[];
  }

  orders({ workerId, limit = DEFAULT_LIMIT }: OrderQuery): readonly Order[] {
    const where = workerId === undefined ? '' : 'WHERE worker_id = ?';
    const values = workerId === undefined ? [limit] : [workerId, limit];
    return this.#read(
      `SELECT json, crc FROM orders ${where} ORDER BY created_at DESC LIMIT ?`,
      ...values,
    ) as Order[];
  }

  fills({
    workerId,
    sinceMs = 0,
    limit = DEFAULT_LIMIT,
  }: FillQuery): ReturnType<OrderJournal['fills']> {
    const where = workerId === undefined ? '' : 'AND worker_id = ?';
    const values = workerId === undefined ? [sinceMs, limit] : [sinceMs, workerId, limit];
    return this.#database
      .all(
        `SELECT json, crc, worker_id FROM fills WHERE at >= ? ${where} ORDER BY at DESC LIMIT ?`,
        ...values,
      )
      .map((row) => ({
        fill: this.#checked(row) as Fill,
        workerId: row['worker_id'] as string | null,
      }));
  }

  close(): void {
    this.#commit.close();
    this.#database.close();
  }

  #write(entries: readonly JournalEntry[]): void {
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
      for (const position of positions.values()) this.#writePosition(position);
      for (const order of orders.values()) this.#writeOrder(order);
      for (const entry of entries) this.#writeOne(entry);
    });
  }

  #writeOrder(order: Order): void {
    this.#database.run(
      'INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?)',
      order.clientOrderId,
      order.workerId,
      isClosed(order) ? 1 : 0,
      order.createdAt,
      ...checkedText(order),
    );
  }

  #writePosition(position: KeptPosition): void {
    this.#database.run(
      'INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)',
      position.owner,
      position.symbol,
      ...checkedText(position),
    );
  }

  #writeOne({ update, fill, switch: set, fact }: JournalEntry): void {
    const database = this.#database;
    if (update !== undefined) {
      const { workerId } = update;
      const { seq } = update.update;
      database.run(
        'INSERT OR REPLACE INTO updates VALUES (?, ?, ?, ?)',
        workerId,
        seq,
        ...checkedText(update.update),
      );
      if (seq % 100 === 0) {
        database.run(
          'DELETE FROM updates WHERE worker_id = ? AND seq <= ?',
          workerId,
          seq - KEPT_UPDATES,
        );
      }
    }
    if (fill !== undefined) {
      const { symbol, tradeId, timestamp } = fill.fill;
      database.run(
        'INSERT OR IGNORE INTO fills VALUES (?, ?, ?, ?, ?, ?)',
        symbol,
        tradeId,
        fill.workerId,
        timestamp,
        ...checkedText(fill.fill),
      );
    }
    if (set !== undefined) {
      database.run(
        'INSERT OR REPLACE INTO switches VALUES (?, ?, ?)',
        set.scope,
        ...checkedText(set),
      );
    }
    if (fact !== undefined) {
      database.run('INSERT OR REPLACE INTO facts VALUES (?, ?)', fact.name, fact.value);
    }
  }

  #read(sql: string, ...values: readonly unknown[]): unknown[] {
    return this.#database.all(sql, ...values).map((row) => this.#checked(row));
  }

  #checked(row: Row): unknown {
    const json = String(row['json']);
    if (crc32(json) === Number(row['crc'])) return JSON.parse(json);
    const { path } = this.#database;
    throw new StoreError(
      'DATABASE_DAMAGED',
      `"${path}" is damaged (a row is not what was written: ${json.slice(0, 60)}): put a copy in its place; nothing is traded on it`,
      { path },
    );
  }
}

function checkedText(value: object): [string, number] {
  const json = JSON.stringify(value);
  return [json, crc32(json)];
}
