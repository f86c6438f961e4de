import type { EquitySample } from './equity-sample.ts';

/**
 * Samples in the order of time, never more than a limit. Time is cut into spans that end at multiples of the
 * span since the epoch, their end included. A sample of the same time as the one before takes its place. When
 * there are too many, the span is doubled, and of each span only the last sample stays, and the very first of
 * all; again, until they are few enough.
 */
export class SampleSeries {
  readonly #maxSamples: number;
  #samples: EquitySample[] = [];
  #spanMs: number;

  constructor(spanMs: number, maxSamples: number) {
    this.#spanMs = spanMs;
    // The first and the last one always stay.
    this.#maxSamples = Math.max(2, maxSamples);
  }

  get spanMs(): number {
    return this.#spanMs;
  }

  get samples(): readonly EquitySample[] {
    return this.#samples;
  }

  /** The end of the span that a time is in. */
  endOf(timestamp: number): number {
    return Math.ceil(timestamp / this.#spanMs) * this.#spanMs;
  }

  /** A sample that is not older than the last one. */
  add(sample: EquitySample): void {
    if (this.#samples.at(-1)?.timestamp === sample.timestamp) this.#samples.pop();
    this.#samples.push(sample);
    while (this.#samples.length > this.#maxSamples) this.#merge();
  }

  #merge(): void {
    this.#spanMs *= 2;
    this.#samples = this.#samples.filter(({ timestamp }, index, all) => {
      const next = all[index + 1];
      if (index === 0 || next === undefined) return true;
      return this.endOf(timestamp) !== this.endOf(next.timestamp);
    });
  }
}
