import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom, type Random } from '../../../src/base/random.ts';

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random());
}

describe('seededRandom', () => {
  it('gives the same numbers for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(draw(seededRandom(seed), 50)).toEqual(draw(seededRandom(seed), 50));
      }),
    );
  });

  it('gives these numbers for seed 1, on every machine', () => {
    expect(draw(seededRandom(1), 3)).toEqual([
      0.627_073_940_588_161_3, 0.002_735_721_180_215_478, 0.527_447_039_959_952_2,
    ]);
  });

  it('gives other numbers for another seed', () => {
    expect(draw(seededRandom(1), 5)).not.toEqual(draw(seededRandom(2), 5));
  });

  it('stays within 0 (included) and 1 (excluded)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const numbers = draw(seededRandom(seed), 200);
        expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
      }),
    );
  });

  it('spreads evenly', () => {
    const numbers = draw(seededRandom(7), 100_000);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 2);
  });
});

describe('normal', () => {
  it('has mean 0 and variance 1', () => {
    const random = seededRandom(7);
    const numbers = draw(() => normal(random), 100_000);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / 100_000;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it.each([0, 1 - 2 ** -32])('is finite at the edge of what a source may draw (%s)', (drawn) => {
    expect(Number.isFinite(normal(() => drawn))).toBe(true);
  });
});
