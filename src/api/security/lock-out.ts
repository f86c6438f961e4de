import { systemClock, type Clock } from '../../base/clock.ts';
import { BoundedMap } from './bounded-map.ts';
import { SecurityError } from './errors.ts';

const MAX_KEYS = 10_000;

export interface LockOutOptions {
  /** Failures that cost nothing. @default 5 */
  readonly freeFailures?: number;
  /** The first wait; each further failure doubles it. @default 1,000 */
  readonly firstWaitMs?: number;
  /** @default 60,000 */
  readonly maxWaitMs?: number;
  /** Failures are forgotten after that time without one. @default 900,000 */
  readonly forgetMs?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

interface Failures {
  count: number;
  lastMs: number;
  untilMs: number;
}

/** Whoever comes with wrong tokens has to wait, longer each time: by address, and by the token, wherever it comes from. */
export class LockOut {
  readonly #options: Required<LockOutOptions>;
  readonly #failures = new BoundedMap<string, Failures>(MAX_KEYS);

  constructor(options: LockOutOptions = {}) {
    this.#options = {
      freeFailures: 5,
      firstWaitMs: 1_000,
      maxWaitMs: 60_000,
      forgetMs: 900_000,
      clock: systemClock,
      ...options,
    };
  }

  /** @throws {SecurityError} code `LOCKED_OUT` if one of these keys has to wait */
  require(keys: readonly string[]): void {
    const nowMs = this.#options.clock.monotonic();
    const waitMs = Math.max(...keys.map((key) => (this.#of(key, nowMs)?.untilMs ?? 0) - nowMs));
    if (waitMs <= 0) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    throw new SecurityError(
      'LOCKED_OUT',
      `there were too many wrong tokens: try again in ${retryAfterSeconds} s`,
      { retryAfterSeconds },
    );
  }

  fail(keys: readonly string[]): void {
    const { freeFailures, firstWaitMs, maxWaitMs, clock } = this.#options;
    const nowMs = clock.monotonic();
    for (const key of keys) {
      const failures = this.#of(key, nowMs) ?? { count: 0, lastMs: nowMs, untilMs: 0 };
      failures.count += 1;
      failures.lastMs = nowMs;
      const over = failures.count - freeFailures;
      if (over > 0) failures.untilMs = nowMs + Math.min(maxWaitMs, firstWaitMs * 2 ** (over - 1));
      this.#failures.set(key, failures);
    }
  }

  succeed(keys: readonly string[]): void {
    for (const key of keys) this.#failures.delete(key);
  }

  /** Keys that are kept in memory. */
  get size(): number {
    return this.#failures.size;
  }

  #of(key: string, nowMs: number): Failures | undefined {
    const failures = this.#failures.get(key);
    if (failures === undefined || nowMs - failures.lastMs < this.#options.forgetMs) return failures;
    this.#failures.delete(key);
    return undefined;
  }
}
