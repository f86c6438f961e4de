import type { Bar } from '../../../src/model/bar.ts';

/** 2022-01-01T00:00:00Z. */
const T0 = Date.UTC(2022, 0, 1);

/** Bar number `index` of a symbol: its close is its number. */
export function bar(index: number, symbol = 'BTC/USDT'): Bar {
  return {
    type: 'bar',
    symbol,
    timeframe: '1m',
    timestamp: T0 + index * 60_000,
    open: index,
    high: index,
    low: index,
    close: index,
    volume: 1,
  };
}

/** Bars number `from` to `to`, both included. */
export function bars(from: number, to: number, symbol = 'BTC/USDT'): Bar[] {
  return Array.from({ length: to - from + 1 }, (_, index) => bar(from + index, symbol));
}
