import { InvalidArgumentError } from 'commander';

/** A whole number of an option. @throws {InvalidArgumentError} */
export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

/** A whole number from 1. @throws {InvalidArgumentError} */
export function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

/** A port, 0 for any that is free. @throws {InvalidArgumentError} */
export function portNumber(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError('expected a port, 0 to 65535.');
  return value;
}
