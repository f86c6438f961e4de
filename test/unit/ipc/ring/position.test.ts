import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadPosition, POSITION_WORDS, storePosition } from '../../../../src/ipc/ring/position.ts';

const positions = fc.integer({ min: 0, max: 2 ** 50 - 1 }).map((units) => units * 8);

it('loads what was stored, whatever was there before', () => {
  fc.assert(
    fc.property(fc.array(positions, { minLength: 1 }), (stored) => {
      const words = new Int32Array(POSITION_WORDS + 2);
      for (const position of stored) {
        storePosition(words, 1, position);
        expect(loadPosition(words, 1)).toBe(position);
      }
      expect([words[0], words[4]]).toEqual([0, 0]);
    }),
  );
});

it.each([2 ** 31, 2 ** 32, 2 ** 34, 2 ** 35, 2 ** 36, 2 ** 52])('counts on across %d', (border) => {
  const words = new Int32Array(POSITION_WORDS);
  for (const position of [border - 8, border, border + 8]) {
    storePosition(words, 0, position);
    expect(loadPosition(words, 0)).toBe(position);
  }
});

it('is not a number while a position is half stored', () => {
  const words = new Int32Array(POSITION_WORDS);
  storePosition(words, 0, 2 ** 35 - 8);
  words[0] = 1;
  expect(loadPosition(words, 0)).toBeNaN();
  words[1] = 0;
  expect(loadPosition(words, 0)).toBeNaN();
  words[2] = 1;
  expect(loadPosition(words, 0)).toBe(2 ** 35);
});
