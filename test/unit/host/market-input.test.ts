import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeInput } from '../../../src/host/market-input.ts';

const NOW = 5_000;

describe('normalizeInput', () => {
  it('makes a bar of a close alone', () => {
    expect(normalizeInput('A/B', 'kline@5m', { close: 3 }, NOW)).toEqual({
      hasExtras: false,
      event: {
        type: 'bar',
        symbol: 'A/B',
        timeframe: '5m',
        timestamp: NOW,
        open: 3,
        high: 3,
        low: 3,
        close: 3,
        volume: 0,
      },
    });
  });

  it('makes high and low of what is given of open and close', () => {
    const { event } = normalizeInput('A/B', 'kline@1m', { open: 9, close: 3 }, NOW);

    expect(event).toMatchObject({ high: 9, low: 3 });
  });

  it('makes a trade', () => {
    const { event } = normalizeInput('A/B', 'trade', { price: 3, timestamp: 1, tradeId: 17 }, NOW);

    expect(event).toEqual({
      type: 'trade',
      symbol: 'A/B',
      timestamp: 1,
      price: 3,
      size: 0,
      aggressorSide: 'unknown',
      tradeId: '17',
    });
  });

  it('makes a quote', () => {
    const { event } = normalizeInput('A/B', 'quote', { bid: 1, ask: 2, askSize: 5 }, NOW);

    expect(event).toMatchObject({ type: 'quote', bid: 1, bidSize: 0, ask: 2, askSize: 5 });
  });

  it('makes an order book, its levels copied', () => {
    const bids = [[1, 2, 3]];
    const { event } = normalizeInput('A/B', 'depth', { bids }, NOW);

    expect(event).toEqual({
      type: 'orderbook',
      symbol: 'A/B',
      timestamp: NOW,
      kind: 'snapshot',
      bids: [[1, 2]],
      asks: [],
    });
  });

  it('keeps members of its own, and says that there are some', () => {
    const { event, hasExtras } = normalizeInput(
      'A/B',
      'quote',
      { bid: 1, ask: 2, venue: 'x' },
      NOW,
    );

    expect(hasExtras).toBe(true);
    expect(event).toMatchObject({ venue: 'x' });
  });

  it('does not let the data say what it is', () => {
    const { event } = normalizeInput(
      'A/B',
      'quote',
      { bid: 1, ask: 2, x: 1, type: 'bar', symbol: 'C/D' },
      NOW,
    );

    expect(event).toMatchObject({ type: 'quote', symbol: 'A/B' });
  });

  it.each<[Parameters<typeof normalizeInput>[1], Record<string, unknown>, string]>([
    ['kline@1m', {}, 'close undefined'],
    ['kline@1m', { close: '3' }, 'close "3"'],
    ['kline@1m', { close: Number.NaN }, 'close NaN'],
    ['kline@1m', { close: 1, volume: Infinity }, 'volume Infinity'],
    ['kline@1m', { close: 1, timestamp: '2022' }, 'timestamp "2022"'],
    ['trade', { size: 1 }, 'price undefined'],
    ['trade', { price: 1, aggressorSide: 'BUY' }, 'aggressorSide "BUY"'],
    ['quote', { bid: 1 }, 'ask undefined'],
    ['depth', { bids: 'none' }, 'bids "none"'],
    ['depth', { asks: [[1, 'x']] }, 'asks [[1,"x"]]'],
    ['depth', { kind: 'full' }, 'kind "full"'],
  ])('refuses %s %j with the field and its value', (dataType, data, quoted) => {
    const normalize = (): unknown => normalizeInput('A/B', dataType, data, NOW);

    expect(normalize).toThrow(expect.objectContaining({ code: 'INVALID_MARKET_DATA' }));
    expect(normalize).toThrow(quoted);
  });

  it.each([null, 5, 'x', [1]])('refuses %j, which is no object', (data) => {
    expect(() => normalizeInput('A/B', 'trade', data as never, NOW)).toThrow(
      expect.objectContaining({ code: 'INVALID_MARKET_DATA' }),
    );
  });

  it('either refuses or gives prices that are finite numbers', () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.constant(undefined), fc.constant(null));
    const data = fc.record({ open: value, high: value, low: value, close: value, volume: value });
    fc.assert(
      fc.property(data, (given) => {
        try {
          const { event } = normalizeInput('A/B', 'kline@1m', given, NOW);
          if (event.type !== 'bar') return false;
          return [event.open, event.high, event.low, event.close, event.volume].every(
            Number.isFinite,
          );
        } catch (thrown) {
          return (thrown as { code?: string }).code === 'INVALID_MARKET_DATA';
        }
      }),
    );
  });
});
