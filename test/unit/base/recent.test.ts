import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recent } from '../../../src/base/recent.ts';

function recentOf(capacity: number, entries: readonly number[]): Recent<number> {
  const recent = new Recent<number>(capacity);
  for (const entry of entries) recent.add(entry);
  return recent;
}

const entryLists = fc.array(fc.integer(), { maxLength: 60 });

describe('Recent', () => {
  it('keeps what slice keeps of the end of an array', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), entryLists, (capacity, entries) => {
        const recent = recentOf(capacity, entries);
        expect(recent.toArray()).toEqual(entries.slice(-capacity));
        expect(recent.size).toBe(Math.min(capacity, entries.length));
        expect(recent.last()).toBe(entries.at(-1));
      }),
    );
  });

  it('gives as many of the newest as it is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        entryLists,
        fc.integer({ min: 1, max: 80 }),
        (capacity, entries, count) => {
          expect(recentOf(capacity, entries).toArray(count)).toEqual(
            entries.slice(-capacity).slice(-count),
          );
        },
      ),
    );
  });

  it('keeps nothing at a capacity of 0', () => {
    const recent = recentOf(0, [1, 2]);
    expect([recent.size, recent.last(), recent.toArray()]).toEqual([0, undefined, []]);
  });

  it.each([0, -1, Number.NaN])('gives nothing when asked for %s', (count) => {
    expect(recentOf(3, [1, 2]).toArray(count)).toEqual([]);
  });

  it('rounds a broken count down', () => {
    expect(recentOf(3, [1, 2, 3]).toArray(1.5)).toEqual([3]);
  });

  it('gives an array of its own', () => {
    const recent = recentOf(3, [1, 2]);
    recent.toArray().push(3);
    expect(recent.toArray()).toEqual([1, 2]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a capacity of %s',
    (capacity) => {
      expect(() => new Recent(capacity)).toThrow(RangeError);
    },
  );
});
