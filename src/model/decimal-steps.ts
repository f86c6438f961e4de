import { quote } from '../base/errors.ts';
import { parseDecimalText, type DecimalText } from './decimal-text.ts';
import { InvalidDecimalError } from './errors.ts';

/** A decimal in whole units of ten to the power of minus `scale`. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

/**
 * The largest multiple of `step` that is no further from zero than `value`: 1.27 in steps of 0.5 is 1.
 *
 * @throws {InvalidDecimalError} code `INVALID_DECIMAL`, also for a step that is not above 0
 */
export function towardsZero(value: unknown, step: DecimalText): DecimalText {
  return inSteps(value, step, (units, stepUnits) => units / stepUnits);
}

/**
 * The multiple of `step` that is nearest to `value`; of two that are equally near, the one further from
 * zero: 1.25 in steps of 0.5 is 1.5.
 *
 * @throws {InvalidDecimalError} code `INVALID_DECIMAL`, also for a step that is not above 0
 */
export function toNearest(value: unknown, step: DecimalText): DecimalText {
  return inSteps(value, step, (units, stepUnits) => {
    const half = units < 0n ? -stepUnits : stepUnits;
    return (2n * units + half) / (2n * stepUnits);
  });
}

/** True if it is above zero. The text must be one of {@link parseDecimalText}. */
export function isPositive(value: DecimalText): boolean {
  return value !== '0' && !value.startsWith('-');
}

function inSteps(
  value: unknown,
  step: DecimalText,
  count: (units: bigint, stepUnits: bigint) => bigint,
): DecimalText {
  const given = scaled(parseDecimalText(value));
  const by = scaled(parseDecimalText(step, 'the step'));
  if (by.units <= 0n) {
    const text = `the step is ${quote(step)}: expected a decimal above 0`;
    throw new InvalidDecimalError(text, { value: quote(step), what: 'the step' });
  }
  const scale = Math.max(given.scale, by.scale);
  const stepUnits = by.units * tenTo(scale - by.scale);
  const steps = count(given.units * tenTo(scale - given.scale), stepUnits);
  return textOf({ units: steps * stepUnits, scale });
}

function scaled(text: DecimalText): Scaled {
  const [whole = '', fraction = ''] = text.split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function textOf({ units, scale }: Scaled): DecimalText {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return parseDecimalText(units < 0n ? `-${text}` : text);
}

function tenTo(power: number): bigint {
  return 10n ** BigInt(power);
}
