import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecutionEngine } from '../../../src/execution/execution-engine.ts';
import type { VenueOrder } from '../../../src/execution/venue.ts';
import { setUp, SYMBOL, WORKER } from './engine-setup.ts';
import { anOrder } from './fixtures.ts';

const MARKET = { type: 'market', price: null } as const;

describe('an order', () => {
  it('is accepted by the venue, and rests', async () => {
    const { submit, engine, updates } = await setUp();
    const outcome = await submit({ price: '90' });
    expect(outcome).toMatchObject({
      outcome: 'accepted',
      order: { status: 'accepted', leavesQuantity: '1' },
    });
    expect(engine.openOrders(WORKER)).toHaveLength(1);
    expect(updates.map(({ seq, order }) => [seq, order.status])).toEqual([[1, 'accepted']]);
  });

  it('at the market is filled before its outcome is told, and moves the position', async () => {
    const { submit, engine, updates } = await setUp();
    const outcome = await submit(MARKET);
    expect(outcome).toMatchObject({
      outcome: 'accepted',
      order: { status: 'filled', avgPrice: '100' },
    });
    expect(engine.positions()[WORKER]).toMatchObject([
      { symbol: SYMBOL, quantity: '1', avgPrice: '100' },
    ]);
    expect(updates.filter(({ fill }) => fill !== null)).toHaveLength(1);
    expect(updates.map(({ seq }) => seq)).toEqual(updates.map((_, at) => at + 1));
  });

  it('with the same client order id is one order, whenever it comes again', async () => {
    const { submit, venue, id } = await setUp();
    const first = id();
    const [one, two] = await Promise.all([submit(MARKET, first), submit(MARKET, first)]);
    const late = await submit(MARKET, first);
    expect(venue.submitted).toEqual([first]);
    expect(two).toEqual(one);
    expect(late).toEqual(one);
  });

  it('that the venue refuses is rejected in its words', async () => {
    const { submit, engine } = await setUp();
    const outcome = await submit({ quantity: '5000', price: '99' });
    expect(outcome).toMatchObject({ outcome: 'rejected', reason: /USDT/ as never });
    expect(engine.openOrders()).toEqual([]);
  });

  it('that we do not let out never reaches the venue', async () => {
    const { submit, venue } = await setUp({ risk: { strategy: { maxOrderNotional: 50 } } });
    expect(await submit()).toMatchObject({ outcome: 'denied', rule: 'MAX_ORDER_NOTIONAL' });
    expect(await submit({ symbol: 'no symbol' })).toMatchObject({ outcome: 'denied' });
    expect(venue.submitted).toEqual([]);
  });

  it('can be changed and canceled', async () => {
    const { submit, engine, cancel, id } = await setUp();
    const order = id();
    await submit({ price: '90' }, order);
    const change = { quantity: '2', price: '91', stopPrice: null };
    const request = { action: 'modify', clientOrderId: order, change } as const;
    const { outcomes } = await engine.request(WORKER, request, {
      paused: false,
      catchingUp: false,
    });
    expect(outcomes[0]).toMatchObject({
      outcome: 'accepted',
      order: { quantity: '2', price: '91' },
    });
    expect(await cancel(order)).toMatchObject({
      outcome: 'accepted',
      order: { status: 'canceled' },
    });
    expect(await cancel(order)).toMatchObject({ outcome: 'denied', rule: 'NOT_OPEN' });
    expect(await cancel('nobody')).toMatchObject({ outcome: 'denied', rule: 'NOT_FOUND' });
  });

  it('of another strategy is not found', async () => {
    const { submit, engine, id } = await setUp();
    const order = id();
    await submit({ price: '90' }, order);
    const request = { action: 'cancel', clientOrderId: order } as const;
    const { outcomes } = await engine.request('another', request, {
      paused: false,
      catchingUp: false,
    });
    expect(outcomes[0]).toMatchObject({ outcome: 'denied', rule: 'NOT_FOUND' });
  });

  it('closes a position with all that there is of it, and nothing where there is none', async () => {
    const { submit, engine, id } = await setUp();
    await submit({ ...MARKET, quantity: '2.5' });
    const close = async () => {
      const request = { action: 'close', clientOrderId: id(), symbol: SYMBOL, tag: null } as const;
      return (await engine.request(WORKER, request, { paused: false, catchingUp: false }))
        .outcomes[0];
    };
    expect(await close()).toMatchObject({
      outcome: 'accepted',
      order: { side: 'sell', filledQuantity: '2.5' },
    });
    expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '0' }]);
    expect(await close()).toMatchObject({ outcome: 'denied', rule: 'NO_POSITION' });
  });

  it('that is reduceOnly and too much once another one was filled is canceled', async () => {
    const { submit, price, engine } = await setUp();
    await submit(MARKET);
    await submit({ side: 'sell', price: '110', reduceOnly: true });
    await submit({ side: 'sell', type: 'stop', price: null, stopPrice: '95', reduceOnly: true });
    expect(engine.openOrders(WORKER)).toHaveLength(2);
    price(111);
    await engine.settled();
    await engine.settled();
    expect(engine.openOrders(WORKER)).toEqual([]);
    expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '0' }]);
  });
});

