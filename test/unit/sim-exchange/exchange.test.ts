import type { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { decimal, floorTo, ZERO } from '../../../src/sim-exchange/decimals.ts';
import { Refusal } from '../../../src/sim-exchange/errors.ts';
import { Exchange } from '../../../src/sim-exchange/exchange.ts';
import { instrumentOf } from '../../../src/sim-exchange/instrument.ts';
import { Journal } from '../../../src/sim-exchange/journal.ts';
import { isOpen, type OrderRequest } from '../../../src/sim-exchange/order.ts';

const INSTRUMENTS = [instrumentOf('BTC/USDT'), instrumentOf('ETH/USDT')];
const START = { BTC: decimal(2), ETH: decimal(20), USDT: decimal(50_000) };
const NO_LISTENER = {
  userEvent: () => undefined,
  traded: () => undefined,
  changed: () => undefined,
};

function newExchange(seed: number): Exchange {
  return new Exchange({
    instruments: INSTRUMENTS,
    balances: Object.entries(START).map(([asset, quantity]) => ({ asset, quantity })),
    seed,
    feeRate: decimal('0.001'),
    clock: new ManualClock(1_700_000_000_000),
    journal: new Journal(undefined),
    listener: NO_LISTENER,
  });
}

interface Step {
  readonly act: 'limit' | 'maker' | 'ioc' | 'fok' | 'market' | 'quote' | 'stop' | 'cancel' | 'move';
  readonly instrument: number;
  readonly side: 'BUY' | 'SELL';
  /** Of the price at the start. */
  readonly price: number;
  readonly stop: number;
  /** In the quote asset. */
  readonly worth: number;
  readonly pieces: number;
  readonly clientId: number;
}

const near = fc.double({ min: 0.99, max: 1.01, noNaN: true });
const anyStep: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(
    ...(['limit', 'maker', 'ioc', 'fok', 'market', 'quote', 'stop', 'cancel', 'move'] as const),
  ),
  instrument: fc.integer({ min: 0, max: 1 }),
  side: fc.constantFrom('BUY', 'SELL'),
  price: near,
  stop: near,
  worth: fc.integer({ min: 1, max: 200_000 }),
  pieces: fc.constantFrom(1, 1, 3),
  clientId: fc.integer({ min: 0, max: 30 }),
});

