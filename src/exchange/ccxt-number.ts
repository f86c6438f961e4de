import { Decimal } from 'decimal.js';
import { parseDecimalText, type DecimalText } from '../model/decimal-text.ts';
import type { CcxtNumber } from './ccxt-types.ts';

/** A number as ccxt gives it, also with an exponent; null for one that is missing or is none. */
export function textOf(value: CcxtNumber): DecimalText | null {
  if (value === undefined || value === null || value === '') return null;
  try {
    return parseDecimalText(new Decimal(value).toFixed());
  } catch {
    return null;
  }
}
