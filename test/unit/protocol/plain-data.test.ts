import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainDataFault } from '../../../src/protocol/plain-data.ts';

const EXPECTED = 'texts, finite numbers, booleans, null, and lists and plain objects of these';

class Mine {
  readonly n = 1;
}

const holes: unknown[] = [1];
holes[2] = 3;

const loop: Record<string, unknown> = {};
loop['in'] = loop;

let wide: unknown = 1;
for (let level = 0; level < 60; level += 1) wide = [wide, wide];

describe('plainDataFault', () => {
  it('passes whatever JSON gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(plainDataFault(value, 'data', 1_000_000)).toBe(undefined);
      }),
    );
  });

  it('passes members that are undefined, which are left out, and objects without a prototype', () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(plainDataFault({ a: undefined, bare }, 'data', 100)).toBe(undefined);
  });

  it.each([
    ['a map', { a: [new Map()] }, 'data.a[0] is an object of Map: expected'],
    ['a date', new Date(0), 'data is an object of Date: expected'],
    ['an object of a class', { mine: new Mine() }, 'data.mine is an object of Mine: expected'],
    ['a function', [(): void => undefined], 'data[0] is a function: expected'],
    ['a big integer', { a: 5n }, 'data.a is 5n: expected'],
    ['infinity', [Infinity], 'data[0] is Infinity: expected'],
    ['a hole', holes, 'data[1] is undefined: expected'],
    ['nothing at all', undefined, 'data is undefined: expected'],
    ['bytes', { a: Buffer.from([1]) }, 'data.a is an object of Buffer: expected'],
    [
      'an object of another world',
      runInNewContext('({})'),
      'data is an object of Object: expected',
    ],
  ])('refuses %s', (_what, value, message) => {
    expect(plainDataFault(value, 'data', 1_000)).toBe(`${message} ${EXPECTED}`);
  });

  it('refuses what is inside itself', () => {
    expect(plainDataFault(loop, 'args', 1_000)).toBe('args is more than 100 levels deep');
  });

  it('refuses what is the same over and over, before it walks through all of it', () => {
    expect(plainDataFault(wide, 'args', 1_000)).toBe('args has more than 1000 values');
  });

  it('refuses what is too large, by its bytes', () => {
    expect(plainDataFault('é'.repeat(10), 'args', 22)).toBe(undefined);
    expect(plainDataFault('é'.repeat(10), 'args', 21)).toBe(
      'args takes 22 bytes of JSON: expected at most 21',
    );
  });
});
