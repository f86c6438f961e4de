import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../src/model/bar.ts';
import { BarSeries } from '../../../src/worker/bar-series.ts';

function bar(index: number): Bar {
  return {
    type: 'bar',
    symbol: 'BTC/USDT',
    timeframe: '1m',
    timestamp: index * 60_000,
    open: index,
    high: index + 2,
    low: index - 1,
    close: index + 0.5,
    volume: index * 10,
  };
}

describe('BarSeries', () => {
  it('gives the newest bars back as they were, oldest first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 0, max: 400 }),
        (capacity, added, asked) => {
          const series = new BarSeries('BTC/USDT', '1m', capacity);
          const all = Array.from({ length: added }, (_, index) => bar(index));
          for (const one of all) series.add(one);
          const kept = all.slice(Math.max(0, all.length - capacity));
          expect(series.size).toBe(kept.length);
          expect(series.toArray(asked)).toEqual(asked === 0 ? [] : kept.slice(-asked));
        },
      ),
    );
  });

  it('gives none for a count below 0 and whole ones for a fraction', () => {
    const series = new BarSeries('BTC/USDT', '1m', 10);
    series.add(bar(1));
    series.add(bar(2));
    expect(series.toArray(-1)).toEqual([]);
    expect(series.toArray(1.9)).toEqual([bar(2)]);
  });
});