function requestOf(step: Step): OrderRequest {
  const instrument = INSTRUMENTS[step.instrument] as (typeof INSTRUMENTS)[number];
  const at = (share: number): Decimal =>
    floorTo(instrument.startPrice.times(decimal(share)), instrument.tickSize);
  const quantity = floorTo(decimal(step.worth).div(instrument.startPrice), instrument.stepSize);
  const { side, act } = step;
  const common = { instrument, side, clientOrderId: `order-${step.clientId}`, quantity };
  if (act === 'market') return { ...common, type: 'MARKET', timeInForce: 'GTC' };
  if (act === 'quote') {
    const { quantity: _none, ...rest } = common;
    return { ...rest, type: 'MARKET', timeInForce: 'GTC', quoteQuantity: decimal(step.worth) };
  }
  const price = at(step.price);
  if (act === 'stop') {
    const stopPrice = at(step.stop);
    return { ...common, type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', price, stopPrice };
  }
  const type = act === 'maker' ? 'LIMIT_MAKER' : 'LIMIT';
  const timeInForce = act === 'ioc' ? 'IOC' : act === 'fok' ? 'FOK' : 'GTC';
  return { ...common, type, timeInForce, price };
}

function take(exchange: Exchange, step: Step): void {
  const request = requestOf(step);
  const symbol = request.instrument.id;
  try {
    if (step.act === 'move') exchange.tick(exchange.market(symbol), request.price);
    else if (step.act === 'cancel') {
      exchange.cancel({ symbol, clientOrderId: request.clientOrderId }, 'cancel');
    } else exchange.place(request, step.pieces);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
  }
}

/** What the account must have after its fills, of which open orders hold a part. */
function expectedTotals(exchange: Exchange): Record<string, string> {
  const totals = new Map<string, Decimal>(Object.entries(START));
  const add = (asset: string, quantity: Decimal): void => {
    totals.set(asset, (totals.get(asset) ?? ZERO).plus(quantity));
  };
  for (const { instrument, side, price, quantity, fee, feeAsset } of exchange.ledger.fills) {
    const sign = side === 'BUY' ? 1 : -1;
    add(instrument.base, quantity.times(sign));
    add(instrument.quote, price.times(quantity).times(-sign));
    add(feeAsset, fee.neg());
  }
  return Object.fromEntries([...totals].map(([asset, total]) => [asset, total.toFixed(8)]));
}

/** What open orders hold, asset by asset. */
function expectedHolds(exchange: Exchange): Record<string, string> {
  const holds = new Map<string, Decimal>(Object.keys(START).map((asset) => [asset, ZERO]));
  for (const { request, quantity, executed } of exchange.ledger.orders.filter(isOpen)) {
    const left = quantity.minus(executed);
    const [asset, hold] =
      request.side === 'BUY'
        ? [request.instrument.quote, left.times(request.price as Decimal)]
        : [request.instrument.base, left];
    holds.set(asset, (holds.get(asset) ?? ZERO).plus(hold));
  }
  return Object.fromEntries([...holds].map(([asset, hold]) => [asset, hold.toFixed(8)]));
}

function checkBalances(exchange: Exchange): void {
  const balances = exchange.balances.describe();
  for (const { free, locked } of balances) {
    expect(decimal(0).plus(free).isNegative()).toBe(false);
    expect(decimal(0).plus(locked).isNegative()).toBe(false);
  }
  const told = balances.map(({ asset, free, locked }): [string, string] => [
    asset,
    decimal(free).plus(locked).toFixed(8),
  ]);
  expect(Object.fromEntries(told)).toEqual(expectedTotals(exchange));
  const locks = balances.map(({ asset, locked }): [string, string] => [asset, locked]);
  expect(Object.fromEntries(locks)).toEqual(expectedHolds(exchange));
}

function checkBooks(exchange: Exchange): void {
  for (const { book } of exchange.markets) {
    const [bid, ask] = [book.best('BUY'), book.best('SELL')];
    if (bid !== undefined && ask !== undefined) expect(bid.price.lt(ask.price)).toBe(true);
    for (const side of ['BUY', 'SELL'] as const) {
      for (const [, quantity] of book.levels(side)) expect(quantity.gt(0)).toBe(true);
    }
  }
}

function checkOrders(exchange: Exchange): void {
  const { ledger } = exchange;
  for (const order of ledger.orders) {
    const sum = order.fills.reduce((total, { quantity }) => total.plus(quantity), ZERO);
    expect(sum.toFixed()).toBe(order.executed.toFixed());
    expect(order.executed.lte(order.quantity)).toBe(true);
    const { price, side } = order.request;
    for (const fill of order.fills) {
      if (price === undefined) continue;
      expect(side === 'BUY' ? fill.price.lte(price) : fill.price.gte(price)).toBe(true);
    }
  }
  const names = ledger.open().map(({ request }) => request.clientOrderId);
  expect(new Set(names).size).toBe(names.length);
  expect(ledger.open().every((order) => isOpen(order))).toBe(true);
}

describe('the exchange, whatever is asked of it,', () => {
  it('keeps balances equal to the sum of fills, and none negative', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), fc.array(anyStep, { maxLength: 60 }), (seed, steps) => {
        const exchange = newExchange(seed);
        for (const step of steps) {
          take(exchange, step);
          checkBalances(exchange);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('never has a crossed book, nor an order that is filled beyond its limits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), fc.array(anyStep, { maxLength: 60 }), (seed, steps) => {
        const exchange = newExchange(seed);
        for (const step of steps) {
          take(exchange, step);
          checkBooks(exchange);
        }
        checkOrders(exchange);
      }),
      { numRuns: 40 },
    );
  });
});