describe('an order without an answer', () => {
  it('is unknown, never rejected, and found by its client order id', async () => {
    const { submit, venue, engine } = await setUp();
    venue.fault = 'lose the answer';
    venue.silent = true;
    const outcome = await submit({ price: '90' });
    expect(outcome).toMatchObject({ outcome: 'unknown', order: { status: 'unknown' } });
    await engine.reconcile();
    expect(engine.openOrders(WORKER)).toMatchObject([{ status: 'accepted', reason: null }]);
    expect(venue.submitted).toHaveLength(1);
  });

  it('is proven never to have arrived only when the venue has said so three times, and some time has passed', async () => {
    const { submit, venue, engine, clock } = await setUp();
    venue.fault = 'lose the request';
    await submit({ price: '90' });
    for (let times = 0; times < 3; times += 1) {
      await engine.reconcile();
      expect(engine.openOrders(WORKER)).toMatchObject([{ status: 'unknown' }]);
      clock.advance(4_000);
    }
    await engine.reconcile();
    expect(engine.openOrders(WORKER)).toEqual([]);
    expect(engine.orders()[0]).toMatchObject({
      status: 'rejected',
      reason: /asked 3 times/ as never,
    });
  });

  it('stays unknown as long as the venue can not be asked', async () => {
    const { submit, venue, engine, clock } = await setUp();
    venue.fault = 'lose the answer';
    venue.silent = true;
    await submit(MARKET);
    venue.down = true;
    for (let times = 0; times < 5; times += 1) {
      clock.advance(60_000);
      await expect(engine.reconcile()).rejects.toThrow('no answer');
    }
    expect(engine.openOrders(WORKER)).toMatchObject([{ status: 'unknown' }]);
    venue.down = false;
    await engine.reconcile();
    expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '1' }]);
  });
});

