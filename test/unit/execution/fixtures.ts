import type { Fill } from '../../../src/model/fill.ts';
import type { Instrument } from '../../../src/model/instrument.ts';
import type { Order, OrderIntent } from '../../../src/model/order.ts';

export const BTC: Instrument = {
  symbol: 'BTC/USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  tickSize: '0.01',
  lotSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFee: '0.001',
  takerFee: '0.001',
};

export const BTC_PERP: Instrument = { ...BTC, symbol: 'BTC/USDT:USDT', kind: 'linear' };

export function anIntent(fields: Partial<OrderIntent> = {}): OrderIntent {
  return {
    symbol: BTC.symbol,
    side: 'buy',
    type: 'limit',
    quantity: '1',
    price: '100',
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: false,
    postOnly: false,
    tag: null,
    ...fields,
  };
}

export function anOrder(fields: Partial<Order> = {}): Order {
  return {
    ...anIntent(),
    clientOrderId: 'testR1N1',
    venueOrderId: null,
    workerId: 'worker-1',
    status: 'submitted',
    filledQuantity: '0',
    leavesQuantity: '1',
    avgPrice: null,
    pending: null,
    reason: null,
    createdAt: 1_000,
    updatedAt: 1_000,
    ...fields,
  };
}

export function aFill(fields: Partial<Fill> = {}): Fill {
  return {
    tradeId: 't1',
    clientOrderId: 'testR1N1',
    venueOrderId: 'v1',
    symbol: BTC.symbol,
    side: 'buy',
    quantity: '1',
    price: '100',
    fee: '0',
    feeCurrency: 'USDT',
    liquiditySide: 'taker',
    timestamp: 2_000,
    ...fields,
  };
}
