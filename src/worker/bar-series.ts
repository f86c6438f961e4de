import type { Bar } from '../model/bar.ts';

/** Numbers of one bar: timestamp, open, high, low, close, volume. */
const NUMBERS = 6;
const FIRST_BARS = 64;

/**
 * The last bars of one topic. Kept as numbers, not as objects: most strategies never ask for them, and
 * a thousand objects a topic would be work for the garbage collector.
 */
export class BarSeries {
  readonly capacity: number;
  readonly #symbol: string;
  readonly #timeframe: string;
  #numbers: Float64Array;
  #size = 0;
  /** Where the next bar goes, in bars. */
  #next = 0;

  constructor(symbol: string, timeframe: string, capacity: number) {
    this.#symbol = symbol;
    this.#timeframe = timeframe;
    this.capacity = capacity;
    this.#numbers = new Float64Array(Math.min(FIRST_BARS, capacity) * NUMBERS);
  }

  get size(): number {
    return this.#size;
  }

  add(bar: Bar): void {
    // Until it is full the newest bar is always the last one, so that growing is a copy.
    if (this.#size < this.capacity && this.#size * NUMBERS === this.#numbers.length) this.#grow();
    const numbers = this.#numbers;
    const at = this.#next * NUMBERS;
    numbers[at] = bar.timestamp;
    numbers[at + 1] = bar.open;
    numbers[at + 2] = bar.high;
    numbers[at + 3] = bar.low;
    numbers[at + 4] = bar.close;
    numbers[at + 5] = bar.volume;
    this.#next = this.#next + 1 === this.capacity ? 0 : this.#next + 1;
    if (this.#size < this.capacity) this.#size += 1;
  }

  /** The newest `count` bars, oldest first. */
  toArray(count: number): Bar[] {
    const taken = Math.max(0, Math.min(Math.trunc(count), this.#size));
    const bars: Bar[] = [];
    for (let back = taken; back > 0; back -= 1) {
      bars.push(this.#read((this.#next - back + this.capacity) % this.capacity));
    }
    return bars;
  }

  #read(index: number): Bar {
    const numbers = this.#numbers;
    const at = index * NUMBERS;
    return {
      type: 'bar',
      symbol: this.#symbol,
      timeframe: this.#timeframe,
      timestamp: numbers[at] as number,
      open: numbers[at + 1] as number,
      high: numbers[at + 2] as number,
      low: numbers[at + 3] as number,
      close: numbers[at + 4] as number,
      volume: numbers[at + 5] as number,
    };
  }

  #grow(): void {
    const larger = new Float64Array(Math.min(this.capacity * NUMBERS, this.#numbers.length * 2));
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
