import type { Bar } from '../../model/bar.ts';

/** A bar as ccxt has it: when it began, open, high, low, close, volume. */
export type BarRow = readonly [
  openMs: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

/**
 * A copy of what ccxt gives, which it goes on to change; undefined for a row without a time or a price.
 * A volume that is missing is 0.
 */
export function barRowOf(given: readonly unknown[]): BarRow | undefined {
  const [openMs, open, high, low, close, volume] = given.map(Number) as number[] as [...BarRow];
  const prices = [openMs, open, high, low, close];
  if (given.slice(0, 5).some((part) => part === null || part === '')) return undefined;
  if (!prices.every((part) => Number.isFinite(part))) return undefined;
  return [openMs, open, high, low, close, Number.isFinite(volume) ? volume : 0];
}

export function barOf(row: BarRow, symbol: string, timeframe: string): Bar {
  const [timestamp, open, high, low, close, volume] = row;
  return { type: 'bar', symbol, timeframe, timestamp, open, high, low, close, volume };
}
