import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../../src/base/bounded-queue.ts';

interface Model {
  readonly capacity: number;
  entries: number[];
}

type Step = fc.Command<Model, BoundedQueue<number>>;

class Push implements Step {
  readonly entry: number;
  constructor(entry: number) {
    this.entry = entry;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, queue: BoundedQueue<number>): void {
    const fits = model.entries.length < model.capacity;
    expect(queue.push(this.entry)).toBe(fits);
    if (fits) model.entries.push(this.entry);
    expect(queue.size).toBe(model.entries.length);
  }
  toString(): string {
    return `push(${this.entry})`;
  }
}

class Shift implements Step {
  check(): boolean {
    return true;
  }
  run(model: Model, queue: BoundedQueue<number>): void {
    expect(queue.peek()).toBe(model.entries[0]);
    expect(queue.shift()).toBe(model.entries.shift());
    expect(queue.size).toBe(model.entries.length);
  }
  toString(): string {
    return 'shift()';
  }
}

class Clear implements Step {
  check(): boolean {
    return true;
  }
  run(model: Model, queue: BoundedQueue<number>): void {
    queue.clear();
    model.entries = [];
    expect(queue.size).toBe(0);
  }
  toString(): string {
    return 'clear()';
  }
}

describe('BoundedQueue', () => {
  it('behaves like an array that refuses what does not fit', () => {
    const push = fc.integer().map((entry) => new Push(entry));
    const steps = fc.commands(
      [push, push, push, fc.constant(new Shift()), fc.constant(new Shift())],
      { maxCommands: 200, size: 'max' },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), steps, (capacity, commands) => {
        fc.modelRun(
          () => ({ model: { capacity, entries: [] }, real: new BoundedQueue(capacity) }),
          commands,
        );
      }),
    );
  });

  it('behaves like an array when it is cleared between', () => {
    const push = fc.integer().map((entry) => new Push(entry));
    const steps = fc.commands(
      [push, push, push, fc.constant(new Shift()), fc.constant(new Clear())],
      { maxCommands: 100, size: 'max' },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), steps, (capacity, commands) => {
        fc.modelRun(
          () => ({ model: { capacity, entries: [] }, real: new BoundedQueue(capacity) }),
          commands,
        );
      }),
    );
  });

  it('gives entries back in the order in which they came', () => {
    const queue = new BoundedQueue<string>(3);
    for (const entry of ['a', 'b', 'c']) queue.push(entry);
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['a', 'b', 'c']);
  });

  it('keeps the order when it grows after its head has moved', () => {
    const queue = new BoundedQueue<number>(100);
    for (let entry = 0; entry < 16; entry += 1) queue.push(entry);
    for (let taken = 0; taken < 10; taken += 1) queue.shift();
    for (let entry = 16; entry < 60; entry += 1) queue.push(entry);
    const rest = Array.from({ length: queue.size }, () => queue.shift());
    expect(rest).toEqual(Array.from({ length: 50 }, (_none, index) => index + 10));
  });

  it('refuses an entry when it is full', () => {
    const queue = new BoundedQueue<number>(1);
    queue.push(1);
    expect(queue.push(2)).toBe(false);
  });

  it('keeps what it has when it refuses an entry', () => {
    const queue = new BoundedQueue<number>(1);
    queue.push(1);
    queue.push(2);
    expect(queue.peek()).toBe(1);
  });

  it('has nothing to give when it is empty', () => {
    expect(new BoundedQueue<number>(1).shift()).toBeUndefined();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a capacity of %s',
    (capacity) => {
      expect(() => new BoundedQueue(capacity)).toThrow(RangeError);
    },
  );
});
