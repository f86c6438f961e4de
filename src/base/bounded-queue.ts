/** First in, first out, up to `capacity` entries. What does not fit is refused, never silently lost. */
export class BoundedQueue<T> {
  readonly capacity: number;
  #slots: (T | undefined)[];
  #head = 0;
  #size = 0;

  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new RangeError(`a queue's capacity is a whole number from 1, not ${capacity}`);
    }
    this.capacity = capacity;
    this.#slots = new Array<T | undefined>(Math.min(capacity, 16));
  }

  get size(): number {
    return this.#size;
  }

  /** False, and nothing changed, if the queue is full. */
  push(entry: T): boolean {
    if (this.#size === this.capacity) return false;
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) % this.#slots.length] = entry;
    this.#size += 1;
    return true;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const entry = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#slots.length;
    this.#size -= 1;
    return entry;
  }

  peek(): T | undefined {
    return this.#slots[this.#head];
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#head = 0;
    this.#size = 0;
  }

  #grow(): void {
    const larger = new Array<T | undefined>(Math.min(this.capacity, this.#slots.length * 2));
    for (let index = 0; index < this.#size; index += 1) {
      larger[index] = this.#slots[(this.#head + index) % this.#slots.length];
    }
    this.#slots = larger;
    this.#head = 0;
  }
}