describe('after the process has ended', () => {
  let directory: string;
  let journalPath: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'engine-'));
    journalPath = join(directory, 'orders.db');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('orders, positions, numbers and ids go on', async () => {
    const before = await setUp({ journalPath });
    await before.submit(MARKET);
    await before.submit({ price: '90' });
    const after = await before.again();
    expect(after.engine.openOrders(WORKER)).toMatchObject([{ status: 'accepted', price: '90' }]);
    expect(after.engine.positions()[WORKER]).toMatchObject([{ quantity: '1' }]);
    const { lastSeq } = after.engine.snapshot(WORKER);
    expect(lastSeq).toBe(before.updates.length);
    expect(after.engine.updatesSince(WORKER, 0)).toEqual(before.updates);
    const [last] = [await after.submit({ price: '80' })];
    expect(last).toMatchObject({ outcome: 'accepted' });
    expect(new Set(after.venue.submitted).size).toBe(after.venue.submitted.length);
    expect(after.updates[0]?.seq).toBe(lastSeq + 1);
  });

  it('what happened meanwhile is brought in, once', async () => {
    const before = await setUp({ journalPath });
    await before.submit({ price: '90' });
    await before.engine.settled();
    before.venue.silent = true;
    before.price(89);
    const after = await before.again();
    expect(after.engine.positions()[WORKER]).toMatchObject([{ quantity: '1', avgPrice: '90' }]);
    const updates = after.updates.length;
    expect(after.updates.filter(({ fill }) => fill !== null)).toHaveLength(1);
    await after.engine.reconcile();
    await after.engine.reconcile();
    expect(after.updates).toHaveLength(updates);
  });

  it('nobody waits for the answer to a change any more, by the journal too', async () => {
    const before = await setUp({ journalPath });
    const id = before.id();
    await before.submit({ price: '90' }, id);
    before.venue.fault = 'never answer';
    const change = { price: '80', quantity: null, stopPrice: null };
    const request = { action: 'modify', clientOrderId: id, change } as const;
    void before.engine.request(WORKER, request, { paused: false, catchingUp: false });
    await vi.waitFor(() => expect(before.engine.orders()).toMatchObject([{ pending: 'modify' }]));
    const after = await before.again();
    await after.engine.settled();
    expect(after.engine.openOrders()).toMatchObject([{ price: '90', pending: null }]);
    expect(after.engine.orders()).toMatchObject([{ price: '90', pending: null }]);
  });

  it('limits that a person has set are in force, but where the configuration says something else now', async () => {
    const before = await setUp({ journalPath, risk: { account: { maxOpenOrders: 50 } } });
    before.engine.desk.setRisk({ account: { maxOpenOrders: 5 }, all: { maxOrderQuantity: '2' } });
    const same = await before.again();
    const tighter = { account: { maxOpenOrders: 5 }, all: { maxOrderQuantity: '2' } };
    expect(same.engine.desk.risk).toEqual(tighter);
    expect(await same.submit({ quantity: '3' })).toMatchObject({ rule: 'MAX_ORDER_QUANTITY' });
    const changed = await same.again({ risk: { account: { maxOpenOrders: 60 } } });
    const inForce = { account: { maxOpenOrders: 60 }, all: { maxOrderQuantity: '2' } };
    expect(changed.engine.desk.risk).toEqual(inForce);
    const back = await changed.again({ risk: { account: { maxOpenOrders: 50 } } });
    expect(back.engine.desk.risk).toMatchObject({ account: { maxOpenOrders: 50 } });
  });

  it('fourteen working orders are fourteen working orders', async () => {
    const before = await setUp({ journalPath });
    for (let at = 0; at < 14; at += 1) await before.submit({ price: String(50 + at) });
    const after = await before.again();
    expect(after.engine.openOrders(WORKER)).toHaveLength(14);
    expect(after.updates).toEqual([]);
  });

  it('an order that is not ours is shown, and never touched', async () => {
    const { venue, engine } = await setUp({ journalPath });
    const foreign = { clientOrderId: 'web-1', price: '70' };
    await venue.submit(anOrder(foreign));
    await engine.reconcile();
    expect(engine.openOrders()).toMatchObject([{ workerId: null, clientOrderId: 'web-1' }]);
    await engine.flatten('all', 'me', 'test');
    expect(await venue.openOrders()).toHaveLength(1);
    expect(engine.status.lastReconciliation).toMatchObject({ external: 1 });
  });

  it('a journal of one venue is not taken for another', async () => {
    const before = await setUp({ journalPath });
    await before.engine.stop();
    const { PaperVenue } = await import('../../../src/execution/venues/paper/paper-venue.ts');
    const { ExecutionEngine } = await import('../../../src/execution/execution-engine.ts');
    const venue = new PaperVenue({ name: 'another' }, before.clock);
    const engine = new ExecutionEngine({ venue, journalPath });
    await expect(engine.start()).rejects.toMatchObject({ code: 'ANOTHER_VENUE' });
    await engine.stop();
  });

  it('trading is closed until the venue could be asked', async () => {
    const before = await setUp({ journalPath });
    before.venue.down = true;
    const { submit, engine, venue } = await before.again();
    expect(await submit()).toMatchObject({ outcome: 'denied', rule: 'NOT_RECONCILED' });
    expect(engine.status.closedBecause).toMatch(/no answer/);
    venue.down = false;
    venue.cut('up');
    await expect.poll(() => engine.status.closedBecause, { timeout: 20_000 }).toBeNull();
    expect(await submit({ price: '90' })).toMatchObject({ outcome: 'accepted' });
    await engine.stop();
  });
});

