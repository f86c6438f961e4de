import type { Clock } from './clock.ts';

/**
 * Lets one through per interval and counts the rest, so that a flood of faults can't become a flood
 * of log lines.
 */
export class RateGate {
  readonly #intervalMs: number;
  readonly #clock: Clock;
  #openAtMs = Number.NEGATIVE_INFINITY;
  #held = 0;

  constructor(intervalMs: number, clock: Clock) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  /** How many were held back since the last one let through, or undefined if this one is held back too. */
  pass(): number | undefined {
    const nowMs = this.#clock.monotonic();
    if (nowMs < this.#openAtMs) {
      this.#held += 1;
      return undefined;
    }
    const held = this.#held;
    this.#openAtMs = nowMs + this.#intervalMs;
    this.#held = 0;
    return held;
  }
}
