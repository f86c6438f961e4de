import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  groupDecimal,
  moneyText,
  roundDecimal,
  signOf,
} from '../../../../web/src/data/decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 18 }))
  .map(([value, scale]) => {
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
    const cut = digits.length - scale;
    const text = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
    return value < 0n ? `-${text}` : text;
  });

describe('decimals as text', () => {
  it('are added without a rounding error', () => {
    expect(addDecimals(['0.1', '0.2'])).toBe('0.3');
    expect(addDecimals(['123456789012345678.1', '-0.000000000000000001'])).toBe(
      '123456789012345678.099999999999999999',
    );
  });

  it('of no number add up to zero', () => {
    expect(addDecimals([])).toBe('0');
  });

  it('add up to zero with their negatives', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const negative = text.startsWith('-') ? text.slice(1) : `-${text}`;
        expect(signOf(addDecimals([text, negative]))).toBe(0);
      }),
    );
  });

  it('are compared as numbers, not as texts', () => {
    expect(['10', '9.5', '-3', '9.50000001'].toSorted(compareDecimals)).toEqual([
      '-3',
      '9.5',
      '9.50000001',
      '10',
    ]);
  });

  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['0.994', 2, '0.99'],
    ['9.999', 2, '10.00'],
    ['5', 2, '5.00'],
    ['-0.001', 2, '0.00'],
  ])('%s with %i places is %s', (text, places, rounded) => {
    expect(roundDecimal(text, places)).toBe(rounded);
  });

  it('keep every digit when their thousands are set apart', () => {
    expect(groupDecimal('-1234567.00012345')).toBe('\u22121,234,567.00012345');
    fc.assert(
      fc.property(decimal, (text) => {
        expect(groupDecimal(text).replaceAll(',', '').replace('\u2212', '-')).toBe(text);
      }),
    );
  });

  it('that two places would show as nothing have eight', () => {
    expect(moneyText('0.00000042')).toBe('0.00000042');
    expect(moneyText('0.004')).toBe('0.00400000');
    expect(moneyText('0.000')).toBe('0.00');
  });

  it('have a plus where a gain is to be told from a loss', () => {
    expect(moneyText('12.3', true)).toBe('+12.30');
    expect(moneyText('-12.3', true)).toBe('\u221212.30');
    expect(moneyText('0', true)).toBe('0.00');
  });
});
