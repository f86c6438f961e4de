import { Decimal } from 'decimal.js';
import type { DecimalText } from '../model/decimal-text.ts';

/** Wide enough that no sum or product of amounts is rounded. */
const Exact = Decimal.clone({ precision: 80, toExpNeg: -100, toExpPos: 100 });

export const ZERO: Decimal = new Exact(0);

/** Exact for a text; a number is taken in its shortest decimal form. */
export function decimal(value: string | number): Decimal {
  return new Exact(value);
}

/** As `parseDecimalText` would write it. */
export function text(value: Decimal): DecimalText {
  return value.toFixed();
}

export function isMultiple(value: Decimal, step: Decimal): boolean {
  return value.mod(step).isZero();
}

/** The largest multiple of `step` that is not above `value`. */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  return value.div(step).floor().times(step);
}
