import { Decimal } from 'decimal.js';

/** Wide enough that no sum or product of amounts is rounded. */
const Exact = Decimal.clone({ precision: 60 });

/** Digits behind the point of every amount that the exchange tells. */
const PLACES = 8;

const PLAIN = /^\d{1,15}(?:\.\d{1,15})?$/;

export const ZERO: Decimal = new Exact(0);

export function decimal(value: string | number): Decimal {
  return new Exact(value);
}

/** A positive number or zero without sign and exponent, undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  return PLAIN.test(text) ? new Exact(text) : undefined;
}

export function text(value: Decimal): string {
  return value.toFixed(PLACES, Decimal.ROUND_DOWN);
}

/** The largest multiple of `step` that is not above `value`. */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  return value.div(step).floor().times(step);
}

export function isMultiple(value: Decimal, step: Decimal): boolean {
  return value.mod(step).isZero();
}

/** What goes beyond the last digit that is told is cut off, as a fee is. */
export function cut(value: Decimal): Decimal {
  return value.toDecimalPlaces(PLACES, Decimal.ROUND_DOWN);
}
