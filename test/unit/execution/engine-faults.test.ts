import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionEngine } from '../../../src/execution/execution-engine.ts';
import type { OrderOutcome } from '../../../src/model/order-outcome.ts';
import { setUp, SYMBOL, WORKER, type Setup } from './engine-setup.ts';
import { aFill, BTC, BTC_PERP } from './fixtures.ts';

const PERP = { symbol: BTC_PERP.symbol };
const MARKET = { type: 'market', price: null } as const;
const OPEN = { paused: false, catchingUp: false };

let directory: string;
let journals = 0;

beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'faults-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function journal(): string {
  journals += 1;
  return join(directory, `orders-${journals}.db`);
}

function held(engine: ExecutionEngine, symbol = SYMBOL): number {
  const positions = engine.positions()[WORKER] ?? [];
  return Number(positions.find((position) => position.symbol === symbol)?.quantity ?? 0);
}

/** A strategy that holds one future. */
async function longOne(options: Parameters<typeof setUp>[0] = {}): Promise<Setup> {
  const setup = await setUp(options);
  setup.price(100, PERP.symbol);
  await setup.submit({ ...PERP, ...MARKET });
  return setup;
}

async function change(setup: Setup, clientOrderId: string, to: object): Promise<OrderOutcome> {
  const none = { quantity: null, price: null, stopPrice: null };
  const request = { action: 'modify', clientOrderId, change: { ...none, ...to } } as const;
  const { outcomes } = await setup.engine.request(WORKER, request, OPEN);
  return outcomes[0] as OrderOutcome;
}

describe('a position', () => {
  it('has a fill that was told while the venue was connected', async () => {
    const one = await setUp({ journalPath: journal() });
    await one.submit(MARKET);
    await one.submit({ price: '90' });
    await one.engine.settled();
    const connect = one.venue.connect.bind(one.venue);
    one.venue.connect = async (listener) => {
      await connect(listener);
      one.price(80);
      await delay(20);
    };
    const two = await one.again();
    await two.engine.settled();
    expect(held(two.engine)).toBe(2);
    expect(two.engine.openOrders()).toEqual([]);
  });

  it('is closed once, however often that is asked for at once', async () => {
    const setup = await longOne();
    const close = () => {
      const request = { action: 'close', clientOrderId: setup.id(), tag: null, ...PERP } as const;
      return setup.engine.request(WORKER, request, { ...OPEN, paused: true });
    };
    await Promise.all([close(), close(), close()]);
    expect(held(setup.engine, PERP.symbol)).toBe(0);
  });

  it('is not flipped by a reduceOnly order that is made larger', async () => {
    const setup = await longOne();
    const id = setup.id();
    await setup.submit({ ...PERP, side: 'sell', price: '110', reduceOnly: true }, id);
    expect(await change(setup, id, { quantity: '5' })).toMatchObject({ rule: 'REDUCE_ONLY' });
  });

  it('is not flipped by a stop whose cancel did not leave before the process ended', async () => {
    const one = await longOne({ journalPath: journal() });
    const exit = { ...PERP, side: 'sell', reduceOnly: true } as const;
    await one.submit({ ...exit, price: '110' });
    await one.submit({ ...exit, type: 'stop', price: null, stopPrice: '95' });
    const cancel = one.venue.cancel.bind(one.venue);
    one.venue.cancel = () => new Promise(() => undefined);
    one.price(111, PERP.symbol);
    await one.engine.settled();
    one.venue.cancel = cancel;
    const two = await one.again();
    await two.engine.reconcile();
    await delay(20);
    two.price(94, PERP.symbol);
    await delay(20);
    expect(held(two.engine, PERP.symbol)).toBe(0);
  });

  it('has both sides where two strategies trade with each other, also with one trade id', async () => {
    const { engine, venue, submit, id } = await setUp();
    const [bid, ask] = [id(), id()];
    await submit({ price: '90' }, bid);
    const intent = {
      symbol: SYMBOL,
      side: 'sell',
      type: 'limit',
      quantity: '1',
      price: '120',
    } as const;
    const rest = {
      stopPrice: null,
      timeInForce: 'gtc',
      reduceOnly: false,
      postOnly: false,
      tag: null,
    } as const;
    await engine.request(
      'worker-2',
      { action: 'submit', clientOrderId: ask, intent: { ...intent, ...rest } },
      OPEN,
    );
    const orders = engine.openOrders();
    for (const order of orders) {
      const { clientOrderId, side } = order;
      const venueOrderId = order.venueOrderId as string;
      venue.tellFill(aFill({ tradeId: '77', clientOrderId, venueOrderId, side }));
    }
    await engine.settled();
    expect(held(engine)).toBe(1);
    expect(engine.positions()['worker-2']).toMatchObject([{ quantity: '-1' }]);
  });
});

describe('an order that is not ours', () => {
  it('is counted by its fills alone, and shown until it is filled', async () => {
    const { venue, engine, clock } = await setUp();
    const [id, at] = ['foreign', 'e1'];
    venue.tellOrder({
      clientOrderId: id,
      venueOrderId: at,
      symbol: SYMBOL,
      side: 'buy',
      type: 'limit',
      quantity: '2',
      price: '90',
      stopPrice: null,
      filledQuantity: '1',
      status: 'partially-filled',
      reason: null,
      updatedAt: clock.now(),
    });
    venue.tellFill(aFill({ tradeId: 'e8', clientOrderId: id, venueOrderId: at, quantity: '1' }));
    await engine.settled();
    expect(engine.openOrders()).toMatchObject([{ workerId: null, filledQuantity: '1' }]);
    venue.tellFill(aFill({ tradeId: 'e9', clientOrderId: id, venueOrderId: at, quantity: '1' }));
    await engine.settled();
    expect(engine.openOrders()).toEqual([]);
  });
});

