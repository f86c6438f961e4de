const NUMBERS = /^(?:(\d+)-)?(\d+)$/;

/**
 * The ids of orders and trades of a venue: a prefix, the number of the process if it is not the first of the
 * account, and a number that counts from 1, such as `7` and `3-7`.
 */
export class PaperIds {
  readonly #prefix: string;
  #run = '';
  #orders = 0;
  #trades = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** From 1; ids of one run are not those of another. */
  beginRun(run: number): void {
    this.#run = run === 1 ? '' : `${run}-`;
  }

  /** The id of the next order, until `takeOrder` is called. */
  get nextOrder(): string {
    return `${this.#prefix}${this.#run}${this.#orders + 1}`;
  }

  takeOrder(): void {
    this.#orders += 1;
  }

  takeTrade(): string {
    this.#trades += 1;
    return `${this.#prefix}${this.#run}${this.#trades}`;
  }

  /** Below 0 if `one` was given before `other`, over all runs; 0 if it is not known. */
  compare(one: string, other: string): number {
    const [run, number] = this.#numbersOf(one);
    const [otherRun, otherNumber] = this.#numbersOf(other);
    return run - otherRun || number - otherNumber;
  }

  #numbersOf(id: string): readonly [number, number] {
    const bare = id.startsWith(this.#prefix) ? id.slice(this.#prefix.length) : id;
    const [, run = '1', number = '0'] = NUMBERS.exec(bare) ?? [];
    return [Number(run), Number(number)];
  }
}
