import { describe, expect, it } from 'vitest';
import type { LastValue } from '../../../../src/client/index.ts';
import { marketRows } from '../../../../web/src/pages/market/market-rows.ts';
import { isStrategyName, nameOfFile } from '../../../../web/src/pages/strategies/source-draft.ts';
import { withTexts } from '../../../../web/src/pages/system/risk/risk-schema.ts';

describe('the name of a strategy', () => {
  it('is taken from its file', () => {
    expect(nameOfFile('My Strategy (2).ts')).toEqual({ name: 'my-strategy-2', extension: 'ts' });
    expect(nameOfFile('a.b.mjs')).toEqual({ name: 'a-b', extension: 'mjs' });
  });

  it('is not told by a file that is named as all are, nor its kind by another ending', () => {
    expect(nameOfFile('strategy.ts').name).toBeNull();
    expect(nameOfFile('x.py').extension).toBeNull();
    expect(nameOfFile('策略.ts').name).toBeNull();
  });

  it('is one that the server takes', () => {
    expect(isStrategyName('sma-cross_2')).toBe(true);
    for (const wrong of ['', 'Sma', '-a', 'a/b', 'a'.repeat(65)]) {
      expect(isStrategyName(wrong)).toBe(false);
    }
  });
});

describe('rows of the market', () => {
  const value = (symbol: string, dataType: string, staleBecause: string | null = null): LastValue =>
    ({ symbol, dataType, staleBecause }) as LastValue;
  const values = [
    value('ETH/USDT', 'trade'),
    value('BTC/USDT', 'kline@1m'),
    value('SOL/USDT', 'trade', 'nothing for 10 s'),
  ];

  it('begin with what is stale, then go by symbol', () => {
    const symbols = marketRows(values, '').map(({ symbol }) => symbol);
    expect(symbols).toEqual(['SOL/USDT', 'BTC/USDT', 'ETH/USDT']);
  });

  it('are found by symbol or type', () => {
    expect(marketRows(values, ' KLINE ')).toEqual([values[1]]);
  });
});

describe('limits', () => {
  it('have amounts as texts and counts as numbers', () => {
    const limits = {
      strategy: { maxDailyLoss: 50, maxOpenOrders: 3 },
      all: { priceCollar: '0.1' },
    };
    expect(withTexts(limits)).toEqual({
      strategy: { maxDailyLoss: '50', maxOpenOrders: 3 },
      all: { priceCollar: '0.1' },
    });
  });
});
