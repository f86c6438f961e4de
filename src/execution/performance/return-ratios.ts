import type { EquitySample } from './equity-sample.ts';

/** A figure, or why there is none. */
export type Figure = { readonly value: number } | { readonly value: null; readonly reason: string };

/** How often returns are taken. */
export type ReturnPeriod = 'day' | 'hour' | 'sample';

export interface ReturnSeries {
  readonly period: ReturnPeriod;
  /** Relative change of equity in each period. */
  readonly returns: readonly number[];
  /** Of 365 days of 24 hours: crypto markets never close. */
  readonly periodsPerYear: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** With fewer periods than that, shorter ones are taken. */
const MIN_PERIODS = 30;

/** A deviation that is that small beside the returns is what rounding left of none. */
const NO_DEVIATION = 1e-12;

/**
 * Returns by day if the samples span 30 days or more, else by hour if they span 30 hours or more, else from
 * sample to sample. Days and hours are counted from the first sample; equity at the end of one is that of the
 * last sample until then, and what is left after the last whole period is no part of it. Samples are as far
 * apart as they are on average. Undefined if equity is not above 0 throughout: a return on nothing, or on a
 * debt, is no number.
 */
export function returnsOf(samples: readonly EquitySample[]): ReturnSeries | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const spanMs = last.timestamp - first.timestamp;
  const periodMs = [DAY_MS, HOUR_MS].find((length) => spanMs >= MIN_PERIODS * length);
  const values =
    periodMs === undefined ? samples.map(({ equity }) => equity) : valuesEvery(samples, periodMs);
  if (!values.every((value) => value > 0)) return undefined;
  const returns = values.slice(1).map((value, index) => value / (values[index] as number) - 1);
  if (periodMs !== undefined) {
    const period = periodMs === DAY_MS ? 'day' : 'hour';
    return { period, returns, periodsPerYear: YEAR_MS / periodMs };
  }
  const meanMs = spanMs / Math.max(1, samples.length - 1);
  return { period: 'sample', returns, periodsPerYear: meanMs > 0 ? YEAR_MS / meanMs : 0 };
}

/** Equity at the first sample and at the end of each whole period after it. */
function valuesEvery(samples: readonly EquitySample[], periodMs: number): number[] {
  const values: number[] = [];
  let end = samples[0]?.timestamp ?? 0;
  let current = 0;
  for (const { timestamp, equity } of samples) {
    for (; end < timestamp; end += periodMs) values.push(current);
    current = equity;
  }
  if (samples.at(-1)?.timestamp === end) values.push(current);
  return values;
}

/**
 * Sharpe ratio: mean of the returns over their standard deviation (n - 1 in the denominator), times the root
 * of the periods in a year. The riskless return is taken as 0.
 *
 * Source: W. F. Sharpe, "The Sharpe Ratio", The Journal of Portfolio Management 21 (1), 1994, pages 49-58,
 * the ex post ratio, its equations 3 to 6; the root of time is in its section "Time Dependence".
 */
export function sharpeRatio(series: ReturnSeries | undefined): Figure {
  const reason = whyNone(series);
  if (series === undefined || reason !== undefined) return { value: null, reason: reason ?? '' };
  const { returns, periodsPerYear } = series;
  const mean = meanOf(returns);
  const squares = returns.map((value) => (value - mean) ** 2);
  const deviation = Math.sqrt(sumOf(squares) / (returns.length - 1));
  if (deviation <= NO_DEVIATION * greatest(returns)) {
    return { value: null, reason: `all ${returns.length} returns are the same` };
  }
  return { value: (mean / deviation) * Math.sqrt(periodsPerYear) };
}

/**
 * Sortino ratio: mean of the returns over their downside deviation (the root of the mean of the squares of
 * those below 0, over all periods), times the root of the periods in a year. The target return is 0.
 *
 * Source: F. A. Sortino, L. N. Price, "Performance Measurement in a Downside Risk Framework", The Journal of
 * Investing 3 (3), 1994, pages 59-64.
 */
export function sortinoRatio(series: ReturnSeries | undefined): Figure {
  const reason = whyNone(series);
  if (series === undefined || reason !== undefined) return { value: null, reason: reason ?? '' };
  const { returns, periodsPerYear } = series;
  const squares = returns.map((value) => Math.min(0, value) ** 2);
  const deviation = Math.sqrt(sumOf(squares) / returns.length);
  if (deviation === 0) return { value: null, reason: 'no return is below 0' };
  return { value: (meanOf(returns) / deviation) * Math.sqrt(periodsPerYear) };
}

function whyNone(series: ReturnSeries | undefined): string | undefined {
  if (series === undefined) return 'equity is not above 0 throughout, or was never sampled';
  if (series.returns.length < 2) {
    return `2 returns or more are needed, there ${series.returns.length === 1 ? 'is 1' : 'are none'}`;
  }
  return undefined;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
