import type { Clock } from '../../base/clock.ts';

const PER_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Lets some denials a minute into the audit log, so that whoever is denied can't fill the disk. */
export class DenialQuota {
  readonly #clock: Clock;
  #minuteEndsMs = Number.NEGATIVE_INFINITY;
  #passed = 0;
  #held = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many were held back since the last that passed; undefined if this one is held back too. */
  pass(): number | undefined {
    const nowMs = this.#clock.monotonic();
    if (nowMs >= this.#minuteEndsMs) {
      this.#minuteEndsMs = nowMs + MINUTE_MS;
      this.#passed = 0;
    }
    if (this.#passed >= PER_MINUTE) {
      this.#held += 1;
      return undefined;
    }
    this.#passed += 1;
    const held = this.#held;
    this.#held = 0;
    return held;
  }
}
