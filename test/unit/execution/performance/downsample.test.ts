import fc from 'fast-check';
import { expect, it } from 'vitest';
import { downsample } from '../../../../src/execution/performance/downsample.ts';
import { samplesOf } from './support.ts';

it('leaves few samples as they are', () => {
  const samples = samplesOf([1, 2, 3]);
  expect(downsample(samples, 10)).toBe(samples);
});

it('keeps the corners of a line', () => {
  const values = Array.from({ length: 101 }, (_, index) => Math.abs(50 - index));
  const kept = downsample(samplesOf(values), 12).map(({ equity }) => equity);
  expect(kept[0]).toBe(50);
  expect(kept).toContain(0);
  expect(kept.at(-1)).toBe(50);
});

it('keeps the first, the last, the lowest and the highest, in order, and never too many', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 4, max: 50 }),
      (values, maxPoints) => {
        const samples = samplesOf(values);
        const kept = downsample(samples, maxPoints);
        const equities = kept.map(({ equity }) => equity);
        expect(kept.length).toBeLessThanOrEqual(maxPoints);
        expect(kept[0]).toBe(samples[0]);
        expect(kept.at(-1)).toBe(samples.at(-1));
        expect(Math.min(...equities)).toBe(Math.min(...values));
        expect(Math.max(...equities)).toBe(Math.max(...values));
        const times = kept.map(({ timestamp }) => timestamp);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      },
    ),
  );
});
