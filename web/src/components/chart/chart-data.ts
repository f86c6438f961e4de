import type { BarView, FillView, Performance } from '../../../../src/client/index.ts';

/** A value at a second, as the chart wants it. */
export interface ChartPoint {
  /** Seconds since the Unix epoch. */
  readonly time: number;
  readonly value: number;
}

/** Most decimal places of a price on an axis. */
const MAX_PLACES = 8;
/** Of so many newest bars the prices are looked at. */
const LOOKED_AT = 50;

/** How many decimal places the prices of bars have. */
export function placesOf(bars: readonly BarView[]): number {
  const places = bars
    .slice(-LOOKED_AT)
    .flatMap(({ open, high, low, close }) => [open, high, low, close].map(placesOfNumber));
  return Math.min(MAX_PLACES, Math.max(0, ...places));
}

function placesOfNumber(value: number): number {
  const [, fraction = '', exponent = '0'] =
    /^-?\d+(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(value)) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}

/** The bars that are not those of before: from the first that differs on, and whether only the end is new. */
export function changedBars(
  before: readonly BarView[],
  after: readonly BarView[],
): { readonly isEnd: boolean; readonly bars: readonly BarView[] } {
  const first = after.findIndex((bar, at) => bar !== before[at]);
  if (first === -1) return { isEnd: before.length === after.length, bars: [] };
  // The chart can change its last bar and add others, nothing else.
  const isEnd = before.length > 0 && after.length >= before.length && first >= before.length - 1;
  return { isEnd, bars: after.slice(first) };
}

/** The bar in whose span a moment lies; null if it is before all of them. */
function barAt(bars: readonly BarView[], at: number): BarView | null {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((bars[middle]?.timestamp ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return bars[low - 1] ?? null;
}

export interface ChartMark {
  /** Seconds since the Unix epoch. */
  readonly time: number;
  readonly side: FillView['side'];
  readonly text: string;
}

/** A mark for each fill of the symbol of the bars, at its bar, oldest first. */
export function marksOf(
  bars: readonly BarView[],
  fills: readonly FillView[],
): readonly ChartMark[] {
  const symbol = bars[0]?.symbol;
  return fills
    .filter((fill) => fill.symbol === symbol)
    .flatMap(({ timestamp, side, quantity }) => {
      const bar = barAt(bars, timestamp);
      return bar === null ? [] : [{ time: bar.timestamp / 1_000, side, text: quantity }];
    })
    .toSorted((a, b) => a.time - b.time);
}

/** How many times the span of the bars a price may lie beyond them and still be shown. */
const REACH = 2;

/** The range of prices with those that lie not too far outside. */
export function rangeWith(
  { min, max }: { readonly min: number; readonly max: number },
  prices: readonly number[],
): { readonly min: number; readonly max: number } {
  const room = REACH * (max - min);
  const near = prices.filter((price) => price >= min - room && price <= max + room);
  return { min: Math.min(min, ...near), max: Math.max(max, ...near) };
}

/** A curve by seconds: of several points in one second the last counts. */
export function curvePoints(
  curve: Performance['curve'],
  valueOf: (point: Performance['curve'][number]) => number,
): readonly ChartPoint[] {
  const bySecond = new Map<number, number>();
  for (const point of curve) bySecond.set(Math.floor(point.at / 1_000), valueOf(point));
  return [...bySecond].toSorted(([a], [b]) => a - b).map(([time, value]) => ({ time, value }));
}
