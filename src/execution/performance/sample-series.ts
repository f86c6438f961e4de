import type { EquitySample } from './equity-sample.ts';

/**
 * Samples in the order of time, never more than a limit. Time is cut into spans that end at multiples of the
 * span since the epoch, their end included. When there are too many samples, the span is doubled, and from
 * then on each span has but its last sample, and the very first of all stays; again, until they are few
 * enough.
 */
export class SampleSeries {
  readonly #maxSamples: number;
  #samples: EquitySample[] = [];
  #spanMs: number;
  #merged = false;

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

  /** A sample that is newer than the last one. */
  add(sample: EquitySample): void {
    this.#samples.push(sample);
    if (this.#merged) this.#keepLastOfSpan();
    while (this.#samples.length > this.#maxSamples) this.#merge();
  }

  /** The sample before the newest goes if both are in the same span. */
  #keepLastOfSpan(): void {
    const before = this.#samples.length - 2;
    if (before > 0 && this.#inOneSpan(before)) this.#samples.splice(before, 1);
  }

  #merge(): void {
    this.#merged = true;
    this.#spanMs *= 2;
    this.#samples = this.#samples.filter((_, index) => index === 0 || !this.#inOneSpan(index));
  }

  /** Whether a sample and the one after it are in the same span. */
  #inOneSpan(index: number): boolean {
    const [one, next] = [this.#samples[index], this.#samples[index + 1]];
    if (one === undefined || next === undefined) return false;
    return endOfSpan(one.timestamp, this.#spanMs) === endOfSpan(next.timestamp, this.#spanMs);
  }
}

/** The end of the span that a time is in. */
export function endOfSpan(timestamp: number, spanMs: number): number {
  return Math.ceil(timestamp / spanMs) * spanMs;
}
