import { describe, expect, it } from 'vitest';
import { dataTypeOf, type MarketEvent } from '../../../src/model/market-event.ts';

const AT = { symbol: 'BTC/USDT', timestamp: 0 };

const EVENTS: readonly [string, MarketEvent][] = [
  [
    'kline@5m',
    { ...AT, type: 'bar', timeframe: '5m', open: 1, high: 2, low: 1, close: 2, volume: 3 },
  ],
  ['trade', { ...AT, type: 'trade', price: 1, size: 1, aggressorSide: 'buy', tradeId: '1' }],
  ['quote', { ...AT, type: 'quote', bid: 1, bidSize: 1, ask: 2, askSize: 1 }],
  ['depth', { ...AT, type: 'orderbook', kind: 'snapshot', bids: [[1, 1]], asks: [[2, 1]] }],
];

describe('dataTypeOf', () => {
  it.each(EVENTS)('is %s for its event', (dataType, event) => {
    expect(dataTypeOf(event)).toBe(dataType);
  });
});