describe('the kill switch', () => {
  it('lets nothing leave but cancels', async () => {
    const { submit, engine, venue, cancel, id } = await setUp();
    const order = id();
    await submit({ price: '90' }, order);
    engine.setTradingState('all', 'halted', 'me', 'test');
    const sent = venue.submitted.length;
    expect(await submit()).toMatchObject({
      outcome: 'denied',
      rule: 'HALTED',
      reason: /by me: test/ as never,
    });
    expect(venue.submitted).toHaveLength(sent);
    expect(await cancel(order)).toMatchObject({ outcome: 'accepted' });
  });

  it('holds back an order that was checked before and has not left', async () => {
    const { submit, engine, venue } = await setUp();
    const outcome = submit();
    engine.setTradingState('all', 'halted', 'me', 'test');
    expect(await outcome).toMatchObject({
      outcome: 'denied',
      rule: 'HALTED',
      order: { status: 'denied' },
    });
    expect(venue.submitted).toEqual([]);
  });

  it('lets exits pass where only positions may become smaller', async () => {
    const { submit, engine } = await setUp();
    await submit(MARKET);
    engine.setTradingState(`strategy:${WORKER}`, 'reduce-only', 'me', 'test');
    expect(await submit(MARKET)).toMatchObject({ outcome: 'denied', rule: 'REDUCE_ONLY' });
    expect(await submit({ ...MARKET, side: 'sell', quantity: '2' })).toMatchObject({
      rule: 'REDUCE_ONLY',
    });
    expect(await submit({ ...MARKET, side: 'sell' })).toMatchObject({ outcome: 'accepted' });
  });

  it('outlives the process, and a person lifts it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'engine-'));
    const before = await setUp({ journalPath: join(directory, 'orders.db') });
    const { kept } = before.engine.setTradingState('account', 'halted', 'me', 'test');
    expect(await kept).toBe(true);
    const { submit, engine } = await before.again();
    expect(await submit()).toMatchObject({ rule: 'HALTED' });
    engine.setTradingState('account', 'active', 'me', 'it is over');
    expect(await submit({ price: '90' })).toMatchObject({ outcome: 'accepted' });
    rmSync(directory, { recursive: true, force: true });
  });

  it('flattens: nothing is open and nothing is held, and then nothing is traded', async () => {
    const { submit, engine } = await setUp();
    await submit({ ...MARKET, quantity: '3' });
    await submit({ price: '90' });
    const { canceled, closed } = await engine.flatten('all', 'me', 'test');
    expect([canceled.length, closed.length]).toEqual([1, 1]);
    expect(engine.openOrders()).toEqual([]);
    expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '0' }]);
    expect(await submit()).toMatchObject({ rule: 'HALTED' });
  });

  describe('at a venue that takes its time', () => {
    const SLOW = { balances: { USDT: '100000', BTC: '10' }, latencyMs: 100 };
    const holding = async (
      options = {},
    ): Promise<{ engine: ExecutionEngine; goOn: () => void }> => {
      const { submit, engine, price } = await setUp(options, undefined, SLOW);
      await submit(MARKET);
      const goOn = (): void => {
        for (let step = 0; step < 300; step += 1) price(100);
      };
      goOn();
      expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '1' }]);
      return { engine, goOn };
    };

    it('is flat once the order that closes is filled, and not when it was accepted', async () => {
      const { engine, goOn } = await holding();
      const passing = setInterval(goOn, 50);
      const { isDone, closed } = await engine.flatten('all', 'me', 'test');
      clearInterval(passing);
      expect(closed).toMatchObject([{ outcome: 'accepted' }]);
      expect(isDone).toBe(true);
      expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '0' }]);
      expect(engine.status.switches).toMatchObject([{ state: 'halted' }]);
    }, 20_000);

    it('says that it is not done while that is open, and goes on with it', async () => {
      const { engine, goOn } = await holding({ timers: true, reconcileEveryMs: 100 });
      expect(await engine.flatten('all', 'me', 'test')).toMatchObject({ isDone: false });
      const passing = setInterval(goOn, 50);
      await expect
        .poll(() => engine.status.switches, { timeout: 20_000 })
        .toMatchObject([{ state: 'halted', reason: 'flattened: test' }]);
      clearInterval(passing);
      expect(engine.positions()[WORKER]).toMatchObject([{ quantity: '0' }]);
      await engine.stop();
    }, 40_000);
  });

  it('needs a name and a reason', async () => {
    const { engine } = await setUp();
    expect(() => engine.setTradingState('all', 'halted', ' ', 'x')).toThrow(
      /needs a name and a reason/,
    );
  });
});

