import type { Layout } from '../../storage/home-database.ts';

/**
 * The tables of the journal of orders. Each row ends with a checksum of the columns before it: SQLite notices a
 * page that is no page of its own any more, and not a digit that has changed.
 * The id of a fill counts up: fills of one moment, and of a clock that was set back, stay in the order in which
 * they came.
 */
export const JOURNAL_LAYOUT: Layout = {
  version: 1,
  durability: 'machine',
  exclusive: true,
  check: 'full',
  checkpoints: 'caller',
  schema: `
  CREATE TABLE IF NOT EXISTS orders (
    client_order_id TEXT PRIMARY KEY,
    worker_id TEXT,
    closed INTEGER NOT NULL,
    created_at REAL NOT NULL,
    json TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS orders_by_time ON orders (created_at);
  CREATE INDEX IF NOT EXISTS open_orders ON orders (closed) WHERE closed = 0;
  CREATE TABLE IF NOT EXISTS updates (
    worker_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    json TEXT NOT NULL,
    crc INTEGER NOT NULL,
    PRIMARY KEY (worker_id, seq)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS fills (
    id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    trade_id TEXT NOT NULL,
    worker_id TEXT,
    at REAL NOT NULL,
    json TEXT NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (symbol, trade_id)
  );
  CREATE INDEX IF NOT EXISTS fills_by_time ON fills (at);
  CREATE TABLE IF NOT EXISTS positions (
    owner TEXT NOT NULL,
    symbol TEXT NOT NULL,
    json TEXT NOT NULL,
    crc INTEGER NOT NULL,
    PRIMARY KEY (owner, symbol)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS switches (
    scope TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) WITHOUT ROWID;
`,
};

/** The columns of each table that are written, in their order. */
export const COLUMNS = {
  orders: ['client_order_id', 'worker_id', 'closed', 'created_at', 'json', 'crc'],
  updates: ['worker_id', 'seq', 'json', 'crc'],
  fills: ['symbol', 'trade_id', 'worker_id', 'at', 'json', 'crc'],
  positions: ['owner', 'symbol', 'json', 'crc'],
  switches: ['scope', 'json', 'crc'],
  facts: ['name', 'value', 'crc'],
} as const;

export type Table = keyof typeof COLUMNS;
