import type { Layout } from '../../storage/home-database.ts';

/**
 * The tables of the journal of orders. Each row has a checksum of its text: SQLite notices a page that is no
 * page of its own any more, and not a digit that has changed.
 */
export const JOURNAL_LAYOUT: Layout = {
  version: 1,
  durability: 'machine',
  exclusive: true,
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
    symbol TEXT NOT NULL,
    trade_id TEXT NOT NULL,
    worker_id TEXT,
    at REAL NOT NULL,
    json TEXT NOT NULL,
    crc INTEGER NOT NULL,
    PRIMARY KEY (symbol, trade_id)
  ) WITHOUT ROWID;
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
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`,
};
