import { placeOf } from '../../../lifecycle/stack-place.ts';
import type { WorkerStatus } from '../../../lifecycle/worker-status.ts';
import type { WatchParts } from './watch-options.ts';

interface Window {
  /** Monotonic milliseconds. */
  beganMs: number;
  /** Errors before it. */
  before: number;
  count: number;
  /** An alert says so, and nothing has taken it back. */
  isTold: boolean;
}

/** Tells of strategies whose callbacks throw again and again. */
export class ErrorBursts {
  readonly #parts: Pick<WatchParts, 'alerts' | 'limits' | 'clock'>;
  readonly #windows = new Map<string, Window>();

  constructor(parts: Pick<WatchParts, 'alerts' | 'limits' | 'clock'>) {
    this.#parts = parts;
  }

  /** Its process has ended: the next one counts from 0. */
  forget(workerId: string): void {
    this.#windows.delete(workerId);
  }

  look(status: WorkerStatus): void {
    const { limits, clock } = this.#parts;
    const { workerId, counters } = status;
    const { errorCount } = counters;
    const nowMs = clock.monotonic();
    const window = this.#windows.get(workerId);
    if (window === undefined || errorCount < window.count) {
      const isTold = window?.isTold ?? false;
      // One that has run for long, as under an earlier host, did not throw all that just now.
      const isOld = clock.now() - (status.startedAt ?? clock.now()) > limits.errorsWithinMs;
      const before = isOld ? errorCount : 0;
      this.#windows.set(workerId, { beganMs: nowMs, before, count: errorCount, isTold });
      if (errorCount - before >= limits.errors) this.look(status);
      return;
    }
    window.count = errorCount;
    const more = errorCount - window.before;
    if (more >= limits.errors) {
      this.#tell(status, more, window);
    } else if (nowMs - window.beganMs >= limits.errorsWithinMs) {
      if (more === 0 && window.isTold) this.#resolve(workerId, window);
      window.beganMs = nowMs;
      window.before = errorCount;
    }
  }

  #tell({ workerId, lastError }: WorkerStatus, count: number, window: Window): void {
    const { alerts, clock } = this.#parts;
    window.isTold = true;
    window.beganMs = clock.monotonic();
    window.before = window.count;
    const place = lastError === null ? null : placeOf(lastError.stack);
    const where = place === null ? '' : ` at ${place}`;
    const last =
      lastError === null
        ? ''
        : ` The last one, in ${lastError.where}${where}: ${lastError.message}`;
    alerts.raise({
      kind: 'worker-errors',
      severity: 'warning',
      subject: workerId,
      title: `worker ${workerId}: ${count} callbacks threw`,
      text: `${count} callbacks of worker ${workerId} threw in a short time. It goes on.${last}`,
      facts: { count, where: lastError?.where ?? null, place },
    });
  }

  #resolve(workerId: string, window: Window): void {
    window.isTold = false;
    this.#parts.alerts.resolve({
      kind: 'worker-errors',
      subject: workerId,
      title: `worker ${workerId}: its callbacks throw no more`,
      text: `No callback of worker ${workerId} threw for a while.`,
    });
  }
}
