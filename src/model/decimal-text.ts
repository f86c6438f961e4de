import { quote } from '../base/errors.ts';
import { InvalidDecimalError } from './errors.ts';

/**
 * An exact decimal number as text, such as `-0.00012`: no exponent, no plus sign, no needless zeros. Money
 * and quantities are kept and sent like this; `Number(text)` is for where a hair's breadth does not matter.
 */
export type DecimalText = string;

/** Digits before and after the point together; what is longer is no amount of anything. */
const MAX_DIGITS = 60;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const SCIENTIFIC = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/;

/**
 * Reads a decimal from a number (its shortest decimal form: 0.1 is `0.1`), a bigint or a text such as
 * `"0.10"`, which becomes `0.1`. `what` names it in the error.
 *
 * @throws {InvalidDecimalError} code `INVALID_DECIMAL`
 */
export function parseDecimalText(value: unknown, what = 'a decimal'): DecimalText {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  if (typeof text !== 'string') throw invalid(value, what);
  const plain = DECIMAL.exec(text) ?? spelledOut(text, typeof value === 'number');
  if (plain === null) throw invalid(value, what);
  const [, sign = '', whole = '', fraction = ''] = plain;
  if (whole.length + fraction.length > MAX_DIGITS) throw invalid(value, what);
  const digits = whole.replace(/^0+(?=\d)/, '');
  const rest = fraction.replace(/0+$/, '');
  const unsigned = rest === '' ? digits : `${digits}.${rest}`;
  return unsigned === '0' ? '0' : `${sign}${unsigned}`;
}

/** A number such as 1e-7 in the parts that `DECIMAL` finds. Text with an exponent is refused: nobody writes it by hand. */
function spelledOut(text: string, isNumber: boolean): readonly (string | undefined)[] | null {
  const parts = isNumber ? SCIENTIFIC.exec(text) : null;
  if (parts === null) return null;
  const [, sign, whole = '', fraction = ''] = parts;
  const exponent = Number(parts[4]);
  if (Math.abs(exponent) > MAX_DIGITS) return null;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return ['', sign, '0', '0'.repeat(-point) + digits];
  if (point >= digits.length) return ['', sign, digits + '0'.repeat(point - digits.length)];
  return ['', sign, digits.slice(0, point), digits.slice(point)];
}

function invalid(value: unknown, what: string): InvalidDecimalError {
  return new InvalidDecimalError(
    `${what} is ${quote(value)}: expected a finite number or a text such as "0.25", at most ${MAX_DIGITS} digits`,
    { value: quote(value), what },
  );
}
