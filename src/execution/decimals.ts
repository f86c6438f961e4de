import { Decimal as DecimalBase } from 'decimal.js';
import { parseDecimalText, type DecimalText } from '../model/decimal-text.ts';

// Of its own, so that nobody's settings are changed: enough digits for any product of two amounts, and no
// exponents in texts.
const Exact = DecimalBase.clone({ precision: 120, toExpNeg: -130, toExpPos: 130 });

/** An exact amount. Products and sums are exact; a quotient has 120 digits. */
export type Decimal = DecimalBase;

export const ZERO: Decimal = new Exact(0);

/**
 * The exact value of a text, or of a number in its shortest decimal form. Checked where it is named by `what`.
 *
 * @throws {InvalidDecimalError} code `INVALID_DECIMAL`
 */
export function decimal(value: DecimalText | number, what?: string): Decimal {
  return new Exact(what === undefined ? value : parseDecimalText(value, what));
}

/** Places behind the point that are kept of a quotient. */
const PLACES = 30;

/** A quotient as it is kept, so that it is the same after it was written and read. */
export function rounded(value: Decimal): Decimal {
  return value.toDecimalPlaces(PLACES);
}

/** As text, for keeping and sending; at most 30 places behind the point. */
export function text(value: Decimal): DecimalText {
  return parseDecimalText(rounded(value).toString());
}

export function isMultiple(value: Decimal, step: Decimal): boolean {
  return step.isZero() || value.mod(step).isZero();
}

/** The largest multiple of `step` that is not above `value`. */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  return step.isZero() ? value : value.div(step).floor().times(step);
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}
