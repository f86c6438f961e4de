import { quote } from '../base/errors.ts';
import { InvalidSymbolError } from './errors.ts';

export const MAX_SYMBOL_CHARS = 64;

/** Letters and digits of any script, then the separators that exchanges use in names such as `BTC/USDT:USDT-240628`. */
const SYMBOL = /^[\p{L}\p{N}][\p{L}\p{N}._:/-]*$/u;

/**
 * The symbol itself, if it may be one: 1 to 64 characters, letters, digits and `. _ : / -`, the first a
 * letter or digit.
 *
 * @throws {InvalidSymbolError} code `INVALID_SYMBOL`
 */
export function parseSymbol(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_SYMBOL_CHARS || !SYMBOL.test(value)) {
    throw new InvalidSymbolError(
      `${quote(value)} is not a symbol: expected 1 to ${MAX_SYMBOL_CHARS} letters, digits and . _ : / - such as "BTC/USDT"`,
      { symbol: value },
    );
  }
  return value;
}
