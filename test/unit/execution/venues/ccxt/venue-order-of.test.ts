import { describe, expect, it } from 'vitest';
import {
  fillOf,
  MalformedAnswer,
  venueOrderOf,
} from '../../../../../src/execution/venues/ccxt/venue-order-of.ts';

const ORDER = {
  id: '1000001',
  clientOrderId: 'q7Zk1',
  symbol: 'BTC/USDT',
  side: 'buy',
  type: 'limit',
  status: 'open',
  amount: '0.10000000',
  filled: '0.00000000',
  price: '50000.00',
  timestamp: 1_000,
};

const TRADE = {
  id: '7',
  order: '1000001',
  symbol: 'BTC/USDT',
  side: 'sell',
  amount: '0.123456789012345678',
  price: '50000.10',
  takerOrMaker: 'maker',
  fee: { cost: '-0.00001', currency: 'BNB' },
  timestamp: 5,
};

describe('an order of ccxt', () => {
  it.each([
    ['open', '0', 'accepted'],
    ['open', '0.05', 'partially-filled'],
    ['closed', '0.1', 'filled'],
    ['closed', '0.05', 'canceled'],
    ['canceled', '0.05', 'canceled'],
    ['canceling', '0', 'accepted'],
    ['expired', '0', 'expired'],
    ['rejected', '0', 'rejected'],
  ])('that is %s with %s filled is %s', (status, filled, wanted) => {
    expect(venueOrderOf('binance', { ...ORDER, status, filled }, 9).status).toBe(wanted);
  });

  it.each([
    [{ type: 'market', price: '50000' }, 'market', null],
    [{ type: 'limit' }, 'limit', '50000'],
    [{ type: 'limit', triggerPrice: '49000' }, 'stop-limit', '50000'],
    [{ type: 'stop_loss_limit', stopLossPrice: '49000' }, 'stop-limit', '50000'],
    [{ type: 'stop_market', triggerPrice: '49000', price: '0' }, 'stop', null],
    [{ type: 'stop_loss', triggerPrice: '49000' }, 'stop', null],
  ])('%j is a %s order', (changes, type, price) => {
    expect(venueOrderOf('binance', { ...ORDER, ...changes }, 9)).toMatchObject({ type, price });
  });

  it('has no needless zeros, and the latest of its times', () => {
    const told = { ...ORDER, lastTradeTimestamp: 3_000, lastUpdateTimestamp: 2_000 };
    expect(venueOrderOf('binance', told, 9)).toMatchObject({
      quantity: '0.1',
      filledQuantity: '0',
      price: '50000',
      updatedAt: 3_000,
    });
  });

  it('that is an id and nothing else is completed by what we know', () => {
    const known = {
      clientOrderId: 'q7Zk1',
      symbol: 'BTC/USDT',
      side: 'sell',
      type: 'stop',
      quantity: '2',
      price: null,
      stopPrice: '49000',
    } as const;
    expect(venueOrderOf('some', { id: '5' }, 9, known)).toEqual({
      ...known,
      venueOrderId: '5',
      filledQuantity: '0',
      status: 'accepted',
      reason: null,
      updatedAt: 9,
    });
  });

  it('says why the exchange ended it', () => {
    expect(venueOrderOf('binance', { ...ORDER, info: { r: 'NONE' } }, 9).reason).toBeNull();
    const told = { ...ORDER, info: { r: 'INSUFFICIENT_BALANCES' } };
    expect(venueOrderOf('binance', told, 9).reason).toBe('INSUFFICIENT_BALANCES');
  });

  it.each([{ id: undefined }, { amount: 'lots' }, { symbol: undefined }, { side: 'long' }])(
    'with %j can not be read',
    (changes) => {
      expect(() => venueOrderOf('binance', { ...ORDER, ...changes } as never, 9)).toThrow(
        MalformedAnswer,
      );
    },
  );
});

describe('a trade of ccxt', () => {
  it('keeps each digit, and the sign of a rebate', () => {
    expect(fillOf('binance', { ...TRADE, info: { c: 'q7Zk1' } }, 9)).toEqual({
      tradeId: '7',
      clientOrderId: 'q7Zk1',
      venueOrderId: '1000001',
      symbol: 'BTC/USDT',
      side: 'sell',
      quantity: '0.123456789012345678',
      price: '50000.1',
      fee: '-0.00001',
      feeCurrency: 'BNB',
      liquiditySide: 'maker',
      timestamp: 5,
    });
  });

  it('takes a fee from the list where there is no single one', () => {
    const fees = [{ cost: '1', currency: 'USDT' }];
    expect(fillOf('some', { ...TRADE, fee: { cost: undefined }, fees }, 9)).toMatchObject({
      fee: '1',
      feeCurrency: 'USDT',
    });
  });

  it.each([{ id: '' }, { order: undefined }, { price: undefined }, { amount: 'NaN' }])(
    'with %j can not be read',
    (changes) => {
      expect(() => fillOf('binance', { ...TRADE, ...changes } as never, 9)).toThrow(
        MalformedAnswer,
      );
    },
  );
});
