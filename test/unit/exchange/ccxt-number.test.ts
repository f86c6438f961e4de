import { expect, it } from 'vitest';
import { textOf } from '../../../src/exchange/ccxt-number.ts';

it.each([
  ['0.10', '0.1'],
  [0.1, '0.1'],
  [1e-7, '0.0000001'],
  ['1e-8', '0.00000001'],
  ['-2.5E+3', '-2500'],
  ['-0', '0'],
  ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
])('%j of ccxt is %s', (value, text) => {
  expect(textOf(value)).toBe(text);
});

it.each([undefined, null, '', 'none', '1,5', Number.NaN, Number.POSITIVE_INFINITY, '1e400'])(
  '%j is no number',
  (value) => {
    expect(textOf(value)).toBeNull();
  },
);
