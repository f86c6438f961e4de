import { Decimal } from 'decimal.js';
import { parseDecimalText, type DecimalText } from '../model/decimal-text.ts';
import type { CcxtNumber } from './ccxt-types.ts';

/** Wide enough that no sum or product of amounts is rounded. */
const Exact = Decimal.clone({ precision: 80, toExpNeg: -100, toExpPos: 100 });

export function decimal(text: DecimalText | number): Decimal {
  return new Exact(text);
}

/** @throws {InvalidDecimalError} for what is no finite number */
export function text(value: Decimal): DecimalText {
  return parseDecimalText(value.toFixed());
}

/** A number as ccxt gives it, also with an exponent; null for one that is missing or is none. */
export function textOf(value: CcxtNumber): DecimalText | null {
  if (value === undefined || value === null || value === '') return null;
  try {
    return text(new Exact(value));
  } catch {
    return null;
  }
}
