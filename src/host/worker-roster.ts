import { basename, extname } from 'node:path';
import { quote } from '../base/errors.ts';
import { WORKER_STATES, type WorkerState } from '../lifecycle/worker-state.ts';
import { WorkerError } from './errors.ts';
import type { ManagedWorker } from './managed-worker.ts';

/** How many workers an error names. */
const NAMED_AT_MOST = 10;

/** The workers of a manager by their id, running or not. */
export class WorkerRoster {
  readonly #maxLive: number;
  readonly #workers = new Map<string, ManagedWorker>();
  #nextNumber = 1;

  /** So many may be live at a time. */
  constructor(maxLive: number) {
    this.#maxLive = maxLive;
  }

  get size(): number {
    return this.#workers.size;
  }

  get all(): readonly ManagedWorker[] {
    return [...this.#workers.values()];
  }

  get(workerId: string): ManagedWorker | undefined {
    return this.#workers.get(workerId);
  }

  set(worker: ManagedWorker): void {
    this.#workers.set(worker.workerId, worker);
  }

  delete(workerId: string): void {
    this.#workers.delete(workerId);
  }

  /** @throws {WorkerError} code `UNKNOWN_WORKER` */
  find(workerId: string): ManagedWorker {
    const worker = this.#workers.get(workerId);
    if (worker !== undefined) return worker;
    const known = [...this.#workers.keys()].slice(0, NAMED_AT_MOST).map((id) => quote(id));
    throw new WorkerError(
      'UNKNOWN_WORKER',
      `there is no worker ${quote(workerId)}; there is ${known.join(', ') || 'none'}`,
      { workerId },
    );
  }

  /**
   * Sees whether a worker with this id may be started anew.
   *
   * @throws {WorkerError} codes `DUPLICATE_WORKER_ID`, `WORKER_LIMIT_REACHED`
   */
  checkStartable(workerId: string): void {
    if (this.#workers.get(workerId)?.live === true) throw thereIsOne(workerId);
    this.checkRoom();
  }

  /** @throws {WorkerError} code `DUPLICATE_WORKER_ID` */
  checkUnknown(workerId: string): void {
    if (this.#workers.has(workerId)) throw thereIsOne(workerId);
  }

  /** @throws {WorkerError} code `WORKER_LIMIT_REACHED` */
  checkRoom(): void {
    const live = this.all.filter((worker) => worker.live).length;
    if (live < this.#maxLive) return;
    throw new WorkerError(
      'WORKER_LIMIT_REACHED',
      `${live} workers run already, at most ${this.#maxLive} may (maxWorkers)`,
      { maxWorkers: this.#maxLive },
    );
  }

  /** An id that is free, made of the file's name (or its folder's, where that says more) and a number. */
  newId(strategyPath: string): string {
    const file = basename(strategyPath, extname(strategyPath));
    const folder = basename(strategyPath.slice(0, -basename(strategyPath).length - 1));
    const stem = (file === 'strategy' || file === 'index' ? folder : file).replaceAll(
      /[^A-Za-z0-9._-]/g,
      '-',
    );
    const start = /^[A-Za-z0-9]/.test(stem) ? stem.slice(0, 48) : 'worker';
    for (;;) {
      const id = `${start}-${this.#nextNumber}`;
      this.#nextNumber += 1;
      if (!this.#workers.has(id)) return id;
    }
  }

  /** How many are in each state. */
  countByState(): Record<WorkerState, number> {
    const counts = Object.fromEntries(WORKER_STATES.map((state) => [state, 0])) as Record<
      WorkerState,
      number
    >;
    for (const { state } of this.#workers.values()) counts[state] += 1;
    return counts;
  }
}

function thereIsOne(workerId: string): WorkerError {
  return new WorkerError('DUPLICATE_WORKER_ID', `there is a worker ${quote(workerId)} already`, {
    workerId,
  });
}
