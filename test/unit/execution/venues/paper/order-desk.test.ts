import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../../../src/model/instrument.ts';
import {
  Bench,
  changeOf,
  limitOf,
  orderOf,
  PERP,
  quoteOf,
  SPOT,
  START_MS,
  stopOf,
  tradeOf,
} from './support.ts';

const COARSE: Instrument = {
  symbol: SPOT,
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  tickSize: '0.5',
  lotSize: '0.1',
  minQuantity: '0.2',
  maxQuantity: '5',
  minNotional: '50',
  makerFee: '0.001',
  takerFee: '0.001',
};

function quoted(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options);
  bench.show(quoteOf(99, 101), quoteOf(99, 101, { symbol: PERP }));
  return bench;
}

describe('submitting to the paper venue', () => {
  it('tells acceptance, fill and end before the answer is there, which is as of acceptance', async () => {
    const bench = quoted();
    const answer = bench.submit(orderOf());
    expect(bench.told.map(({ kind }) => kind)).toEqual(['order', 'fill', 'order']);
    expect(bench.last('c1')).toMatchObject({ status: 'filled', filledQuantity: '1' });
    expect(await answer).toMatchObject({
      outcome: 'accepted',
      order: { status: 'accepted', filledQuantity: '0', venueOrderId: '1' },
    });
  });

  it('rejects a market order without a market', async () => {
    expect(await new Bench().submit(orderOf())).toEqual({
      outcome: 'rejected',
      reason: `no market of ${SPOT} is known yet: there is nothing to fill a market order at`,
    });
  });

  it.each([
    [limitOf('100.2'), 'the price 100.2 of BTC/USDT is not a multiple of its tick size 0.5'],
    [stopOf('100.2'), 'the stopPrice 100.2 of BTC/USDT is not a multiple of its tick size 0.5'],
    [orderOf({ quantity: '0.25' }), 'is not a multiple of its lot size 0.1'],
    [orderOf({ quantity: '0.1' }), 'is below the least, 0.2'],
    [orderOf({ quantity: '6' }), 'is above the most, 5'],
    [orderOf({ quantity: '-1' }), 'is not above 0'],
    [orderOf({ quantity: 'one' }), 'quantity is "one"'],
    [limitOf('100', { quantity: '0.4' }), 'comes to 40 USDT: the least is 50'],
    [orderOf({ price: '100' }), 'a market order has no price, but 100 was given'],
    [orderOf({ type: 'limit' }), 'a limit order needs a price'],
    [orderOf({ type: 'stop-limit', price: '100' }), 'a stop-limit order needs a stopPrice'],
    [orderOf({ postOnly: true }), "a market order can't be post-only"],
    [limitOf('100', { postOnly: true, timeInForce: 'ioc' }), "a post-only order can't be ioc"],
    [orderOf({ symbol: 'BTC' }), '"BTC" is not traded here'],
    [orderOf({ quantity: '1', symbol: 'BTC/EUR' }), 'no market of BTC/EUR is known yet'],
  ])('rejects what the instrument does not allow: %#', async (order, words) => {
    const bench = quoted({ instruments: [COARSE] });
    const outcome = await bench.submit(order);
    expect(outcome).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining(words) });
    expect(bench.told).toEqual([]);
    expect(bench.venue.isIdle).toBe(true);
  });

  it('says what was needed and what is free', async () => {
    const bench = quoted({ balances: { USDT: '100' } });
    expect(await bench.submit(orderOf())).toEqual({
      outcome: 'rejected',
      reason: 'insufficient funds: 101.101 USDT needed, 100 USDT free',
    });
    expect(await bench.submit(orderOf({ side: 'sell' }))).toEqual({
      outcome: 'rejected',
      reason: 'insufficient funds: 1 BTC needed, 0 BTC free',
    });
  });

  it('does not spend twice what an open order keeps back', async () => {
    const bench = quoted({ balances: { USDT: '100' } });
    await bench.submit(limitOf('90'));
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '9.91', total: '100' });
    expect(await bench.submit(limitOf('10', { clientOrderId: 'c2' }))).toMatchObject({
      outcome: 'rejected',
    });
    await bench.venue.cancel(orderOf());
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '100', total: '100' });
  });

  it('rejects a post-only order that would take', async () => {
    expect(await quoted().submit(limitOf('101', { postOnly: true }))).toEqual({
      outcome: 'rejected',
      reason: 'post-only: it would take, the market is at 101',
    });
  });

  it('accepts a post-only order that rests', async () => {
    expect(await quoted().submit(limitOf('100', { postOnly: true }))).toMatchObject({
      outcome: 'accepted',
    });
  });

  it('rejects by chance as often as it is told to, the same ones for the same seed', async () => {
    const rejections = async (seed: number): Promise<string> => {
      const bench = quoted({ rejectRate: 0.3, seed });
      const outcomes: string[] = [];
      for (let count = 0; count < 200; count += 1) {
        const order = limitOf('1', { clientOrderId: `c${count}`, quantity: '0.01' });
        outcomes.push((await bench.submit(order)).outcome === 'rejected' ? 'x' : '.');
      }
      return outcomes.join('');
    };
    const first = await rejections(1);
    expect(first.split('x').length - 1).toBeGreaterThan(30);
    expect(first.split('x').length - 1).toBeLessThan(90);
    expect(await rejections(1)).toBe(first);
    expect(await rejections(2)).not.toBe(first);
  });

  it('lets a client order id come again once its order is closed', async () => {
    const bench = quoted();
    await bench.submit(orderOf());
    expect(await bench.submit(orderOf())).toMatchObject({
      outcome: 'accepted',
      order: { venueOrderId: '2' },
    });
    expect(await bench.venue.findOrder(orderOf())).toMatchObject({ venueOrderId: '2' });
    expect(await bench.venue.findOrder({ ...orderOf(), venueOrderId: '1' })).toMatchObject({
      venueOrderId: '1',
    });
  });

  it('puts the prefix before the ids', async () => {
    const bench = quoted({ idPrefix: 'run2-' });
    await bench.submit(orderOf());
    expect(bench.fills).toMatchObject([{ tradeId: 'run2-1', venueOrderId: 'run2-1' }]);
  });

  it('answers an order whose instrument can not be', async () => {
    const bench = quoted({ instruments: (symbol) => ({ ...COARSE, symbol, lotSize: 'none' }) });
    expect(await bench.submit(orderOf())).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('lotSize of BTC/USDT is "none"'),
    });
  });

  it('keeps the last 10,000 closed orders and fills', async () => {
    const bench = quoted({ takerFee: '0' });
    for (let count = 0; count <= 10_000; count += 1) {
      const side = count % 2 === 0 ? 'buy' : 'sell';
      await bench.submit(orderOf({ clientOrderId: `c${count}`, side }));
    }
    expect(await bench.venue.findOrder(orderOf({ clientOrderId: 'c0' }))).toBeNull();
    expect(await bench.venue.findOrder(orderOf({ clientOrderId: 'c1' }))).not.toBeNull();
    const fills = await bench.venue.fillsSince(0, [SPOT]);
    expect(fills).toHaveLength(10_000);
    expect(fills[0]).toMatchObject({ clientOrderId: 'c1', tradeId: '2' });
    expect(await bench.venue.fillsSince(0, [PERP])).toEqual([]);
    expect(await bench.venue.fillsSince(START_MS + 1, [SPOT])).toEqual([]);
  });

  it('rejects everything after its end', async () => {
    const bench = quoted();
    await bench.venue.close();
    expect(await bench.submit(orderOf())).toEqual({
      outcome: 'rejected',
      reason: 'the paper venue is closed',
    });
  });

  it('takes an order that the listener places while it is being told', async () => {
    const bench = quoted();
    let hasAnswered = false;
    await bench.venue.connect({
      onOrder: (order) => bench.told.push({ kind: 'order', order }),
      onFill: (fill) => {
        bench.told.push({ kind: 'fill', fill });
        if (hasAnswered) return;
        hasAnswered = true;
        void bench.submit(orderOf({ clientOrderId: 'c2', side: 'sell' }));
      },
      onConnection: () => undefined,
    });
    await bench.submit(orderOf());
    expect(bench.fills.map(({ clientOrderId }) => clientOrderId)).toEqual(['c1', 'c2']);
    expect(bench.last('c1')?.status).toBe('filled');
  });
});

