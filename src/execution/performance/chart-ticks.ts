/** Where an axis has a line, and what stands there. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps of an axis of time that people count in, up to a week. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 4, 7, 14].map((count) => count * DAY),
];

/** And beyond: months. */
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
const MONTH = 30 * DAY;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Round values (1, 2 or 5 times a power of ten) between two, about `count` of them, as money. */
export function moneyTicks(low: number, high: number, count: number): Tick[] {
  const step = roundStep((high - low) / Math.max(1, count));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    // Zero has no sign.
    const value = index === 0 ? 0 : index * step;
    ticks.push({ value, label: formatMoney(value, digits) });
  }
  return ticks;
}

/** The least of 1, 2 and 5 times a power of ten that is not below `least`. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** `-12345.6` as `-12,345.60`. */
export function formatMoney(value: number, digits = 2): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(20, digits),
    maximumFractionDigits: Math.min(20, digits),
  });
}

/** Times in UTC between two, at most `count`, at steps that people count in; where a day or a year begins, its name. */
export function timeTicks(fromMs: number, toMs: number, count: number): Tick[] {
  const least = (toMs - fromMs) / Math.max(1, count);
  const step = TIME_STEPS.find((candidate) => candidate >= least);
  if (step === undefined) return monthTicks(fromMs, toMs, least);
  const ticks: Tick[] = [];
  for (let value = Math.ceil(fromMs / step) * step; value <= toMs; value += step) {
    ticks.push({ value, label: timeLabel(value, step) });
  }
  return ticks;
}

function monthTicks(fromMs: number, toMs: number, leastMs: number): Tick[] {
  const step = MONTH_STEPS.find((candidate) => candidate * MONTH >= leastMs) ?? 120;
  const from = new Date(fromMs);
  const firstMonth = from.getUTCFullYear() * 12 + from.getUTCMonth();
  const ticks: Tick[] = [];
  for (let month = Math.ceil(firstMonth / step) * step; ; month += step) {
    const value = Date.UTC(Math.floor(month / 12), month % 12);
    if (value > toMs) return ticks;
    if (value < fromMs) continue;
    const name = month % 12 === 0 ? '' : `${MONTHS[month % 12]} `;
    ticks.push({ value, label: `${name}${Math.floor(month / 12)}` });
  }
}

function timeLabel(ms: number, step: number): string {
  const date = new Date(ms);
  if (ms % DAY === 0) return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
  return date.toISOString().slice(11, step < MINUTE ? 19 : 16);
}
