/** The last `capacity` entries of a series. Adding to a full one forgets the oldest. */
export class Recent<T> {
  readonly capacity: number;
  #slots: T[] = [];
  #next = 0;

  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 0) {
      throw new RangeError(`a capacity is a whole number from 0, not ${capacity}`);
    }
    this.capacity = capacity;
  }

  get size(): number {
    return this.#slots.length;
  }

  add(entry: T): void {
    if (this.capacity === 0) return;
    if (this.#slots.length < this.capacity) {
      this.#slots.push(entry);
      return;
    }
    this.#slots[this.#next] = entry;
    this.#next = (this.#next + 1) % this.capacity;
  }

  clear(): void {
    this.#slots = [];
    this.#next = 0;
  }

  /** The newest entry. */
  last(): T | undefined {
    const { length } = this.#slots;
    return length < this.capacity
      ? this.#slots[length - 1]
      : this.#slots[(this.#next + length - 1) % length];
  }

  /** The newest `count` entries (all of them by default), oldest first. */
  toArray(count: number = this.#slots.length): T[] {
    const { length } = this.#slots;
    const taken = Math.max(0, Math.min(Math.trunc(count), length));
    const entries: T[] = [];
    for (let offset = length - taken; offset < length; offset += 1) {
      entries.push(this.#slots[(this.#next + offset) % length] as T);
    }
    return entries;
  }
}
