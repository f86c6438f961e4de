import type { Clock } from './clock.ts';

/** Lets so many through each second; who is held back is for the caller to count. */
export class SecondQuota {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #secondEndsMs = Number.NEGATIVE_INFINITY;
  #passed = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  pass(): boolean {
    const nowMs = this.#clock.monotonic();
    if (nowMs >= this.#secondEndsMs) {
      this.#secondEndsMs = nowMs + 1_000;
      this.#passed = 0;
    }
    this.#passed += 1;
    return this.#passed <= this.#perSecond;
  }
}
