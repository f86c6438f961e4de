import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimalText } from '../../../src/model/decimal-text.ts';

describe('parseDecimalText', () => {
  it.each([
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    [1.5e-7, '0.00000015'],
    [1e21, '1000000000000000000000'],
    [1.25e21, '1250000000000000000000'],
    [-0, '0'],
    [12n, '12'],
    ['00.10', '0.1'],
    ['-5.00', '-5'],
    ['-0.0', '0'],
  ])('writes %s as %s', (value, text) => {
    expect(parseDecimalText(value)).toBe(text);
  });

  it.each([
    Number.NaN,
    Infinity,
    '',
    '1e5',
    '+1',
    '1.',
    '.5',
    ' 1',
    '1,5',
    null,
    {},
    '1'.repeat(61),
  ])('refuses %s, and quotes it', (value) => {
    expect(() => parseDecimalText(value, 'quantity')).toThrow(/quantity is .*expected a finite/);
  });

  it('keeps every finite number of ordinary size as it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e20, max: 1e20 }), (value) => {
        fc.pre(value === 0 || Math.abs(value) > 1e-20);
        expect(Number(parseDecimalText(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
