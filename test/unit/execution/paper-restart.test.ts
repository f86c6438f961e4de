import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setUp, SYMBOL, WORKER, type Setup } from './engine-setup.ts';
import { anOrder } from './fixtures.ts';

const MARKET = { type: 'market', price: null } as const;
const PERP = `${SYMBOL}:USDT`;

describe('a paper account whose process has ended', () => {
  let directory: string;
  let before: Setup;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'engine-'));
    before = await setUp({ journalPath: join(directory, 'orders.db') });
  });
  afterEach(async () => {
    await before.engine.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('has its balances, positions and orders in the next one', async () => {
    before.price(100, PERP);
    await before.submit({ ...MARKET, quantity: '3' });
    await before.submit({ ...MARKET, quantity: '7', symbol: PERP, side: 'sell' });
    before.price(33.33, PERP);
    await before.submit({ ...MARKET, quantity: '3', symbol: PERP });
    await before.submit({ price: '90' });
    await before.submit({ type: 'stop', price: null, stopPrice: '120', symbol: PERP });
    const account = await before.venue.account();
    const open = await before.venue.openOrders();
    const after = await before.anew();
    expect(await after.venue.account()).toEqual(account);
    expect(await after.venue.openOrders()).toEqual(open);
    expect(after.engine.account(WORKER).balances).toEqual(account.balances);
    expect(after.engine.openOrders(WORKER)).toEqual(before.engine.openOrders(WORKER));
    expect(after.updates).toEqual([]);
    expect(after.engine.status.lastReconciliation).toMatchObject({ unknown: 0, external: 0 });
    await after.engine.stop();
  });

  it('trades on: an order of before is filled, and no id comes twice', async () => {
    await before.submit(MARKET);
    const id = before.id();
    await before.submit({ price: '90', quantity: '2' }, id);
    let last = before;
    for (let run = 0; run < 3; run += 1) {
      last = await last.anew();
      last.price(100);
      await last.submit(MARKET);
      await last.submit({ price: '80' });
      await last.engine.settled();
    }
    last.price(89);
    await last.engine.settled();
    expect(last.updates.at(-1)?.order).toMatchObject({ clientOrderId: id, status: 'filled' });
    const fills = last.engine.fills().map(({ fill }) => fill.tradeId);
    expect(fills).toHaveLength(5);
    expect(new Set(fills).size).toBe(5);
    const orders = last.engine.orders().map(({ venueOrderId }) => venueOrderId);
    expect(orders).toHaveLength(8);
    expect(new Set(orders).size).toBe(8);
    expect(last.engine.positions()[WORKER]).toMatchObject([{ quantity: '6' }]);
    expect((await last.venue.account()).balances['BTC']).toMatchObject({ total: '16' });
    await last.engine.stop();
  });

  it('does not have an order that was written down and never acknowledged', async () => {
    const id = before.id();
    before.venue.fault = 'lose the request';
    await before.submit({ price: '90' }, id);
    const after = await before.anew();
    expect(await after.venue.openOrders()).toEqual([]);
    expect(await after.venue.account()).toMatchObject({
      balances: { USDT: { free: '100000', total: '100000' } },
    });
    for (let asked = 0; asked < 4; asked += 1) {
      after.clock.advance(10_000);
      await after.engine.reconcile();
    }
    expect(after.updates.at(-1)?.order).toMatchObject({
      clientOrderId: id,
      status: 'rejected',
      reason: expect.stringContaining('has no such order') as string,
    });
    await after.engine.stop();
  });

  it('does not wait for the answer to a change for ever', async () => {
    const id = before.id();
    await before.submit({ price: '90' }, id);
    before.venue.modify = () => new Promise(() => undefined);
    const change = { quantity: null, price: '95', stopPrice: null };
    const request = { action: 'modify', clientOrderId: id, change } as const;
    const standing = { paused: false, catchingUp: false };
    void before.engine.request(WORKER, request, standing);
    await expect.poll(() => before.engine.orders()[0]?.pending).toBe('modify');
    const after = await before.anew();
    expect(after.engine.openOrders(WORKER)).toMatchObject([{ price: '90', pending: null }]);
    await after.engine.stop();
  });

  it('leaves it to the engine what an order may reduce, as before', async () => {
    before.price(100, PERP);
    await before.submit({ ...MARKET, symbol: PERP });
    // Somebody else's, which leaves the account with nothing to reduce.
    await before.venue.submit(
      anOrder({ ...MARKET, symbol: PERP, clientOrderId: 'web', side: 'sell' }),
    );
    await before.submit({ symbol: PERP, side: 'sell', price: '120', reduceOnly: true });
    await before.engine.settled();
    expect(await before.venue.account()).toMatchObject({ positions: {} });
    const after = await before.anew();
    after.price(130, PERP);
    await after.engine.settled();
    expect(after.updates.at(-1)?.order).toMatchObject({ status: 'filled', reduceOnly: true });
    expect(await after.venue.account()).toMatchObject({ positions: { [PERP]: '-1' } });
    await after.engine.stop();
  });

  it('takes other initial balances as a deposit', async () => {
    await before.submit({ ...MARKET, quantity: '2' });
    const after = await before.anew({ balances: { USDT: '100500', BTC: '10', EUR: '7' } });
    const { balances } = await after.venue.account();
    expect(balances).toEqual({
      USDT: { free: '100299.8', total: '100299.8' },
      BTC: { free: '12', total: '12' },
      EUR: { free: '7', total: '7' },
    });
    await after.engine.stop();
  });
});
