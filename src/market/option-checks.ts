import { quote } from '../base/errors.ts';
import { InvalidMarketOptionError } from './errors.ts';

/** @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION`, unless `value` is a whole number from `least` */
export function requireWholeNumber(name: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw invalidNumber(name, value, `a whole number from ${least}`);
}

/** @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION`, unless `value` is from `least` to `most` */
export function requireWithin(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw invalidNumber(name, value, `a number from ${least} to ${most}`);
}

function invalidNumber(name: string, value: unknown, expected: string): InvalidMarketOptionError {
  const shown = typeof value === 'number' ? String(value) : quote(value);
  return new InvalidMarketOptionError(`${name} is ${shown}: expected ${expected}`, {
    [name]: value,
  });
}
