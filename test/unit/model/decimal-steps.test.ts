import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPositive, toNearest, towardsZero } from '../../../src/model/decimal-steps.ts';

const step = fc.constantFrom('1', '0.5', '0.01', '0.00000001', '25', '0.003');
const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });

describe('towardsZero', () => {
  it.each([
    [1.27, '0.5', '1'],
    ['0.1', '0.001', '0.1'],
    [0.3, '0.1', '0.3'],
    ['-1.27', '0.5', '-1'],
    ['0.0009', '0.001', '0'],
    ['-0.4', '1', '0'],
    [1e-7, '0.00000001', '0.0000001'],
    [123_456_789n, '1000', '123456000'],
    ['123456789012345678901234567890.987654321', '0.0001', '123456789012345678901234567890.9876'],
  ])('%s in steps of %s is %s', (value, by, expected) => {
    expect(towardsZero(value, by)).toBe(expected);
  });

  it('leaves multiples as they are', () => {
    fc.assert(
      fc.property(step, whole, (by, count) => {
        const multiple = toNearest(Number((Number(by) * count).toFixed(8)), by);
        expect(towardsZero(multiple, by)).toBe(multiple);
        expect(toNearest(multiple, by)).toBe(multiple);
      }),
    );
  });
});

describe('toNearest', () => {
  it.each([
    [1.25, '0.5', '1.5'],
    [1.24, '0.5', '1'],
    ['-1.25', '0.5', '-1.5'],
    ['-1.24', '0.5', '-1'],
    ['99.995', '0.01', '100'],
    ['0.49', '1', '0'],
    ['0.5', '1', '1'],
  ])('%s in steps of %s is %s', (value, by, expected) => {
    expect(toNearest(value, by)).toBe(expected);
  });
});

it.each(['0', '-1', 'much', ''])('a step of %s is refused', (by) => {
  expect(() => towardsZero(1, by)).toThrow(expect.objectContaining({ code: 'INVALID_DECIMAL' }));
});

it('a value that is no decimal is refused', () => {
  expect(() => toNearest(Number.NaN, '1')).toThrow(/NaN/);
});

it.each([
  ['0', false],
  ['-0.1', false],
  ['0.1', true],
])('%s is above zero: %s', (value, expected) => {
  expect(isPositive(value)).toBe(expected);
});
