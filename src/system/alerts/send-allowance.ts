import type { Clock } from '../../base/clock.ts';

const MINUTE_MS = 60_000;
/** Share that is left for critical alerts. */
const RESERVED_SHARE = 0.25;

/** How many alerts a channel may still send: so many a minute, the last quarter of them for critical ones. */
export class SendAllowance {
  readonly #perMinute: number;
  readonly #clock: Clock;
  #left: number;
  #filledAtMs: number;

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#left = perMinute;
    this.#filledAtMs = clock.monotonic();
  }

  /** Takes one if there is one. */
  take(isCritical: boolean): boolean {
    const nowMs = this.#clock.monotonic();
    const more = ((nowMs - this.#filledAtMs) * this.#perMinute) / MINUTE_MS;
    this.#left = Math.min(this.#perMinute, this.#left + more);
    this.#filledAtMs = nowMs;
    const reserved = isCritical ? 0 : Math.floor(this.#perMinute * RESERVED_SHARE);
    if (this.#left - reserved < 1) return false;
    this.#left -= 1;
    return true;
  }
}
