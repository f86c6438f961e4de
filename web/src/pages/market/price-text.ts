import { groupDecimal } from '../../data/decimal.ts';

/** So many digits of a binary fraction are those that were meant. */
const DIGITS = 15;

/** A price with all its places, thousands apart: never in powers of ten, and without the dust of binary fractions. */
export function priceText(price: number): string {
  return groupDecimal(plainText(String(Number(price.toPrecision(DIGITS)))));
}

/** `1.2e-7` as `0.00000012`. */
function plainText(text: string): string {
  const [digits = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const sign = digits.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const all = `${whole}${fraction}`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  return `${sign}${all.padEnd(point, '0')}`;
}
