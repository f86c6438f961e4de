import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarAggregator, isWholeOfParts } from '../../../src/market/bar-aggregator.ts';
import type { Bar } from '../../../src/model/bar.ts';
import { barOpenMs, timeframeMs } from '../../../src/model/timeframe.ts';
import type { TradeTick } from '../../../src/model/trade-tick.ts';
import { bar, MINUTE, T0, trade } from './support.ts';

const of5m = (discardFirstPartial = false): BarAggregator =>
  new BarAggregator({ symbol: 'BTC/USDT', timeframe: '5m', discardFirstPartial });

function run(aggregator: BarAggregator, events: readonly (TradeTick | Bar)[]): Bar[] {
  const bars = events.flatMap((event) => aggregator.add(event));
  const last = aggregator.flush();
  return last === undefined ? bars : [...bars, last];
}

describe('from trade ticks', () => {
  it('tells a bar when the first trade of a later one comes', () => {
    const aggregator = of5m();
    expect(aggregator.add(trade(T0 + 1, 10, 1))).toEqual([]);
    expect(aggregator.add(trade(T0 + 2, 14, 2))).toEqual([]);
    expect(aggregator.add(trade(T0 + 3, 8, 3))).toEqual([]);
    expect(aggregator.add(trade(T0 + 5 * MINUTE - 1, 11, 4))).toEqual([]);
    expect(aggregator.add(trade(T0 + 5 * MINUTE, 20, 5))).toEqual([
      {
        type: 'bar',
        symbol: 'BTC/USDT',
        timeframe: '5m',
        timestamp: T0,
        open: 10,
        high: 14,
        low: 8,
        close: 11,
        volume: 10,
      },
    ]);
  });

  it('tells the open bar on flush, once', () => {
    const aggregator = of5m();
    aggregator.add(trade(T0, 10, 1));
    expect(aggregator.flush()).toMatchObject({ timestamp: T0, volume: 1 });
    expect(aggregator.flush()).toBeUndefined();
  });

  it('makes no bars for a silent span', () => {
    const bars = run(of5m(), [trade(T0), trade(T0 + 60 * MINUTE)]);
    expect(bars.map(({ timestamp }) => timestamp)).toEqual([T0, T0 + 60 * MINUTE]);
  });

  it('leaves out and counts what comes after its bar was told', () => {
    const aggregator = of5m();
    const events = [trade(T0), trade(T0 + 5 * MINUTE), trade(T0 + 1, 999)];
    expect(run(aggregator, events).map(({ high }) => high)).toEqual([10, 10]);
    expect(aggregator.late).toBe(1);
  });

  it('leaves out what comes late also where the span before was silent', () => {
    const aggregator = of5m();
    aggregator.add(trade(T0));
    expect(aggregator.closeBefore(T0 + 5 * MINUTE)).toBeDefined();
    aggregator.add(trade(T0 + 1));
    expect(aggregator.flush()).toBeUndefined();
    expect(aggregator.late).toBe(1);
  });

  it('takes a trade out of order within the open bar', () => {
    const [first] = run(of5m(), [trade(T0 + 9, 10), trade(T0 + 3, 12)]);
    expect(first).toMatchObject({ open: 10, close: 12, high: 12 });
  });

  it('discards the first bar where it may be partial', () => {
    const bars = run(of5m(true), [trade(T0), trade(T0 + 5 * MINUTE), trade(T0 + 10 * MINUTE)]);
    expect(bars.map(({ timestamp }) => timestamp)).toEqual([T0 + 5 * MINUTE, T0 + 10 * MINUTE]);
  });

  it('starts weekly bars on Monday', () => {
    const aggregator = new BarAggregator({ symbol: 'BTC/USDT', timeframe: '1w' });
    aggregator.add(trade(T0));
    // 2022-01-01 was a Saturday.
    expect(aggregator.flush()?.timestamp).toBe(Date.UTC(2021, 11, 27));
  });
});

