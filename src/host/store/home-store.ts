import { join, resolve } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { RingTrace } from '../../ipc/ring/past-ring.ts';
import { decodePositions, encodePositions, type Positions } from '../../protocol/positions.ts';
import { HomeDatabase } from '../../storage/home-database.ts';
import { HOME_LAYOUT } from './home-layout.ts';
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
  readonly #logger: Logger;

  private constructor(database: HomeDatabase, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
    this.topics = new TopicStore(database);
    this.workers = new WorkerStore(database);
    this.states = new StateStore(database, this.topics);
    this.saver = new StateSaver(this.states, logger);
    this.epoch = this.workers.nextEpoch();
  }

  /** @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW` */
  static open(home: string | undefined, logger: Logger): HomeStore {
    const path = home === undefined ? ':memory:' : join(resolve(home), DATABASE_FILE);
    const database = HomeDatabase.open(path, HOME_LAYOUT);
    try {
      return new HomeStore(database, logger);
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  }

  /** Where the host before this one published; null if it stopped in good order, or was none. */
  get trace(): RingTrace | null {
    return JSON.parse(this.#fact('trace') ?? 'null') as RingTrace | null;
  }

  set trace(trace: RingTrace | null) {
    this.#setFact('trace', JSON.stringify(trace));
  }

  /** Numbers of the last events that were known when the host before this one started. */
  get lastSeqs(): Positions {
    const text = this.#fact('last-seqs');
    return text === undefined ? new Map() : decodePositions(Buffer.from(text, 'base64'));
  }

  set lastSeqs(positions: Positions) {
    this.#setFact('last-seqs', Buffer.from(encodePositions(positions)).toString('base64'));
  }

  /** A host is on the home, or was and did not stop in good order. */
  get inUse(): boolean {
    return this.#fact('in-use') === 'yes';
  }

  set inUse(inUse: boolean) {
    this.#setFact('in-use', inUse ? 'yes' : 'no');
  }

  #fact(name: string): string | undefined {
    const [row] = this.#database.all('SELECT value FROM facts WHERE name = ?', name);
    return row?.['value'] as string | undefined;
  }

  #setFact(name: string, value: string): void {
    this.#database.run('INSERT OR REPLACE INTO facts VALUES (?, ?)', name, value);
  }

  /** The host stops in good order: there is nothing that the next one would have to find out. */
  closeInOrder(): void {
    try {
      this.trace = null;
      this.inUse = false;
    } catch (thrown) {
      this.#logger.log('warn', `that this host stopped was not written down: ${messageOf(thrown)}`);
    }
    this.close();
  }

  close(): void {
    this.saver.flush();
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
