import { messageOf, quote } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import type { WorkerRecord, WorkerStore } from './store/worker-store.ts';

/**
 * What the database knows of one worker. A change that can't be written is logged and goes along with
 * the next one: a full disk must not end a strategy.
 */
export class WorkerRegistration {
  readonly #store: () => WorkerStore | undefined;
  readonly #logger: Logger;
  #record: WorkerRecord;

  /** `store` is asked for each time: it is there only while its host is started. */
  constructor(store: () => WorkerStore | undefined, logger: Logger, record: WorkerRecord) {
    this.#store = store;
    this.#logger = logger;
    this.#record = record;
  }

  get record(): WorkerRecord {
    return this.#record;
  }

  update(changes: Partial<WorkerRecord>): void {
    this.#record = { ...this.#record, ...changes };
    this.#attempt(() => this.#store()?.save(this.#record));
  }

  /** Nothing has changed if it throws. @throws {StoreError} */
  updateOrThrow(changes: Partial<WorkerRecord>): void {
    const record = { ...this.#record, ...changes };
    this.#store()?.save(record);
    this.#record = record;
  }

  addEnd(exit: WorkerExit): void {
    this.#attempt(() => this.#store()?.addEnd(this.#record.workerId, exit));
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      const { workerId } = this.#record;
      this.#logger.log(
        'error',
        `what happened to worker ${quote(workerId)} was not written down: ${messageOf(thrown)}`,
        { workerId },
      );
    }
  }
}
