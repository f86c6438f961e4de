import type { Layout } from '../../storage/home-database.ts';

/** The tables of a home. */
export const HOME_LAYOUT: Layout = {
  version: 1,
  schema: `
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS topics (
    topic_id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    data_type TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS workers (
    worker_id TEXT PRIMARY KEY,
    strategy_path TEXT NOT NULL,
    config TEXT NOT NULL,
    desired TEXT NOT NULL,
    quarantine TEXT,
    restart_count INTEGER NOT NULL,
    created_at REAL NOT NULL,
    process TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS states (
    worker_id TEXT PRIMARY KEY,
    state_version INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS positions (
    worker_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    positions BLOB NOT NULL,
    saved_at REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ends (
    id INTEGER PRIMARY KEY,
    worker_id TEXT NOT NULL,
    exit TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS ends_by_worker ON ends (worker_id, id);
`,
};
