import { describe, expect, it } from 'vitest';
import type { OrderView } from '../../../../src/client/index.ts';
import {
  choicesOf,
  filterOrders,
  NO_ORDER_FILTER,
} from '../../../../web/src/pages/orders/order-filter.ts';
import { netOf } from '../../../../web/src/pages/orders/net-positions.ts';
import { riskRows } from '../../../../web/src/pages/system/risk-rows.ts';

function order(part: Partial<OrderView>): OrderView {
  return { workerId: 'a', symbol: 'BTC/USDT', status: 'filled', ...part } as OrderView;
}

describe('a filter of orders', () => {
  const orders = [
    order({}),
    order({ workerId: 'b', status: 'accepted' }),
    order({ symbol: 'ETH/USDT', status: 'unknown' }),
  ];

  it('lets everything pass while nothing is chosen', () => {
    expect(filterOrders(orders, NO_ORDER_FILTER)).toEqual(orders);
  });

  it('takes worker and symbol together', () => {
    const filter = { ...NO_ORDER_FILTER, worker: 'a', symbol: 'ETH/USDT' };
    expect(filterOrders(orders, filter)).toEqual([orders[2]]);
  });

  it('counts an unknown order as open: it may be at the venue', () => {
    const filter = { ...NO_ORDER_FILTER, status: 'open' };
    expect(filterOrders(orders, filter)).toEqual([orders[1], orders[2]]);
  });
});

it('what is chosen stays a choice where nothing has it any more', () => {
  expect(choicesOf(['b', null, 'a', 'b'], 'c')).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
  ]);
});

it('net positions are exact, and what comes to nothing is left out', () => {
  const positions = [
    { symbol: 'ETH/USDT', quantity: '0.1' },
    { symbol: 'BTC/USDT', quantity: '1' },
    { symbol: 'ETH/USDT', quantity: '0.2' },
    { symbol: 'BTC/USDT', quantity: '-1' },
  ];
  expect(netOf(positions)).toEqual([['ETH/USDT', '0.3']]);
});

it('limits are rows, the widest scope first', () => {
  const rows = riskRows({
    strategy: { maxOpenOrders: 5 },
    strategies: { a: { maxOrderNotional: '10' } },
    all: { maxDailyLoss: '500' },
  });
  expect(rows).toEqual([
    { scope: 'all', limit: 'maxDailyLoss', value: '500' },
    { scope: 'strategy', limit: 'maxOpenOrders', value: '5' },
    { scope: 'strategies.a', limit: 'maxOrderNotional', value: '10' },
  ]);
});
