import { describe, expect, it } from 'vitest';
import { mergeRisk, riskDifferences } from '../../../../src/execution/risk/risk-merge.ts';

const BEFORE = {
  strategy: { maxOpenOrders: 20, priceCollar: 0.05 },
  strategies: { 'a.b': { maxOrderQuantity: '1' } },
  account: { maxDailyLoss: 500 },
};

describe('limits that are merged', () => {
  it('are as they were set where the configuration has not changed', () => {
    const set = { strategy: { maxOpenOrders: 3 }, all: { maxOrdersPerSecond: 5 } };
    expect(mergeRisk(BEFORE, set, BEFORE)).toEqual(set);
    expect(mergeRisk(BEFORE, set, { ...BEFORE, account: { maxDailyLoss: '500' } })).toEqual(set);
  });

  it('are as the configuration says where that has changed, one by one', () => {
    const set = { ...BEFORE, strategy: { maxOpenOrders: 3, priceCollar: 0.01 } };
    const wanted = { ...BEFORE, strategy: { maxOpenOrders: 30, priceCollar: 0.05 } };
    expect(mergeRisk(BEFORE, set, wanted)).toEqual({
      ...BEFORE,
      strategy: { maxOpenOrders: 30, priceCollar: 0.01 },
    });
  });

  it('come and go with the configuration, also those of one strategy', () => {
    const wanted = { all: { maxOpenOrders: 1 }, strategies: { c: { maxOrderQuantity: 2 } } };
    expect(mergeRisk(BEFORE, BEFORE, wanted)).toEqual(wanted);
    expect(mergeRisk(BEFORE, BEFORE, {})).toEqual({});
  });

  it('leave what they are made of as it is', () => {
    const set = structuredClone(BEFORE);
    mergeRisk(BEFORE, set, {});
    expect(set).toEqual(BEFORE);
  });
});

it('differences are named by their path', () => {
  const other = { ...BEFORE, strategies: { 'a.b': { maxOrderQuantity: '2' } }, account: {} };
  expect(riskDifferences(BEFORE, other)).toEqual([
    { path: 'account.maxDailyLoss', one: 500, other: undefined },
    { path: 'strategies.a.b.maxOrderQuantity', one: '1', other: '2' },
  ]);
});
