/** Counts what happens in any span of one second. */
export class OrderRate {
  readonly #times: number[] = [];

  /** How many there were in the second before `nowMs`. */
  count(nowMs: number): number {
    while (this.#times.length > 0 && (this.#times[0] as number) <= nowMs - 1_000)
      this.#times.shift();
    return this.#times.length;
  }

  add(nowMs: number): void {
    this.#times.push(nowMs);
  }
}
