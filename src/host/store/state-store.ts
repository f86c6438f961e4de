import type { HomeDatabase } from '../../storage/home-database.ts';
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

/**
 * What the strategies of a home remember. Positions are kept apart: they move with every save, while the
 * state may be large and stay as it is.
 */
export class StateStore {
  readonly #database: HomeDatabase;
  readonly #topics: TopicStore;

  constructor(database: HomeDatabase, topics: TopicStore) {
    this.#database = database;
    this.#topics = topics;
  }

  /**
   * Writes several states as one: either all of them are written afterwards, or none. Returns the workers
   * whose save is not newer than what there is, and was passed over.
   *
   * @throws {StoreError}
   */
  save(states: ReadonlyMap<string, StateSave>): ReadonlySet<string> {
    const sync = [...states.values()].some((state) => state.sync);
    const passedOver = new Set<string>();
    this.#topics.saveWith(sync ? 'machine' : 'process', () => {
      passedOver.clear();
      for (const [workerId, state] of states) {
        if (!this.#write(workerId, state)) passedOver.add(workerId);
      }
    });
    return passedOver;
  }

  load(workerId: string): SavedState | null {
    const [row] = this.#database.all(
      'SELECT * FROM states JOIN positions USING (worker_id) WHERE worker_id = ?',
      workerId,
    );
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
      .all('SELECT positions FROM positions')
      .map((row) => bytesOf(row['positions']));
  }

  /** @throws {StoreError} */
  delete(workerId: string): void {
    this.#database.transaction('machine', () => {
      this.#database.run('DELETE FROM states WHERE worker_id = ?', workerId);
      this.#database.run('DELETE FROM positions WHERE worker_id = ?', workerId);
    });
  }

  // An older version never takes the place of a newer one, whatever comes late.
  #write(workerId: string, state: StateSave): boolean {
    const { version, stateVersion, positions, bytes, savedAt } = state;
    const moved = this.#database.run(
      `INSERT INTO positions VALUES (?, ?, ?, ?) ON CONFLICT (worker_id) DO UPDATE SET
         version = excluded.version, positions = excluded.positions, saved_at = excluded.saved_at
         WHERE excluded.version > positions.version`,
      workerId,
      version,
      positions,
      savedAt,
    );
    if (moved === 0) return false;
    if (bytes !== null) {
      this.#database.run(
        'INSERT OR REPLACE INTO states VALUES (?, ?, ?)',
        workerId,
        stateVersion,
        bytes,
      );
    }
    return true;
  }
}

/** The library gives a blob as an ArrayBuffer or, in other versions, as a Buffer. */
function bytesOf(blob: unknown): Uint8Array {
  return blob instanceof Uint8Array ? blob : new Uint8Array(blob as ArrayBuffer);
}