describe('modifying in the paper venue', () => {
  it('takes at once with a price that the market has reached', async () => {
    const bench = quoted();
    await bench.submit(limitOf('90'));
    expect(await bench.venue.modify(orderOf(), changeOf({ price: '102' }))).toMatchObject({
      outcome: 'accepted',
      order: { price: '102', status: 'accepted' },
    });
    expect(bench.prints).toEqual(['1 @ 101 taker']);
  });

  it('rejects a quantity below what is filled', async () => {
    const bench = quoted({ maxVolumeShare: '1' });
    await bench.submit(limitOf('98', { quantity: '3' }));
    bench.show(tradeOf(98, 2));
    expect(await bench.venue.modify(orderOf(), changeOf({ quantity: '1' }))).toEqual({
      outcome: 'rejected',
      reason: 'the quantity 1 is below the 2 that are filled',
    });
    expect(bench.last('c1')).toMatchObject({ quantity: '3', status: 'partially-filled' });
  });

  it('is filled when it is made as small as what is filled', async () => {
    const bench = quoted({ maxVolumeShare: '1' });
    await bench.submit(limitOf('98', { quantity: '3' }));
    bench.show(tradeOf(98, 2));
    await bench.venue.modify(orderOf(), changeOf({ quantity: '2' }));
    expect(bench.last('c1')).toMatchObject({ quantity: '2', status: 'filled' });
    expect((await bench.venue.account()).balances['USDT']?.free).toBe('99803.804');
  });

  it('leaves the order as it is if there are no funds for the change', async () => {
    const bench = quoted({ balances: { USDT: '100' } });
    await bench.submit(limitOf('90'));
    expect(await bench.venue.modify(orderOf(), changeOf({ quantity: '2' }))).toEqual({
      outcome: 'rejected',
      reason: 'insufficient funds: 180.18 USDT needed, 100 USDT free',
    });
    expect(await bench.venue.openOrders()).toMatchObject([{ quantity: '1', price: '90' }]);
    expect((await bench.venue.account()).balances['USDT']?.free).toBe('9.91');
  });

  it.each([
    [orderOf({ type: 'stop', stopPrice: '110' }), changeOf({ price: '100' }), 'has no price'],
    [limitOf('90'), changeOf({ stopPrice: '100' }), 'has no stopPrice'],
    [limitOf('90', { postOnly: true }), changeOf({ price: '101' }), 'post-only: it would take'],
  ])('rejects a change that does not fit the order: %#', async (order, change, words) => {
    const bench = quoted();
    await bench.submit(order);
    expect(await bench.venue.modify(order, change)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining(words),
    });
  });

  it('moves a stop price', async () => {
    const bench = quoted();
    await bench.submit(stopOf('110'));
    await bench.venue.modify(orderOf(), changeOf({ stopPrice: '105' }));
    bench.show(quoteOf(104, 106));
    expect(bench.prints).toEqual(['1 @ 106 taker']);
  });

  it('does not know an order that is closed', async () => {
    const bench = quoted();
    await bench.submit(orderOf());
    expect(await bench.venue.modify(orderOf(), changeOf({ quantity: '2' }))).toEqual({
      outcome: 'rejected',
      reason: 'no order with the client order id "c1" is open',
    });
  });
});

