import { Decimal as AnyDecimal } from 'decimal.js';
import { parseDecimalText, type DecimalText } from '../model/decimal-text.ts';

/**
 * Decimals of this layer: 80 significant digits, so that sums and products of amounts are exact; only a
 * division can be rounded.
 */
const Decimal = AnyDecimal.clone({ precision: 80, toExpNeg: -100, toExpPos: 100 });
export type Decimal = AnyDecimal;

export const ZERO: Decimal = new Decimal(0);

/**
 * The exact value of a text, or of a number in its shortest decimal form.
 *
 * @throws {InvalidDecimalError} code `INVALID_DECIMAL`
 */
export function decimal(value: DecimalText | number, what?: string): Decimal {
  return new Decimal(parseDecimalText(value, what));
}

/** Without exponent and needless zeros, as `parseDecimalText` gives it. */
export function text(value: Decimal): DecimalText {
  return value.isZero() ? '0' : value.toFixed();
}

export function isMultiple(value: Decimal, step: Decimal): boolean {
  return value.mod(step).isZero();
}

/** The greatest multiple of `step` that is not above `value`. */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  return value.div(step).floor().times(step);
}
