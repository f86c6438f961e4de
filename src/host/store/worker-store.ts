import type { WorkerExit } from '../../lifecycle/worker-exit.ts';
import type { WorkerConfig } from '../worker-config.ts';
import type { HomeDatabase, Row } from '../../storage/home-database.ts';

/** How long the history of ends is, for each worker. */
const ENDS_KEPT = 200;

/** Facts of an end that earlier releases did not write down. */
const BEFORE_IT_WAS_TOLD = { place: null };

/** The process that runs a worker, as a later host can find it again. */
export interface ProcessIdentity {
  readonly processId: string;
  readonly pid: number;
  /** When the process began, in clock ticks since the machine did: tells it from a later one with its pid. */
  readonly startTicks: number;
  readonly secret: string;
  readonly outputPath: string;
}

/** What a person wants of a worker. */
export type DesiredState = 'running' | 'paused' | 'stopped';

/** A worker as the database keeps it. */
export interface WorkerRecord {
  readonly workerId: string;
  readonly strategyPath: string;
  readonly config: WorkerConfig;
  readonly desired: DesiredState;
  readonly quarantine: string | null;
  readonly restartCount: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly process: ProcessIdentity | null;
}

/** The workers of a home, what is wanted of them, and how they ended. */
export class WorkerStore {
  readonly #database: HomeDatabase;

  constructor(database: HomeDatabase) {
    this.#database = database;
  }

  /** The number of this host on its home, one more than the last one's. @throws {StoreError} */
  nextEpoch(): number {
    return this.#database.transaction('machine', () => {
      const [row] = this.#database.all(`SELECT value FROM facts WHERE name = 'epoch'`);
      const epoch = Number(row?.['value'] ?? 0) + 1;
      this.#database.run(`INSERT OR REPLACE INTO facts VALUES ('epoch', ?)`, String(epoch));
      return epoch;
    });
  }

  /** @throws {StoreError} */
  save(record: WorkerRecord): void {
    this.#database.transaction('machine', () =>
      this.#database.run(
        'INSERT OR REPLACE INTO workers VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        record.workerId,
        record.strategyPath,
        JSON.stringify(record.config),
        record.desired,
        record.quarantine,
        record.restartCount,
        record.createdAt,
        record.process === null ? null : JSON.stringify(record.process),
      ),
    );
  }

  load(): readonly WorkerRecord[] {
    return this.#database
      .all('SELECT * FROM workers ORDER BY created_at, worker_id')
      .map(readWorker);
  }

  /** Forgets a worker with all that is kept of it. @throws {StoreError} */
  delete(workerId: string): void {
    this.#database.transaction('machine', () => {
      for (const table of ['workers', 'states', 'positions', 'ends']) {
        this.#database.run(`DELETE FROM ${table} WHERE worker_id = ?`, workerId);
      }
    });
  }

  /** @throws {StoreError} */
  addEnd(workerId: string, exit: WorkerExit): void {
    this.#database.transaction('process', () => {
      this.#database.run(
        'INSERT INTO ends (worker_id, exit) VALUES (?, ?)',
        workerId,
        JSON.stringify(exit),
      );
      this.#database.run(
        `DELETE FROM ends WHERE worker_id = ? AND id <=
           (SELECT id FROM ends WHERE worker_id = ? ORDER BY id DESC LIMIT 1 OFFSET ${ENDS_KEPT})`,
        workerId,
        workerId,
      );
    });
  }

  /** The last ends of a worker, oldest first. */
  loadEnds(workerId: string): readonly WorkerExit[] {
    return this.#database
      .all('SELECT exit FROM ends WHERE worker_id = ? ORDER BY id', workerId)
      .map((row) => ({ ...BEFORE_IT_WAS_TOLD, ...JSON.parse(String(row['exit'])) }) as WorkerExit);
  }
}

function readWorker(row: Row): WorkerRecord {
  const { process: identity } = row;
  return {
    workerId: String(row['worker_id']),
    strategyPath: String(row['strategy_path']),
    config: JSON.parse(String(row['config'])) as WorkerConfig,
    desired: String(row['desired']) as DesiredState,
    quarantine: row['quarantine'] as string | null,
    restartCount: Number(row['restart_count']),
    createdAt: Number(row['created_at']),
    process: typeof identity === 'string' ? (JSON.parse(identity) as ProcessIdentity) : null,
  };
}
