import type { HomeDatabase } from './home-database.ts';
import type { TopicStore } from './topic-store.ts';

/** A strategy's memory at a moment, and the events that it includes. */
export interface SavedState {
  /** Counts the saves of this worker from 1, over all its processes. */
  readonly version: number;
  /** The strategy's own version of its state's shape. */
  readonly stateVersion: number;
  /** The last event of each topic that is in it, as `protocol/positions` writes them. */
  readonly positions: Uint8Array;
  /** `ctx.state`, serialized by the worker. */
  readonly bytes: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly savedAt: number;
}

/** A save as the worker sends it: without bytes if the state is as it was and only the positions moved. */
export interface StateSave extends Omit<SavedState, 'bytes'> {
  readonly bytes: Uint8Array | null;
  /** It must be on the disk before it counts as saved. */
  readonly sync: boolean;
}

/** What the strategies of a home remember. */
export class StateStore {
  readonly #database: HomeDatabase;
  readonly #topics: TopicStore;

  constructor(database: HomeDatabase, topics: TopicStore) {
    this.#database = database;
    this.#topics = topics;
  }

  /** Writes several states as one: either all of them are written afterwards, or none. @throws {StoreError} */
  save(states: ReadonlyMap<string, StateSave>): void {
    const sync = [...states.values()].some((state) => state.sync);
    this.#topics.saveWith(sync ? 'machine' : 'process', () => {
      for (const [workerId, state] of states) this.#write(workerId, state);
    });
  }

  load(workerId: string): SavedState | null {
    const [row] = this.#database.all('SELECT * FROM states WHERE worker_id = ?', workerId);
    if (row === undefined) return null;
    return {
      version: Number(row['version']),
      stateVersion: Number(row['state_version']),
      positions: bytesOf(row['positions']),
      bytes: bytesOf(row['bytes']),
      savedAt: Number(row['saved_at']),
    };
  }

  /** What each worker's state includes. */
  allPositions(): readonly Uint8Array[] {
    return this.#database
      .all('SELECT positions FROM states')
      .map((row) => bytesOf(row['positions']));
  }

  /** @throws {StoreError} */
  delete(workerId: string): void {
    this.#database.transaction('machine', () =>
      this.#database.run('DELETE FROM states WHERE worker_id = ?', workerId),
    );
  }

  // An older version never takes the place of a newer one, whatever comes late.
  #write(workerId: string, state: StateSave): void {
    const { version, stateVersion, positions, bytes, savedAt } = state;
    if (bytes === null) {
      this.#database.run(
        `UPDATE states SET version = ?1, positions = ?2, saved_at = ?3
           WHERE worker_id = ?4 AND version < ?1`,
        version,
        positions,
        savedAt,
        workerId,
      );
      return;
    }
    this.#database.run(
      `INSERT INTO states VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (worker_id) DO UPDATE SET
         version = excluded.version, state_version = excluded.state_version,
         positions = excluded.positions, bytes = excluded.bytes, saved_at = excluded.saved_at
         WHERE excluded.version > states.version`,
      workerId,
      version,
      stateVersion,
      positions,
      bytes,
      savedAt,
    );
  }
}

/** The library gives a blob as an ArrayBuffer or, in other versions, as a Buffer. */
function bytesOf(blob: unknown): Uint8Array {
  return blob instanceof Uint8Array ? blob : new Uint8Array(blob as ArrayBuffer);
}
