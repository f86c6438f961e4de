/** Text such as `2021-12-31 23:01:00.000000`, `2021-12-31T23:01:00Z`, `2021-12-31`, `2021-12-31T23:01+08:00`. */
const ISO =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

const WHOLE_NUMBER = /^[+-]?\d+$/;

/**
 * The magnitudes at which an epoch number stops being seconds, milliseconds, microseconds,
 * nanoseconds. 1e11 seconds is the year 5138 and 1e11 milliseconds is 1973, so that no time that
 * markets have recorded in one unit is taken for another, but milliseconds before March 1973.
 */
const MAX_SECONDS = 1e11;
const MAX_MILLIS = 1e14;
const MAX_MICROS = 1e17;
const MAX_NANOS = 1e20;

/** Doubles around today's time in ms step by 0.0002: what is this close below a whole ms is that ms. */
const FLOAT_SLACK_MS = 0.0005;

/**
 * A recorded time in milliseconds since the Unix epoch, or undefined if `value` is not one. Numbers and
 * numeric text are epoch seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude;
 * other text is ISO 8601, UTC where it names no zone. What is finer than a millisecond is cut off.
 */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') return ofEpochNumber(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const match = ISO.exec(text);
  if (match !== null) return ofIsoParts(match);
  if (text === '') return undefined;
  return WHOLE_NUMBER.test(text) ? ofWholeNumber(text) : ofEpochNumber(Number(text));
}

/** Nanoseconds have more digits than a double holds, so the last ones go before the text is a number. */
function ofWholeNumber(text: string): number | undefined {
  const magnitude = Math.abs(Number(text));
  if (magnitude < MAX_MILLIS || magnitude >= MAX_NANOS) return ofEpochNumber(Number(text));
  const dropped = magnitude < MAX_MICROS ? 3 : 6;
  const whole = Number(text.slice(0, -dropped));
  const cutBelowZero = text.startsWith('-') && Number(text.slice(-dropped)) !== 0;
  return cutBelowZero ? whole - 1 : whole;
}

function ofEpochNumber(value: number): number | undefined {
  const magnitude = Math.abs(value);
  if (magnitude < MAX_SECONDS) return Math.floor(value * 1_000 + FLOAT_SLACK_MS);
  if (magnitude < MAX_MILLIS) return Math.floor(value + FLOAT_SLACK_MS);
  if (magnitude < MAX_MICROS) return Math.floor(value / 1_000 + FLOAT_SLACK_MS);
  if (magnitude < MAX_NANOS) return Math.floor(value / 1_000_000 + FLOAT_SLACK_MS);
  return undefined;
}

function ofIsoParts(match: RegExpExecArray): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const hours = Number(hour);
  const minutes = Number(minute);
  const seconds = Number(second);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls February 30 over into March; such a date is a fault in the file, not a date.
  const date = new Date(dayMs);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    return undefined;
  }
  const offset = zoneOffsetMs(zone);
  if (offset === undefined) return undefined;
  const millis = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000 + millis - offset;
}

function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined || /^(z|utc)$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}

/** A time as an error message shows it: ISO text where it has one, else the number. */
export function showTime(timestampMs: number): string {
  return Math.abs(timestampMs) <= 8.64e15
    ? new Date(timestampMs).toISOString()
    : String(timestampMs);
}
