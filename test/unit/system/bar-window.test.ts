import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../src/model/bar.ts';
import type { QuoteTick } from '../../../src/model/quote-tick.ts';
import type { TradeTick } from '../../../src/model/trade-tick.ts';
import { BarWindow } from '../../../src/system/bar-window.ts';

const SYMBOL = 'BTC/USDT';
const MINUTE = 60_000;
/** The beginning of a span of any timeframe up to a day. */
const T0 = Date.UTC(2022, 0, 1);

function bar(timeframe: string, timestamp: number, close: number, fields: Partial<Bar> = {}): Bar {
  const prices = { open: close, high: close, low: close, close, volume: 1 };
  return { type: 'bar', symbol: SYMBOL, timeframe, timestamp, ...prices, ...fields };
}

function trade(timestamp: number, price: number, size = 1): TradeTick {
  return {
    type: 'trade',
    symbol: SYMBOL,
    timestamp,
    price,
    size,
    aggressorSide: 'buy',
    tradeId: '',
  };
}

function quote(timestamp: number, bid: number, ask: number): QuoteTick {
  return { type: 'quote', symbol: SYMBOL, timestamp, bid, ask, bidSize: 1, askSize: 1 };
}

function windowOf(timeframe: string, most = 100): BarWindow {
  return new BarWindow(SYMBOL, timeframe, most);
}

describe('a window of bars', () => {
  it('shows the one that is being made of smaller bars, and has it whole with the last of them', () => {
    const window = windowOf('5m');
    for (let minute = 0; minute < 4; minute += 1)
      window.add(bar('1m', T0 + minute * MINUTE, 100 + minute, { high: 110, low: 90 - minute }));
    expect(window.whole(10)).toEqual([]);
    expect(window.bars(10)).toEqual([
      bar('5m', T0, 103, { open: 100, high: 110, low: 87, volume: 4 }),
    ]);
    window.add(bar('1m', T0 + 4 * MINUTE, 99));
    const whole = bar('5m', T0, 99, { open: 100, high: 110, low: 87, volume: 5 });
    expect(window.whole(10)).toEqual([whole]);
    expect(window.bars(10)).toEqual([whole]);
  });

  it('has the ticks behind the last smaller bar in it, each once', () => {
    const window = windowOf('5m');
    window.add(bar('1m', T0, 100));
    window.add(trade(T0 + MINUTE + 1, 120, 2));
    window.add(trade(T0 + MINUTE + 2, 80, 3));
    expect(window.bars(10)).toEqual([
      bar('5m', T0, 80, { open: 100, high: 120, low: 80, volume: 6 }),
    ]);
    // Trades of the minute after came before the bar of the minute itself.
    window.add(trade(T0 + 2 * MINUTE + 1, 90, 7));
    window.add(bar('1m', T0 + MINUTE, 81, { high: 120, low: 80, volume: 5 }));
    expect(window.bars(10)).toEqual([
      bar('5m', T0, 90, { open: 100, high: 120, low: 80, volume: 13 }),
    ]);
  });

  it('makes bars of trades alone, without the one that was under way when the first came', () => {
    const window = windowOf('1m');
    window.add(trade(T0 + 30_000, 100));
    window.add(trade(T0 + MINUTE, 101));
    window.add(trade(T0 + MINUTE + 5, 99));
    window.add(trade(T0 + 2 * MINUTE, 98));
    expect(window.whole(10)).toEqual([
      bar('1m', T0 + MINUTE, 99, { open: 101, high: 101, low: 99, volume: 2 }),
    ]);
    expect(window.bars(10).map(({ timestamp }) => timestamp)).toEqual([
      T0 + MINUTE,
      T0 + 2 * MINUTE,
    ]);
  });

  it('takes the middle of quotes where nothing else is published, and trades once there are any', () => {
    const window = windowOf('1m');
    window.add(quote(T0, 99, 101));
    expect(window.bars(1)[0]).toMatchObject({ close: 100, volume: 0 });
    window.add(trade(T0 + 1, 105));
    expect(window.add(quote(T0 + 2, 1, 3))).toBe(false);
    expect(window.bars(1)[0]).toMatchObject({ open: 100, close: 105, low: 100, volume: 1 });
  });

  it('puts a bar that is published in the place of the one that it made, also late', () => {
    const window = windowOf('1m');
    window.add(bar('1m', T0 - MINUTE, 90));
    window.add(trade(T0 + 1, 100));
    window.add(trade(T0 + MINUTE + 1, 101));
    expect(window.add(bar('1m', T0, 100.5, { volume: 44 }))).toBe(true);
    expect(window.bars(10)).toMatchObject([
      { timestamp: T0 - MINUTE, close: 90 },
      { timestamp: T0, close: 100.5, volume: 44 },
      { timestamp: T0 + MINUTE, close: 101, volume: 1 },
    ]);
  });

  it('leaves out what is no part of its bars, and what comes twice', () => {
    const window = windowOf('5m');
    expect(window.add(bar('3m', T0, 1))).toBe(false);
    expect(window.add(bar('1h', T0, 1))).toBe(false);
    expect(window.add(bar('1m', T0, 100))).toBe(true);
    expect(window.add(bar('1m', T0, 100))).toBe(false);
    expect(window.add(trade(T0 + 1, 100))).toBe(false);
    expect(window.bars(10)).toEqual([bar('5m', T0, 100)]);
  });

  it('takes in an older past, and keeps no more than it is told', () => {
    const window = windowOf('1m', 3);
    window.add(bar('1m', T0 + 3 * MINUTE, 4));
    for (const minute of [0, 1, 2]) window.add(bar('1m', T0 + minute * MINUTE, minute + 1));
    expect(window.whole(10).map(({ close }) => close)).toEqual([2, 3, 4]);
    expect(window.whole(2).map(({ close }) => close)).toEqual([3, 4]);
    expect(window.bars(0)).toEqual([]);
  });

  it('goes on where smaller bars stop coming and ticks do not', () => {
    const window = windowOf('1h');
    window.add(bar('1s', T0, 1));
    for (let second = 1; second < 5_000; second += 1)
      window.add(trade(T0 + second * 1_000, second));
    const [first, second] = window.bars(10);
    expect(first).toMatchObject({ timestamp: T0, open: 1, close: 3_599, volume: 3_600 });
    expect(second).toMatchObject({ timestamp: T0 + 3_600_000, open: 3_600, close: 4_999 });
  });
});
