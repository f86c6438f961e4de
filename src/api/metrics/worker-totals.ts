import type { ExitCause, WorkerExit } from '../../lifecycle/worker-exit.ts';
import type { WorkerCounters, WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { QuantCell } from '../../system/quantcell.ts';

/** What is counted over all processes of a worker. */
export type Total = keyof WorkerCounters | 'cpuMs';

type Counts = Readonly<Record<Total, number>>;

interface Known {
  readonly pid: number | null;
  /** Of the processes before. */
  readonly before: Partial<Counts>;
  readonly now: Counts;
}

/**
 * Counters of workers that never go back: a worker counts from 0 in each process, and whoever graphs it wants to
 * see what it did in all. Begins with what is there when it is made.
 */
export class WorkerTotals {
  readonly #system: Pick<QuantCell, 'manager'>;
  readonly #known = new Map<string, Known>();
  readonly #exits = new Map<string, Map<ExitCause, number>>();

  constructor(system: Pick<QuantCell, 'manager'>) {
    this.#system = system;
    system.manager.on('exit', this.#onExit);
  }

  stop(): void {
    this.#system.manager.off('exit', this.#onExit);
  }

  /** Takes what is known now; forgets workers that were removed. */
  take(statuses: readonly WorkerStatus[]): void {
    const ids = new Set(statuses.map(({ workerId }) => workerId));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    for (const id of this.#exits.keys()) if (!ids.has(id)) this.#exits.delete(id);
    for (const status of statuses) this.#take(status);
  }

  of(workerId: string, total: Total): number {
    const known = this.#known.get(workerId);
    return known === undefined ? 0 : (known.before[total] ?? 0) + known.now[total];
  }

  /** How often the processes of a worker have ended, by cause. */
  exits(workerId: string): ReadonlyMap<ExitCause, number> {
    return this.#exits.get(workerId) ?? new Map<ExitCause, number>();
  }

  readonly #onExit = (workerId: string, { cause }: WorkerExit): void => {
    const causes = this.#exits.get(workerId) ?? new Map<ExitCause, number>();
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
    this.#exits.set(workerId, causes);
    // The last that it has said of itself: the next process begins at 0.
    this.#take(this.#system.manager.getWorkerStatus(workerId));
  };

  #take({ workerId, pid, counters, vitals }: WorkerStatus): void {
    const now: Counts = { ...counters, cpuMs: vitals.cpuMs };
    const last = this.#known.get(workerId);
    if (last === undefined) {
      this.#known.set(workerId, { pid, before: {}, now });
      return;
    }
    const isNew =
      (pid !== null && last.pid !== null && pid !== last.pid) ||
      // Its process has not reported yet, or one with a number of before has come.
      now.messagesReceived < last.now.messagesReceived ||
      now.callbacksRun < last.now.callbacksRun ||
      now.cpuMs < last.now.cpuMs;
    const before = isNew ? sum(last.before, last.now) : last.before;
    this.#known.set(workerId, { pid: pid ?? last.pid, before, now });
  }
}

function sum(one: Partial<Counts>, other: Counts): Counts {
  const names = Object.keys(other) as Total[];
  const entries = names.map((name) => [name, (one[name] ?? 0) + other[name]]);
  return Object.fromEntries(entries) as Record<Total, number>;
}
