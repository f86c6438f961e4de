import { join, resolve } from 'node:path';
import type { Logger } from '../../base/logger.ts';
import type { RingTrace } from '../../ipc/ring/past-ring.ts';
import { HomeDatabase } from './home-database.ts';
import { StateSaver } from './state-saver.ts';
import { StateStore } from './state-store.ts';
import { TopicStore } from './topic-store.ts';
import { WorkerStore } from './worker-store.ts';

const DATABASE_FILE = 'quantcell.db';

/** Everything that a home directory keeps over its hosts. Without a home it ends with the host. */
export class HomeStore implements Disposable {
  readonly topics: TopicStore;
  readonly workers: WorkerStore;
  readonly states: StateStore;
  readonly saver: StateSaver;
  /** Number of this host on its home. */
  readonly epoch: number;
  readonly #database: HomeDatabase;

  private constructor(database: HomeDatabase, logger: Logger) {
    this.#database = database;
    this.topics = new TopicStore(database);
    this.workers = new WorkerStore(database);
    this.states = new StateStore(database, this.topics);
    this.saver = new StateSaver(this.states, logger);
    this.epoch = this.workers.nextEpoch();
  }

  /** @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW` */
  static open(home: string | undefined, logger: Logger): HomeStore {
    const path = home === undefined ? ':memory:' : join(resolve(home), DATABASE_FILE);
    const database = HomeDatabase.open(path);
    try {
      return new HomeStore(database, logger);
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  }

  /** Where the host before this one published; null if it stopped in good order, or was none. */
  get trace(): RingTrace | null {
    const [row] = this.#database.all(`SELECT value FROM facts WHERE name = 'trace'`);
    return row === undefined ? null : (JSON.parse(row['value'] as string) as RingTrace | null);
  }

  set trace(trace: RingTrace | null) {
    const value = JSON.stringify(trace);
    this.#database.run(`INSERT OR REPLACE INTO facts VALUES ('trace', ?)`, value);
  }

  close(): void {
    this.saver.flush();
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
