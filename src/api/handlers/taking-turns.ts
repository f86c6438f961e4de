import { setTimeout as delay } from 'node:timers/promises';
import { SecurityError } from '../security/errors.ts';

/** Those that wait; more are refused. */
const MAX_WAITING = 20;
/** Work that is shorter keeps nobody waiting, milliseconds. */
const SHORT_MS = 10;
/** The others have so many times as long as the work took, since what it made has to be written too. */
const REST_FACTOR = 2;
const MAX_REST_MS = 1_000;

/**
 * Does work that keeps the event loop busy one after the other, and lets all else have its turn in between: a halt
 * must not wait behind a hundred long logs.
 */
export class TakingTurns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @throws {SecurityError} code `TOO_MANY_REQUESTS`, where too many wait; what `work` throws */
  async run<T>(work: () => T): Promise<T> {
    if (this.#waiting >= MAX_WAITING) {
      throw new SecurityError(
        'TOO_MANY_REQUESTS',
        `${MAX_WAITING} requests like this one wait for their turn: try again in 1 s`,
        { retryAfterSeconds: 1 },
      );
    }
    this.#waiting += 1;
    const before = this.#last;
    let tookMs = 0;
    const result = before.then(() => {
      this.#waiting -= 1;
      const beganMs = performance.now();
      try {
        return work();
      } finally {
        tookMs = performance.now() - beganMs;
      }
    });
    this.#last = result
      .catch(() => undefined)
      .then(() => {
        const restMs = Math.min(MAX_REST_MS, REST_FACTOR * tookMs);
        return tookMs < SHORT_MS ? undefined : delay(restMs);
      });
    return result;
  }
}