describe('from smaller bars', () => {
  it('tells a bar with the part that reaches its end', () => {
    const aggregator = of5m();
    for (let index = 0; index < 4; index += 1) {
      expect(aggregator.add(bar(T0 + index * MINUTE))).toEqual([]);
    }
    expect(aggregator.add(bar(T0 + 4 * MINUTE, { high: 20, close: 15 }))).toMatchObject([
      { timeframe: '5m', timestamp: T0, open: 10, high: 20, low: 9, close: 15, volume: 5 },
    ]);
    expect(aggregator.flush()).toBeUndefined();
  });

  it('tells a bar whose last part is missing when a later part comes', () => {
    const aggregator = of5m();
    aggregator.add(bar(T0));
    expect(aggregator.add(bar(T0 + 7 * MINUTE))).toMatchObject([{ timestamp: T0, volume: 1 }]);
  });

  it('can tell two bars with one part: the one it shows to be over, the one it completes', () => {
    const aggregator = of5m();
    aggregator.add(bar(T0));
    const told = aggregator.add(bar(T0 + 9 * MINUTE));
    expect(told.map(({ timestamp }) => timestamp)).toEqual([T0, T0 + 5 * MINUTE]);
  });

  it('takes a part only once', () => {
    const aggregator = of5m();
    aggregator.add(bar(T0));
    aggregator.add(bar(T0));
    expect(aggregator.flush()).toMatchObject({ volume: 1 });
    expect(aggregator.late).toBe(1);
  });

  it('keeps the first bar where its first part begins with it', () => {
    expect(run(of5m(true), [bar(T0), bar(T0 + MINUTE)])).toHaveLength(1);
  });

  it('discards the first bar where parts are missing from its beginning', () => {
    const bars = run(of5m(true), [bar(T0 + MINUTE), bar(T0 + 4 * MINUTE), bar(T0 + 6 * MINUTE)]);
    expect(bars.map(({ timestamp }) => timestamp)).toEqual([T0 + 5 * MINUTE]);
  });

  it('refuses parts that do not fill the whole', () => {
    expect(() => of5m().add(bar(T0, { timeframe: '2m' }))).toThrow(
      /"2m" bars can't make "5m" bars: expected a timeframe that divides it/,
    );
  });
});

describe('isWholeOfParts', () => {
  it.each([
    ['5m', '1m', true],
    ['1h', '15m', true],
    ['1w', '1d', true],
    ['2w', '1w', true],
    ['1m', '1m', true],
    ['5m', '2m', false],
    ['1m', '5m', false],
    ['3w', '3d', false],
  ])('%s of %s: %s', (whole, part, expected) => {
    expect(isWholeOfParts(timeframeMs(whole), timeframeMs(part))).toBe(expected);
  });
});

describe('for any trades in order', () => {
  const tradeRuns = fc
    .array(
      fc.record({
        wait: fc.integer({ min: 0, max: 200_000 }),
        price: fc.integer({ min: 1, max: 1_000 }),
        size: fc.integer({ min: 0, max: 100 }),
      }),
      { minLength: 1, maxLength: 200 },
    )
    .map((steps) => {
      let at = T0;
      return steps.map(({ wait, price, size }) => trade((at += wait), price, size));
    });
  const anyTimeframe = fc.constantFrom('1s', '1m', '3m', '5m', '1h', '1w');

  const sumOf = (numbers: readonly number[]): number =>
    numbers.reduce((sum, next) => sum + next, 0);

  it('preserves volume, highest and lowest price, first open and last close', () => {
    fc.assert(
      fc.property(tradeRuns, anyTimeframe, (trades, timeframe) => {
        const bars = run(new BarAggregator({ symbol: 'BTC/USDT', timeframe }), trades);
        const prices = trades.map(({ price }) => price);
        expect(sumOf(bars.map(({ volume }) => volume))).toBe(sumOf(trades.map(({ size }) => size)));
        expect(Math.max(...bars.map(({ high }) => high))).toBe(Math.max(...prices));
        expect(Math.min(...bars.map(({ low }) => low))).toBe(Math.min(...prices));
        expect(bars[0]?.open).toBe(prices[0]);
        expect(bars.at(-1)?.close).toBe(prices.at(-1));
      }),
    );
  });

  it('gives rising whole bars, one for each span with trades', () => {
    fc.assert(
      fc.property(tradeRuns, anyTimeframe, (trades, timeframe) => {
        const lengthMs = timeframeMs(timeframe);
        const bars = run(new BarAggregator({ symbol: 'BTC/USDT', timeframe }), trades);
        const spans = new Set(trades.map(({ timestamp }) => barOpenMs(timestamp, lengthMs)));
        expect(bars.map(({ timestamp }) => timestamp)).toEqual([...spans]);
      }),
    );
  });

  it('gives the same bars from trades as from smaller bars of the same trades', () => {
    fc.assert(
      fc.property(tradeRuns, fc.constantFrom('5m', '1h', '1w'), (trades, timeframe) => {
        const minutes = run(new BarAggregator({ symbol: 'BTC/USDT', timeframe: '1m' }), trades);
        const fromBars = run(new BarAggregator({ symbol: 'BTC/USDT', timeframe }), minutes);
        const fromTrades = run(new BarAggregator({ symbol: 'BTC/USDT', timeframe }), trades);
        expect(fromBars).toEqual(fromTrades);
      }),
    );
  });
});
