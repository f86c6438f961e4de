/** Where time comes from. Passed in, so that replay and tests can run on a time of their own. */
export interface Clock {
  /** Wall time, milliseconds since the Unix epoch. May jump when the machine's clock is set. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary origin. For measuring how long something takes. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A clock that stands still until it is moved. Wall and monotonic time move together. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #originMs: number;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
    this.#originMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs - this.#originMs;
  }

  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
