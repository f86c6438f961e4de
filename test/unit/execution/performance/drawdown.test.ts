import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxDrawdown } from '../../../../src/execution/performance/drawdown.ts';
import { MINUTE, samplesOf, T0 } from './support.ts';

const NONE = { amount: '0', share: 0, from: null, to: null };

it('is the greatest fall from a high, as a share of it', () => {
  expect(maxDrawdown(samplesOf([100, 120, 90, 130, 100]))).toEqual({
    amount: '30',
    share: 0.25,
    from: T0 + MINUTE,
    to: T0 + 2 * MINUTE,
  });
});

it('is the first of falls that are equal', () => {
  expect(maxDrawdown(samplesOf([100, 50, 100, 50])).to).toBe(T0 + MINUTE);
});

it('has an amount without the noise of floats', () => {
  expect(maxDrawdown(samplesOf([0.3, 0.1])).amount).toBe('0.2');
});

it('of a curve that never falls is 0', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })), (values) => {
      const rising = values.toSorted((a, b) => a - b);
      expect(maxDrawdown(samplesOf(rising))).toEqual(NONE);
    }),
  );
});

it('of a curve that begins with nothing is 0 until there is something', () => {
  expect(maxDrawdown(samplesOf([0, -5, 10, 8])).share).toBeCloseTo(0.2, 12);
});
