import type { DataType } from '../../model/data-type.ts';
import type { Durability, HomeDatabase } from '../../storage/home-database.ts';

export interface TopicRow {
  readonly id: number;
  readonly symbol: string;
  readonly dataType: DataType;
}

/**
 * The topics of a home. A topic keeps its number for good, so that what a worker of an earlier host
 * remembers of it still holds. New ones are written together with the first thing that names them by
 * number: a full disk must not keep data from being published.
 */
export class TopicStore {
  readonly #database: HomeDatabase;
  #unwritten: TopicRow[] = [];

  constructor(database: HomeDatabase) {
    this.#database = database;
  }

  load(): readonly TopicRow[] {
    return this.#database.all('SELECT * FROM topics ORDER BY topic_id').map((row) => ({
      id: Number(row['topic_id']),
      symbol: String(row['symbol']),
      dataType: String(row['data_type']) as DataType,
    }));
  }

  add(topic: TopicRow): void {
    this.#unwritten.push(topic);
  }

  /** Writes what is new. @throws {StoreError} */
  save(): void {
    if (this.#unwritten.length > 0) this.saveWith('process', () => undefined);
  }

  /** Runs `work`, which names topics by number, and writes what is new of them with it. @throws {StoreError} */
  saveWith(durability: Durability, work: () => void): void {
    const topics = this.#unwritten;
    this.#database.transaction(durability, () => {
      for (const { id, symbol, dataType } of topics) {
        this.#database.run('INSERT OR IGNORE INTO topics VALUES (?, ?, ?)', id, symbol, dataType);
      }
      work();
    });
    this.#unwritten = this.#unwritten.slice(topics.length);
  }
}
