import { describe, expect, it } from 'vitest';
import type { LastValue } from '../../../../src/client/index.ts';
import { marketRows } from '../../../../web/src/pages/market/market-rows.ts';
import { nextMarks, topicOf } from '../../../../web/src/pages/market/price-marks.ts';
import { priceText } from '../../../../web/src/pages/market/price-text.ts';

function value(price: number | null, part: Partial<LastValue> = {}): LastValue {
  return {
    symbol: 'BTC/USDT',
    dataType: 'trade',
    seq: 1,
    price,
    timestamp: 1,
    event: null,
    staleBecause: null,
    subscribers: 1,
    ...part,
  };
}

describe('the mark of a price', () => {
  const topic = topicOf(value(1));
  const directionsOf = (...prices: readonly (number | null)[]): unknown[] => {
    let marks = nextMarks(new Map(), []);
    return prices.map((price) => {
      marks = nextMarks(marks, [value(price)]);
      return marks.get(topic)?.direction;
    });
  };

  it('is none before the price has changed', () => {
    expect(directionsOf(100, 100)).toEqual([null, null]);
  });

  it('tells which way it went, and stays while the price does', () => {
    expect(directionsOf(100, 101, 101, 99, 99)).toEqual([null, 'up', 'up', 'down', 'down']);
  });

  it('compares with the last price there was', () => {
    expect(directionsOf(null, 100, null, 99)).toEqual([null, null, null, 'down']);
  });

  it('is of one topic, and goes with it', () => {
    const quote = value(5, { dataType: 'quote' });
    const first = nextMarks(new Map(), [value(100), quote]);
    const marks = nextMarks(first, [value(101), { ...quote, price: 4 }]);
    expect([...marks.values()].map(({ direction }) => direction)).toEqual(['up', 'down']);
    expect(nextMarks(marks, [quote]).has(topic)).toBe(false);
  });
});

describe('a price as text', () => {
  it.each([
    [64_250.5, '64,250.5'],
    [0.1 + 0.2, '0.3'],
    [0.000_000_123_4, '0.0000001234'],
    [1e-9, '0.000000001'],
    [1.5e21, '1,500,000,000,000,000,000,000'],
    [-37.63, '\u221237.63'],
    [0, '0'],
  ])('%d is %s', (price, text) => {
    expect(priceText(price)).toBe(text);
  });
});

it('what is stale comes first; a search looks at symbol and data type', () => {
  const rows = [
    value(1),
    value(2, { symbol: 'ETH/USDT', staleBecause: 'no event for 10 s' }),
    value(3, { dataType: 'kline@1m' }),
  ];
  expect(marketRows(rows, '').map(({ price }) => price)).toEqual([2, 3, 1]);
  expect(marketRows(rows, 'KLINE').map(({ price }) => price)).toEqual([3]);
  expect(marketRows(rows, 'eth').map(({ price }) => price)).toEqual([2]);
});
