/** How a minute's figure is made of those of its seconds. */
export type Summary = 'mean' | 'max' | 'last';

/** A figure of each moment, by its name. */
export type Figures<Name extends string> = Readonly<Record<Name, number>>;

/** `second`: the last ten minutes, as they were sampled; `minute`: the last 24 hours. */
export type Resolution = 'second' | 'minute';

/** Samples that are kept of each resolution. */
const KEPT_SAMPLES: Readonly<Record<Resolution, number>> = { second: 600, minute: 1_440 };

const MINUTE_MS = 60_000;

/** The last rows of numbers in one block of memory, which is as large as it ever gets from the beginning. */
class Rows {
  readonly #width: number;
  readonly #capacity: number;
  readonly #cells: Float64Array;
  #count = 0;

  constructor(capacity: number, width: number) {
    this.#capacity = capacity;
    this.#width = width;
    this.#cells = new Float64Array(capacity * width);
  }

  add(row: Float64Array): void {
    this.#cells.set(row, (this.#count % this.#capacity) * this.#width);
    this.#count += 1;
  }

  /** Those whose first number is `from` or more, oldest first. */
  since(from: number): Float64Array[] {
    const found: Float64Array[] = [];
    const oldest = Math.max(0, this.#count - this.#capacity);
    for (let index = this.#count - 1; index >= oldest; index -= 1) {
      const begin = (index % this.#capacity) * this.#width;
      const row = this.#cells.subarray(begin, begin + this.#width);
      if ((row[0] as number) < from) break;
      found.push(row);
    }
    return found.toReversed();
  }
}

/**
 * A series of figures at two resolutions. Its memory does not grow: 2,040 rows of 8 bytes for the time and for
 * each figure, some 16 kB a figure.
 */
export class SampleHistory<Name extends string> {
  readonly #names: readonly Name[];
  readonly #summaries: readonly Summary[];
  readonly #rows: Readonly<Record<Resolution, Rows>>;
  /** Reused for each sample. */
  readonly #row: Float64Array;
  /** The minute under way: when it began, and its figures so far. */
  readonly #minute: Float64Array;
  #inMinute = 0;

  constructor(figures: Readonly<Record<Name, Summary>>) {
    this.#names = Object.keys(figures) as Name[];
    this.#summaries = this.#names.map((name) => figures[name]);
    const width = this.#names.length + 1;
    this.#rows = {
      second: new Rows(KEPT_SAMPLES.second, width),
      minute: new Rows(KEPT_SAMPLES.minute, width),
    };
    this.#row = new Float64Array(width);
    this.#minute = new Float64Array(width);
  }

  /** `at` is milliseconds since the Unix epoch, and not before that of the last call. */
  add(at: number, figures: Figures<Name>): void {
    const row = this.#row;
    row[0] = at;
    for (let index = 0; index < this.#names.length; index += 1)
      row[index + 1] = figures[this.#names[index] as Name];
    this.#rows.second.add(row);
    this.#addToMinute(at);
  }

  /** Samples from `sinceMs` (since the Unix epoch) on, oldest first. The minute under way is not among them. */
  since(sinceMs: number, resolution: Resolution): ({ readonly at: number } & Figures<Name>)[] {
    return this.#rows[resolution].since(sinceMs).map((row) => {
      const sample: Record<string, number> = { at: row[0] as number };
      for (const [index, name] of this.#names.entries()) sample[name] = row[index + 1] as number;
      return sample as { readonly at: number } & Figures<Name>;
    });
  }

  #addToMinute(at: number): void {
    const minute = this.#minute;
    const begin = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    if (this.#inMinute > 0 && begin !== minute[0]) {
      this.#rows.minute.add(minute);
      this.#inMinute = 0;
    }
    if (this.#inMinute === 0) {
      minute.set(this.#row);
      minute[0] = begin;
      this.#inMinute = 1;
      return;
    }
    this.#inMinute += 1;
    for (let index = 1; index < minute.length; index += 1) {
      const before = minute[index] as number;
      const now = this.#row[index] as number;
      const summary = this.#summaries[index - 1];
      if (summary === 'mean') minute[index] = before + (now - before) / this.#inMinute;
      else if (summary === 'max') minute[index] = Math.max(before, now);
      else minute[index] = now;
    }
  }
}
