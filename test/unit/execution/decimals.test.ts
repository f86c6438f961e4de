import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal, floorTo, isMultiple, text, ZERO } from '../../../src/execution/decimals.ts';
import { parseDecimalText } from '../../../src/model/decimal-text.ts';

it('texts are those of the model', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (whole) => {
      const value = decimal(String(whole)).div(decimal('100000000000000000000'));
      expect(text(value)).toBe(parseDecimalText(value.toFixed()));
    }),
  );
  expect(text(ZERO.negated())).toBe('0');
});

it('sums and products of long amounts are exact', () => {
  const long = decimal('123456789012345678901234567890.123456789');
  expect(text(long.times(long).minus(long.times(long)))).toBe('0');
  expect(text(decimal('100000000000000000000').plus(decimal('0.00000000000000000001')))).toBe(
    '100000000000000000000.00000000000000000001',
  );
});

it('knows multiples and the multiple below', () => {
  expect(isMultiple(decimal('0.3'), decimal('0.1'))).toBe(true);
  expect(isMultiple(decimal('0.35'), decimal('0.1'))).toBe(false);
  expect(text(floorTo(decimal('0.39'), decimal('0.1')))).toBe('0.3');
});
