import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSameData } from '../../../../src/api/stream/sources/same-data.ts';

it('data are the same as their copy', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isSameData(value, structuredClone(value))).toBe(true);
    }),
  );
});

it('data that are the same have the same JSON, and none other', () => {
  const small = fc.jsonValue({ maxDepth: 2 });
  fc.assert(
    fc.property(small, small, (one, other) => {
      expect(isSameData(one, other)).toBe(sorted(one) === sorted(other));
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [
    { a: undefined, b: 1 },
    { b: 1, c: 2 },
  ],
  [[1, 2], [1]],
  [[], {}],
  [JSON.parse('{"__proto__":{}}'), { a: 1 }],
  [null, {}],
  ['1', 1],
])('%j is another than %j, either way', (one, other) => {
  expect([isSameData(one, other), isSameData(other, one)]).toEqual([false, false]);
});

/** JSON whose fields have one order, in which 0 and -0 are two. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (Object.is(inner, -0)) return 'minus zero';
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return { fields: Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)) };
  });
}
