import { quote } from '../base/errors.ts';
import { InvalidTimeframeError } from './errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The largest count that a timeframe may have before its unit. */
const MAX_COUNT = 99_999;

/** The Monday that weekly bars are counted from: 1970-01-05, milliseconds since the epoch. */
const FIRST_MONDAY_MS = 4 * 86_400_000;

/**
 * Length of a timeframe such as `1m`, `15m`, `4h`, `1d`, in milliseconds.
 *
 * @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME`
 */
export function timeframeMs(timeframe: string): number {
  const match = /^([1-9]\d{0,4})([smhdw])$/.exec(timeframe);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unitMs === undefined) {
    throw new InvalidTimeframeError(
      `${quote(timeframe)} is not a timeframe: expected a whole number and one of s m h d w, such as "1m" or "4h"`,
      { timeframe },
    );
  }
  return Number(match[1]) * unitMs;
}

/** Open time of the bar that `timestampMs` falls into. Weeks begin on Monday, UTC. */
export function barOpenMs(timestampMs: number, lengthMs: number): number {
  const originMs = lengthMs % 604_800_000 === 0 ? FIRST_MONDAY_MS : 0;
  return Math.floor((timestampMs - originMs) / lengthMs) * lengthMs + originMs;
}

/** The timeframe of `lengthMs` milliseconds in its largest whole unit (`60_000` is `1m`), or undefined if there is none. */
export function timeframeOfMs(lengthMs: number): string | undefined {
  for (const unit of ['w', 'd', 'h', 'm', 's']) {
    const count = lengthMs / (UNIT_MS[unit] as number);
    if (Number.isInteger(count) && count > 0 && count <= MAX_COUNT) return `${count}${unit}`;
  }
  return undefined;
}
