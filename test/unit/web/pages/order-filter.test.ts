import { describe, expect, it } from 'vitest';
import type { OrderView, PositionView } from '../../../../src/client/index.ts';
import { netPositions } from '../../../../web/src/pages/orders/net-positions.ts';
import { filterOrders, NO_FILTER } from '../../../../web/src/pages/orders/order-filter.ts';

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
    expect(filterOrders(orders, NO_FILTER)).toEqual(orders);
  });

  it('takes worker and symbol together', () => {
    const filter = { ...NO_FILTER, workerId: 'a', symbol: 'ETH/USDT' };
    expect(filterOrders(orders, filter)).toEqual([orders[2]]);
  });

  it('takes one status', () => {
    expect(filterOrders(orders, { ...NO_FILTER, status: 'accepted' })).toEqual([orders[1]]);
  });
});

it('net positions are exact, and say how many hold any of a symbol', () => {
  const positions = [
    { symbol: 'ETH/USDT', quantity: '0.1' },
    { symbol: 'BTC/USDT', quantity: '1' },
    { symbol: 'ETH/USDT', quantity: '0.2' },
    { symbol: 'BTC/USDT', quantity: '0' },
  ] as PositionView[];
  expect(netPositions(positions)).toEqual([
    { symbol: 'BTC/USDT', quantity: '1', owners: 1 },
    { symbol: 'ETH/USDT', quantity: '0.3', owners: 2 },
  ]);
});
