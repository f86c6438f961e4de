import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPlain } from '../../../src/host/plain-view.ts';

/** As it comes from a state that was saved. */
function shown(state: unknown): unknown {
  return renderPlain(deserialize(serialize(state)));
}

describe('renderPlain', () => {
  it('shows plain data as it is', () => {
    const state = { a: [1, 'two', null, true, { b: -0.5 }], c: {}, d: [] };
    expect(shown(state)).toEqual(state);
  });

  it.each([
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, 3],
      ]),
      {
        $type: 'Map',
        entries: [
          ['a', 1],
          [{ b: 2 }, 3],
        ],
      },
    ],
    ['a set', new Set([1, 'a']), { $type: 'Set', values: [1, 'a'] }],
    ['a date', new Date(0), { $type: 'Date', value: '1970-01-01T00:00:00.000Z' }],
    ['a date without a time', new Date(Number.NaN), { $type: 'Date', value: 'Invalid Date' }],
    ['a big integer', 12n, { $type: 'bigint', value: '12' }],
    ['no number', Number.NaN, { $type: 'number', value: 'NaN' }],
    ['infinity', -Infinity, { $type: 'number', value: '-Infinity' }],
    ['nothing', undefined, { $type: 'undefined' }],
    ['a pattern', /a/g, { $type: 'RegExp', value: '/a/g' }],
    ['an error', new TypeError('no'), { $type: 'Error', value: 'TypeError: no' }],
    ['numbers', new Float64Array([1, 2]), { $type: 'Float64Array', length: 2, values: [1, 2] }],
    ['bytes', Buffer.from([7]), { $type: 'Uint8Array', length: 1, values: [7] }],
    [
      'big integers',
      new BigInt64Array([7n]),
      { $type: 'BigInt64Array', length: 1, values: [{ $type: 'bigint', value: '7' }] },
    ],
    ['a buffer', new ArrayBuffer(16), { $type: 'ArrayBuffer', length: 16 }],
  ])('shows %s', (_what, state, expected) => {
    expect(shown(state)).toEqual(expected);
    expect(shown({ in: [state] })).toEqual({ in: [expected] });
  });

  it('shows an object that is inside itself once, and one that is there twice both times', () => {
    const inside: Record<string, unknown> = { n: 1 };
    inside['self'] = inside;
    const twice = { n: 2 };
    expect(shown({ inside, one: twice, other: twice })).toEqual({
      inside: { n: 1, self: { $type: 'seen' } },
      one: { n: 2 },
      other: { n: 2 },
    });
  });

  it('cuts a long text', () => {
    expect(shown('x'.repeat(10_001))).toBe(`${'x'.repeat(10_000)}…`);
  });

  it('cuts a long list and says how much is left', () => {
    const list = shown(Array.from({ length: 1_000_000 }, () => 1)) as unknown[];
    const rest = list.at(-1) as { readonly $type: string; readonly left: number };
    expect(rest.$type).toBe('cut');
    expect(list.length - 1 + rest.left).toBe(1_000_000);
    expect(list.length).toBeGreaterThan(10_000);
  });

  it('cuts an object of many members and says how many are left', () => {
    const many = Object.fromEntries(
      Array.from({ length: 300_000 }, (_, index) => [`m${index}`, 1]),
    );
    const tree = shown(many) as Record<string, { readonly left: number }>;
    expect(Object.keys(tree).length - 1 + (tree['…']?.left ?? 0)).toBe(300_000);
  });

  it('cuts what is deep', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 1_000; level += 1) deep = [deep];
    expect(JSON.stringify(shown(deep))).toContain('{"$type":"cut","left":1}');
  });

  it('ends with a list that is nearly all holes', () => {
    const holes: number[] = [];
    holes[100_000_000] = 1;
    expect(JSON.stringify(shown(holes)).length).toBeLessThan(2_000_000);
  });

  it('makes JSON of bounded size of whatever can be saved', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
        }),
        (state) => {
          expect(JSON.stringify(shown(state)).length).toBeLessThan(3_000_000);
        },
      ),
    );
  });
});
