import { beforeAll, describe, expect, it } from 'vitest';
import { loadCcxtClass } from '../../../../../src/exchange/ccxt-loading.ts';
import type { CcxtClient, Json } from '../../../../../src/exchange/ccxt-types.ts';
import { orderTerms } from '../../../../../src/execution/venues/ccxt/order-terms.ts';
import type { Order } from '../../../../../src/model/order.ts';

/** What ccxt says that these can do, offline. */
const features = new Map<string, CcxtClient>();
beforeAll(async () => {
  for (const id of ['binance', 'bybit', 'bitstamp']) {
    features.set(id, new (await loadCcxtClass(id))({}));
  }
});

type Client = Parameters<typeof orderTerms>[0];

function clientOf(id: string): Client {
  const { features: known, name } = features.get(id) as CcxtClient & { features: Json };
  const asIs = (_symbol: string, value: string): string => value;
  return { features: known, name, amountToPrecision: asIs, priceToPrecision: asIs };
}

function order(changes: Partial<Order> = {}): Order {
  return {
    clientOrderId: 'q7Zk1',
    venueOrderId: null,
    workerId: 'w',
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'limit',
    quantity: '1',
    price: '100',
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: false,
    postOnly: false,
    tag: null,
    status: 'submitted',
    filledQuantity: '0',
    leavesQuantity: '1',
    avgPrice: null,
    pending: null,
    reason: null,
    createdAt: 0,
    updatedAt: 0,
    ...changes,
  };
}

describe('the terms of an order', () => {
  it.each<[string, Partial<Order>, unknown]>([
    ['limit', {}, { type: 'limit', amount: '1', price: '100', params: {} }],
    ['limit ioc', { timeInForce: 'ioc' }, { params: { timeInForce: 'IOC' } }],
    ['post-only', { postOnly: true }, { params: { postOnly: true } }],
    [
      'market, whose price stays here',
      { type: 'market' },
      { type: 'market', amount: '1', price: undefined, params: {} },
    ],
    ['market ioc', { type: 'market', timeInForce: 'ioc' }, { params: {} }],
    [
      'stop',
      { type: 'stop', price: null, stopPrice: '90' },
      { type: 'market', price: undefined, params: { triggerPrice: '90' } },
    ],
    [
      'stop-limit',
      { type: 'stop-limit', stopPrice: '90' },
      { type: 'limit', price: '100', params: { triggerPrice: '90' } },
    ],
    ['reduce-only, which spot has no flag for', { reduceOnly: true }, { params: {} }],
  ])('%s', (_what, changes, terms) => {
    expect(orderTerms(clientOf('binance'), 'spot', order(changes))).toMatchObject(terms as object);
  });

  it('of futures have the reduce-only flag, and the direction of a trigger where it is wanted', () => {
    const closing = order({
      type: 'stop',
      price: null,
      stopPrice: '90',
      side: 'sell',
      reduceOnly: true,
    });
    expect(orderTerms(clientOf('binance'), 'linear', closing)).toMatchObject({
      params: { triggerPrice: '90', reduceOnly: true },
    });
    expect(orderTerms(clientOf('bybit'), 'linear', closing)).toMatchObject({
      params: { triggerPrice: '90', triggerDirection: 'descending', reduceOnly: true },
    });
  });

  it('that an exchange does not have are refused in words', () => {
    const stop = order({ type: 'stop-limit', stopPrice: '90' });
    expect(orderTerms(clientOf('bitstamp'), 'spot', stop)).toMatch(/takes no stop orders/);
  });

  it('that would be rounded are refused', () => {
    const rounding = { ...clientOf('binance'), priceToPrecision: () => '100' };
    expect(orderTerms(rounding, 'spot', order({ price: '100.001' }))).toMatch(
      /price 100.001 is no multiple/,
    );
    const failing = {
      ...clientOf('binance'),
      amountToPrecision: (): string => {
        throw new Error('too small');
      },
    };
    expect(orderTerms(failing, 'spot', order())).toMatch(/quantity 1 is no multiple/);
  });
});
