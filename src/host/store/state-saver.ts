import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { StoreError } from '../../storage/errors.ts';
import type { StateSave, StateStore } from './state-store.ts';

interface Waiting {
  readonly workerId: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes the states that arrive within one turn of the event loop as one transaction: with many
 * workers, one wait for the disk serves them all.
 */
export class StateSaver {
  readonly #store: StateStore;
  readonly #logger: Logger;
  #pending = new Map<string, StateSave>();
  #waiting: Waiting[] = [];
  #scheduled = false;
  #failures = 0;

  constructor(store: StateStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Writes that failed, each with all the states that were in it. */
  get failures(): number {
    return this.#failures;
  }

  /** Resolves once the state is written. @throws {StoreError} */
  save(workerId: string, state: StateSave): Promise<void> {
    // A save without bytes builds on the one before it, which must not be lost in its favour.
    if (this.#pending.has(workerId)) this.flush();
    this.#pending.set(workerId, state);
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    }
    return new Promise((resolve, reject) => this.#waiting.push({ workerId, resolve, reject }));
  }

  /** Writes what waits now. */
  flush(): void {
    this.#scheduled = false;
    const states = this.#pending;
    const waiting = this.#waiting;
    if (states.size === 0) return;
    this.#pending = new Map();
    this.#waiting = [];
    try {
      const passedOver = this.#store.save(states);
      for (const { workerId, resolve, reject } of waiting) {
        if (passedOver.has(workerId)) reject(notNewer(workerId));
        else resolve();
      }
    } catch (thrown) {
      this.#failures += 1;
      this.#logger.log('error', `strategy state was not saved: ${messageOf(thrown)}`, {
        workers: [...states.keys()],
      });
      for (const { reject } of waiting) reject(thrown);
    }
  }
}

/** The worker then sends everything again, as a later save. */
function notNewer(workerId: string): StoreError {
  return new StoreError('STATE_NOT_SAVED', 'there is a later state of this worker already', {
    workerId,
  });
}
