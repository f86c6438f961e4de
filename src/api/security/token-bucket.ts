/** So many at once, and so many a second from then on. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #atMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** Milliseconds until there is one; 0 if there is now. */
  waitMs(nowMs: number): number {
    const { perSecond, burst } = this.#rate;
    const sinceMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(burst, this.#tokens + (sinceMs * perSecond) / 1_000);
    this.#atMs = nowMs;
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) * 1_000) / perSecond;
  }

  /** After a `waitMs` of 0. */
  take(): void {
    this.#tokens -= 1;
  }
}