describe('a change', () => {
  it('that is held back takes back no fill', async () => {
    const setup = await setUp();
    const id = setup.id();
    await setup.submit({ price: '90' }, id);
    const changed = change(setup, id, { price: '91' });
    await Promise.resolve();
    setup.price(80);
    setup.engine.setTradingState('all', 'halted', 'me', 'test');
    await changed;
    expect(setup.engine.openOrders()).toEqual([]);
    expect(held(setup.engine)).toBe(1);
  });

  it('of an exit passes while only exits are traded', async () => {
    const setup = await longOne();
    const id = setup.id();
    const stop = { ...PERP, type: 'stop', price: null, stopPrice: '90' } as const;
    await setup.submit({ ...stop, side: 'sell', reduceOnly: true }, id);
    setup.engine.setTradingState('all', 'reduce-only', 'me', 'test');
    expect(await change(setup, id, { stopPrice: '95' })).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a flatten', () => {
  it('cancels again what a lost cancel has left', async () => {
    const { submit, venue, engine, price } = await setUp();
    await submit({ price: '90' });
    venue.fault = 'lose the request';
    setTimeout(() => (venue.fault = null), 100);
    expect(await engine.flatten('all', 'me', 'test')).toMatchObject({ isDone: true });
    price(80);
    await delay(20);
    expect(held(engine)).toBe(0);
    expect(await venue.openOrders()).toEqual([]);
  });

  it('while the line is down is done once it is up, and said only then', async () => {
    const { submit, venue, engine } = await setUp();
    await submit(MARKET);
    venue.cut('down');
    expect(await engine.flatten('all', 'me', 'test')).toMatchObject({ isDone: false });
    expect(engine.status.switches).toMatchObject([{ state: 'reduce-only' }]);
    venue.cut('up');
    await expect.poll(() => held(engine)).toBe(0);
    await expect.poll(() => engine.status.switches[0]?.state).toBe('halted');
  });

  it('is done where what is left is worth less than an order must be there', async () => {
    const paper = { balances: { USDT: '100000' }, instruments: [BTC] };
    const { submit, engine, venue, price } = await setUp({}, undefined, paper);
    await submit({ ...MARKET, quantity: '0.06' });
    price(50);
    // As spot exchanges do.
    venue.submit = () => Promise.resolve({ outcome: 'rejected', reason: 'NOTIONAL' });
    expect(await engine.flatten('all', 'me', 'test')).toMatchObject({
      isDone: true,
      closed: [{ outcome: 'rejected' }],
    });
    expect(held(engine)).toBe(0.06);
    expect(engine.status.switches).toMatchObject([{ state: 'halted' }]);
  });

  it('closes what is more than one order may have with several', async () => {
    const instruments = [{ ...BTC, maxQuantity: '2' }];
    const paper = { balances: { USDT: '100000' }, instruments };
    const { submit, engine } = await setUp({}, undefined, paper);
    await submit({ ...MARKET, quantity: '2' });
    await submit({ ...MARKET, quantity: '1.5' });
    expect(await engine.flatten('all', 'me', 'test')).toMatchObject({ isDone: true });
    expect(held(engine)).toBe(0);
  });

  it('that the process did not finish is finished by the next one', async () => {
    const one = await setUp({ journalPath: journal() });
    await one.submit(MARKET);
    await one.submit({ price: '90' });
    const cancel = one.venue.cancel.bind(one.venue);
    one.venue.cancel = () => new Promise(() => undefined);
    void one.engine.flatten('all', 'me', 'panic');
    await delay(20);
    one.venue.cancel = cancel;
    const two = await one.again();
    await expect.poll(() => held(two.engine)).toBe(0);
    await expect.poll(() => two.engine.openOrders()).toEqual([]);
  });
});

describe('trading', () => {
  it('is not opened by a comparison from before the line was cut', async () => {
    const { submit, venue, engine, price } = await setUp();
    await submit({ price: '90' });
    let go = (): void => undefined;
    let waits: Promise<void> | undefined = new Promise((resolve) => (go = resolve));
    const account = venue.account.bind(venue);
    venue.account = async () => {
      await waits;
      return account();
    };
    venue.cut('down');
    venue.cut('up');
    await delay(20);
    venue.cut('down');
    venue.silent = true;
    price(80);
    venue.silent = false;
    venue.cut('up');
    waits = undefined;
    go();
    await delay(50);
    expect(engine.status.closedBecause !== null || held(engine) === 1).toBe(true);
    await expect.poll(() => held(engine), { timeout: 10_000 }).toBe(1);
  });

  it('values a sell below the market at what it will bring', async () => {
    const { submit } = await setUp({ risk: { strategy: { maxOrderNotional: 50 } } });
    const order = { side: 'sell', price: '5', quantity: '10' } as const;
    expect(await submit(order)).toMatchObject({ rule: 'MAX_ORDER_NOTIONAL' });
  });

  it('counts the loss of a day from its beginning, also if that is before the first price', async () => {
    const risk = { strategy: { maxDailyLoss: 10 } };
    const one = await setUp({ journalPath: journal(), risk });
    await one.submit(MARKET);
    one.price(150);
    one.engine.watchLosses();
    one.clock.advance(86_400_000);
    const two = await one.again();
    two.engine.watchLosses();
    two.price(150);
    two.engine.watchLosses();
    expect(two.engine.account(WORKER).tradingState).toBe('active');
    two.price(105);
    two.engine.watchLosses();
    expect(two.engine.account(WORKER).tradingState).toBe('reduce-only');
  });
});