describe('risk limits', () => {
  it.each([
    ['MAX_ORDER_QUANTITY', { maxOrderQuantity: '0.5' }, {}],
    ['MAX_POSITION_QUANTITY', { maxPositionQuantity: 0.9 }, {}],
    ['MAX_POSITION_NOTIONAL', { maxPositionNotional: 99 }, {}],
    ['PRICE_COLLAR', { priceCollar: 0.05 }, { price: '94' }],
    ['MAX_OPEN_ORDERS', { maxOpenOrders: 0 }, {}],
    ['MAX_ORDERS_PER_SECOND', { maxOrdersPerSecond: 0 }, {}],
  ] as const)('%s', async (rule, limits, fields) => {
    for (const level of ['strategy', 'account', 'all'] as const) {
      const { submit } = await setUp({ risk: { [level]: limits } });
      expect(await submit(fields)).toMatchObject({ outcome: 'denied', rule });
    }
  });

  it('count open orders as if they were filled', async () => {
    const { submit } = await setUp({ risk: { strategy: { maxPositionQuantity: 2 } } });
    await submit({ price: '90' });
    await submit({ price: '91' });
    expect(await submit({ price: '92' })).toMatchObject({ rule: 'MAX_POSITION_QUANTITY' });
    expect(await submit({ price: '120', side: 'sell' })).toMatchObject({ outcome: 'accepted' });
  });

  it('let only exits pass once the loss of the day is reached, until a person lifts that', async () => {
    const { submit, price, engine } = await setUp({ risk: { strategy: { maxDailyLoss: 10 } } });
    await submit(MARKET);
    price(85);
    await submit({ price: '60' });
    engine.watchLosses();
    expect(await submit({ price: '60' })).toMatchObject({
      rule: 'REDUCE_ONLY',
      reason: /maxDailyLoss 10/ as never,
    });
    expect(await submit({ ...MARKET, side: 'sell' })).toMatchObject({ outcome: 'accepted' });
  });

  it('keep new exposure from a strategy that is paused, catches up or sees stale data; exits pass', async () => {
    const { submit, engine, id } = await setUp();
    await submit(MARKET);
    const exit = { ...MARKET, side: 'sell', quantity: '0.1' } as const;
    for (const [rule, standing] of [
      ['PAUSED', { paused: true }],
      ['CATCHING_UP', { catchingUp: true }],
    ] as const) {
      expect(await submit(MARKET, id(), standing)).toMatchObject({ rule });
      expect(await submit(exit, id(), standing)).toMatchObject({ outcome: 'accepted' });
    }
    engine.setStale(SYMBOL, 'no word for 20 s');
    expect(await submit(MARKET)).toMatchObject({
      rule: 'STALE_DATA',
      reason: /no word for 20 s/ as never,
    });
    expect(await submit(exit)).toMatchObject({ outcome: 'accepted' });
    engine.setStale(SYMBOL, null);
    expect(await submit(MARKET)).toMatchObject({ outcome: 'accepted' });
  });

  it('that can not be are refused with their path', async () => {
    await expect(setUp({ risk: { strategies: { a: { maxOpenOrders: -1 } } } })).rejects.toThrow(
      'risk.strategies.a.maxOpenOrders is -1: expected a whole number from 0',
    );
    await expect(setUp({ risk: { account: { maxLoss: 1 } as never } })).rejects.toThrow(
      /risk.account.maxLoss/,
    );
  });
});

describe('what the venue tells', () => {
  it('ends nothing if it can not be taken, and the log says so', async () => {
    const lines: string[] = [];
    const logger = { log: (_: string, message: string) => void lines.push(message) };
    const { venue, engine, submit, id } = await setUp({ logger });
    const order = id();
    await submit({ price: '90' }, order);
    const [said] = await venue.openOrders();
    venue.tellOrder({ ...said, filledQuantity: 'no number' } as VenueOrder);
    await expect.poll(() => lines.some((line) => line.includes('could not be taken'))).toBe(true);
    expect(await submit({ price: '90' })).toMatchObject({ outcome: 'accepted' });
    await engine.stop();
  });
});

describe('a line that is cut', () => {
  it('closes trading, except for cancels, until everything is compared again', async () => {
    const { submit, cancel, venue, engine, id } = await setUp();
    const order = id();
    await submit({ price: '90' }, order);
    venue.cut('down');
    expect(await submit()).toMatchObject({ rule: 'NOT_RECONCILED' });
    expect(await cancel(order)).toMatchObject({ outcome: 'accepted' });
    venue.cut('up');
    await expect.poll(() => engine.status.closedBecause).toBeNull();
    expect(await submit({ price: '90' })).toMatchObject({ outcome: 'accepted' });
  });
});