describe('latency of the paper venue', () => {
  it('acknowledges at once and lets the order in later, at the market of then', async () => {
    const bench = quoted({ latencyMs: 50 });
    expect(await bench.submit(orderOf())).toMatchObject({ outcome: 'accepted' });
    expect(bench.venue.nextDueMs).toBe(START_MS + 50);
    bench.show(quoteOf(101, 103, { timestamp: START_MS + 40 }));
    expect(bench.prints).toEqual([]);
    bench.venue.advance(START_MS + 49);
    expect(bench.prints).toEqual([]);
    bench.venue.advance(START_MS + 60);
    expect(bench.fills).toMatchObject([{ price: '103', timestamp: START_MS + 50 }]);
    expect(bench.venue.nextDueMs).toBeNull();
  });

  it('lets an order in before the event that is known later', async () => {
    const bench = quoted({ latencyMs: 50 });
    await bench.submit(orderOf());
    bench.show(quoteOf(109, 111, { timestamp: START_MS + 60 }));
    expect(bench.fills).toMatchObject([{ price: '101', timestamp: START_MS + 50 }]);
  });

  it('cancels an order on its way', async () => {
    const bench = quoted({ latencyMs: 50 });
    await bench.submit(orderOf());
    expect(await bench.venue.cancel(orderOf())).toMatchObject({ outcome: 'accepted' });
    bench.venue.advance(START_MS + 100);
    expect(bench.prints).toEqual([]);
    expect(bench.venue.nextDueMs).toBeNull();
  });

  it('cancels a market order whose funds are gone when it arrives', async () => {
    const bench = quoted({ latencyMs: 50, balances: { USDT: '102' } });
    await bench.submit(orderOf());
    bench.show(quoteOf(199, 200, { timestamp: START_MS + 10 }));
    bench.venue.advance(START_MS + 50);
    expect(bench.last('c1')).toMatchObject({
      status: 'canceled',
      reason: 'insufficient funds: 200.2 USDT needed, 102 USDT free',
    });
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '102', total: '102' });
  });

  it('cancels a post-only order that would take when it arrives', async () => {
    const bench = quoted({ latencyMs: 50 });
    await bench.submit(limitOf('100', { postOnly: true }));
    bench.show(quoteOf(98, 100, { timestamp: START_MS + 10 }));
    bench.venue.advance(START_MS + 50);
    expect(bench.last('c1')).toMatchObject({
      status: 'canceled',
      reason: 'post-only: it would take, the market is at 100',
    });
  });

  it('takes a modified order out of the market until its new terms are there', async () => {
    const bench = quoted({ latencyMs: 50 });
    await bench.submit(limitOf('98'));
    bench.venue.advance(START_MS + 50);
    await bench.venue.modify(orderOf(), changeOf({ price: '97' }));
    bench.show(quoteOf(96, 97, { timestamp: START_MS + 40 }));
    expect(bench.prints).toEqual([]);
    bench.venue.advance(START_MS + 100);
    expect(bench.prints).toEqual(['1 @ 97 taker']);
  });
});
