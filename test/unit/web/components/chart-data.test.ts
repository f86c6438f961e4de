import { describe, expect, it } from 'vitest';
import type { BarView, FillView } from '../../../../src/client/index.ts';
import {
  changedBars,
  curvePoints,
  marksOf,
  placesOf,
  rangeWith,
} from '../../../../web/src/components/chart/chart-data.ts';
import { timeframesOf } from '../../../../web/src/components/chart/timeframes.ts';

function bar(timestamp: number, close = 1): BarView {
  return {
    symbol: 'BTC/USDT',
    timeframe: '1s',
    timestamp,
    open: 1,
    high: 1,
    low: 1,
    close,
    volume: 1,
  };
}

function fill(timestamp: number, part: Partial<FillView> = {}): FillView {
  return { symbol: 'BTC/USDT', side: 'buy', quantity: '0.1', timestamp, ...part } as FillView;
}

describe('bars that have changed', () => {
  const [a, b, c] = [bar(1_000), bar(2_000), bar(3_000)];

  it('are all at first', () => {
    expect(changedBars([], [a, b])).toEqual({ isEnd: false, bars: [a, b] });
  });

  it('are the last one and those behind it while it is being made', () => {
    const next = bar(2_000, 5);
    expect(changedBars([a, b], [a, next, c])).toEqual({ isEnd: true, bars: [next, c] });
  });

  it('are not the end if one before the last is another', () => {
    expect(changedBars([a, b, c], [bar(1_000, 7), b, c]).isEnd).toBe(false);
  });

  it('are not the end if some are gone', () => {
    expect(changedBars([a, b, c], [a, b]).isEnd).toBe(false);
    expect(changedBars([a, b], [b, c]).isEnd).toBe(false);
  });

  it('are none if nothing is new', () => {
    expect(changedBars([a, b], [a, b])).toEqual({ isEnd: true, bars: [] });
  });
});

describe('places of prices', () => {
  it('are as many as a price has', () => {
    expect(placesOf([bar(1, 49_984.3), bar(2, 0.0625)])).toBe(4);
  });

  it('are counted of numbers with an exponent, and eight at most', () => {
    expect(placesOf([bar(1, 5e-7)])).toBe(7);
    expect(placesOf([bar(1, 1.5e-12)])).toBe(8);
  });
});

describe('marks', () => {
  const bars = [bar(1_000), bar(2_000), bar(3_000)];

  it('stand at the bar in whose span the fill was, oldest first', () => {
    const marks = marksOf(bars, [fill(3_900, { side: 'sell' }), fill(1_999)]);
    expect(marks).toEqual([
      { time: 1, side: 'buy', text: '0.1' },
      { time: 3, side: 'sell', text: '0.1' },
    ]);
  });

  it('leave out what was before the bars, and other symbols', () => {
    expect(marksOf(bars, [fill(999), fill(2_000, { symbol: 'ETH/USDT' })])).toEqual([]);
  });
});

describe('a curve', () => {
  it('has one point a second, the last one', () => {
    const curve = [
      { at: 2_100, pnl: 3, drawdown: 0 },
      { at: 1_100, pnl: 1, drawdown: 0 },
      { at: 1_900, pnl: 2, drawdown: 0 },
    ];
    expect(curvePoints(curve, ({ pnl }) => pnl)).toEqual([
      { time: 1, value: 2 },
      { time: 2, value: 3 },
    ]);
  });
});

describe('the range of prices', () => {
  it('holds orders near the bars and leaves those far away out', () => {
    expect(rangeWith({ min: 100, max: 110 }, [85, 200])).toEqual({ min: 85, max: 110 });
  });
});

describe('timeframes', () => {
  it('begin with those that are published', () => {
    const frames = timeframesOf(['trade', 'kline@3m', 'kline@1m'], '2h');
    expect(frames.slice(0, 2)).toEqual(['3m', '1m']);
    expect(frames.filter((frame) => frame === '1m')).toHaveLength(1);
    expect(frames).toContain('2h');
  });
});
