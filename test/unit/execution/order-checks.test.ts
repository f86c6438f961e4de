import { describe, expect, it } from 'vitest';
import { decimal } from '../../../src/execution/decimals.ts';
import { checkInstrument, checkShape } from '../../../src/execution/order-checks.ts';
import { anIntent, BTC } from './fixtures.ts';

describe('checkShape', () => {
  it.each([
    [{ type: 'limit', price: null }, /limit order needs a price/],
    [{ type: 'market', price: '100' }, /market order has no price of its own: "100" was given/],
    [{ type: 'stop', price: null }, /stop order needs a stopPrice/],
    [{ type: 'limit', stopPrice: '90' }, /has no stopPrice: "90" was given/],
    [{ quantity: '0' }, /quantity "0": expected more than 0/],
    [{ price: '-1' }, /price "-1": expected more than 0/],
    [{ postOnly: true, timeInForce: 'ioc' }, /can't be postOnly/],
  ] as const)('denies %j', (fields, reason) => {
    expect(checkShape(anIntent(fields))).toMatchObject({ rule: 'INVALID_ORDER', reason });
  });

  it('passes an order with what its type needs', () => {
    expect(checkShape(anIntent({ type: 'stop-limit', stopPrice: '90' }))).toBeNull();
  });
});

describe('checkInstrument', () => {
  it.each([
    [{ quantity: '1.000001' }, 'LOT_SIZE', /lot size 0.00001: 1 would be/],
    [{ price: '100.005' }, 'TICK_SIZE', /tick size 0.01: 100 or 100.01 would be/],
    [{ quantity: '9001' }, 'MAX_QUANTITY', /above the most, 9000/],
    [{ quantity: '0.04' }, 'MIN_NOTIONAL', /worth 4 USDT: an order must have 5/],
  ] as const)('denies %j by %s', (fields, rule, reason) => {
    expect(checkInstrument(anIntent(fields), BTC, undefined)).toMatchObject({ rule, reason });
  });

  it('values an order without a price at the last one', () => {
    const intent = anIntent({ type: 'market', price: null, quantity: '0.01' });
    expect(checkInstrument(intent, BTC, decimal(100))).toMatchObject({ rule: 'MIN_NOTIONAL' });
    expect(checkInstrument(intent, BTC, decimal(1_000))).toBeNull();
  });

  it('lets little go that makes a position smaller', () => {
    expect(
      checkInstrument(anIntent({ quantity: '0.01', reduceOnly: true }), BTC, undefined),
    ).toBeNull();
  });
});
