import { expect, it } from 'vitest';
import type { VenueOutcome } from '../../../src/execution/venue.ts';
import { rejection, waitFor } from '../support/wait.ts';
import { BTC, connected, newId, orderOf } from './venues.ts';

function reasonOf(outcome: VenueOutcome): string {
  return outcome.outcome === 'accepted' ? '' : `${outcome.outcome}: ${outcome.reason}`;
}

it('an order is accepted under our name, told, found, and canceled', async () => {
  const { venue, told } = await connected();
  const order = orderOf();
  const outcome = await venue.submit(order);
  const { clientOrderId } = order;
  expect(outcome).toMatchObject({
    outcome: 'accepted',
    order: {
      clientOrderId,
      symbol: BTC,
      side: 'buy',
      type: 'limit',
      quantity: '0.1',
      price: '50000',
      filledQuantity: '0',
      status: 'accepted',
    },
  });
  await waitFor('the news', () => told.of(clientOrderId).length > 0);
  expect((await venue.openOrders()).map((one) => one.clientOrderId)).toEqual([clientOrderId]);
  expect(await venue.findOrder(order)).toMatchObject({ status: 'accepted', clientOrderId });
  const canceled = await venue.cancel(order);
  expect(canceled).toMatchObject({
    outcome: 'accepted',
    order: { status: 'canceled', clientOrderId },
  });
  await waitFor('its end', () =>
    told.of(clientOrderId).some(({ status }) => status === 'canceled'),
  );
  expect(await venue.findOrder(order)).toMatchObject({ status: 'canceled' });
  expect(await venue.openOrders()).toEqual([]);
});

it('a market order is filled, and its fills are told to the last digit', async () => {
  const { venue, told, sim } = await connected();
  const order = orderOf({ type: 'market', price: null, quantity: '0.01001' });
  expect(await venue.submit(order)).toMatchObject({
    outcome: 'accepted',
    order: { status: 'filled', filledQuantity: '0.01001', price: null, type: 'market' },
  });
  await waitFor('its fill', () => told.fills.length > 0);
  const fill = {
    clientOrderId: order.clientOrderId,
    symbol: BTC,
    side: 'buy',
    quantity: '0.01001',
    price: '60003',
    fee: '0.00001001',
    feeCurrency: 'BTC',
    liquiditySide: 'taker',
  };
  expect(told.fills).toMatchObject([fill]);
  const [known] = await venue.fillsSince(order.createdAt - 10_000, [BTC, BTC, 'NO/SUCH']);
  expect(known).toMatchObject({ ...fill, clientOrderId: null, tradeId: told.fills[0]?.tradeId });
  const { balances } = await sim.state();
  expect(await venue.account()).toEqual({
    balances: Object.fromEntries(
      balances.map(({ asset, free }) => {
        const text = free.replace(/\.?0+$/, '');
        return [asset, { free: text, total: text }];
      }),
    ),
    positions: {},
  });
});

it('more fills of one moment than a page holds are all found', async () => {
  const { venue, sim } = await connected({
    exchange: { timeoutMs: 60_000 },
    venue: { answerLimitMs: 120_000 },
  });
  await sim.sim('faults', { 'partial-fills': { pieces: 1_000 } });
  const startMs = Date.now() - 10_000;
  const big = orderOf({ type: 'market', price: null, quantity: '0.01', side: 'sell' });
  for (const order of [big, orderOf({ ...big, clientOrderId: newId() })]) {
    expect(await venue.submit(order)).toMatchObject({ outcome: 'accepted' });
  }
  const fills = await venue.fillsSince(startMs, [BTC]);
  expect(fills.length).toBe(sim.log('fill').length);
  expect(fills.length).toBeGreaterThan(1_500);
});

it.each([
  ['too little money', { quantity: '100' }, /insufficient balance/],
  ['a price between two ticks', { price: '50000.001' }, /no multiple of the step/],
  ['an amount between two steps', { quantity: '0.100001' }, /quantity 0.100001 is no multiple/],
  ['an amount below a step', { quantity: '0.0000001' }, /no multiple of the step/],
  ['an amount below the least', { quantity: '0.00001', price: '10000' }, /NOTIONAL/],
  ['post-only that would take', { price: '61000', postOnly: true }, /immediately match/],
  ['a symbol that is not traded', { symbol: 'DOGE/USDT' }, /Binance does not trade DOGE\/USDT/],
  ['a stop that is passed', { type: 'stop-limit', stopPrice: '59000', price: '59500' }, /trigger/],
  ['a stop-market order', { type: 'stop', stopPrice: '70000', price: null }, /not allowed/],
  ['a market order fok', { type: 'market', price: null, timeInForce: 'fok' }, /can't be fok/],
  ['post-only and ioc', { postOnly: true, timeInForce: 'ioc' }, /can't be ioc/],
] as const)('%s is rejected in words', async (_what, changes, words) => {
  const { venue, sim } = await connected();
  const outcome = await venue.submit(orderOf(changes));
  expect(reasonOf(outcome)).toMatch(/^rejected: /);
  expect(reasonOf(outcome)).toMatch(words);
  expect(sim.log('accepted')).toEqual([]);
});

it('ioc and fok that do not meet the market are accepted and expired', async () => {
  const { venue } = await connected();
  for (const timeInForce of ['ioc', 'fok'] as const) {
    const order = orderOf({ timeInForce });
    expect(await venue.submit(order)).toMatchObject({
      outcome: 'accepted',
      order: { status: 'expired', clientOrderId: order.clientOrderId },
    });
  }
});

it('a stop-limit order waits for its price', async () => {
  const { venue, sim, told } = await connected();
  const order = orderOf({ type: 'stop-limit', side: 'sell', stopPrice: '58000', price: '57000' });
  const terms = { type: 'stop-limit', stopPrice: '58000', price: '57000' };
  expect(await venue.submit(order)).toMatchObject({ outcome: 'accepted', order: terms });
  expect(await venue.openOrders()).toMatchObject([terms]);
  await sim.price(57_500);
  await waitFor('its fill', () => told.fills.length > 0);
  expect(await venue.findOrder(order)).toMatchObject({ status: 'filled' });
});

it('a cancel of what is not open any more is rejected', async () => {
  const { venue } = await connected();
  const order = orderOf({ type: 'market', price: null });
  await venue.submit(order);
  expect(reasonOf(await venue.cancel(order))).toMatch(/^rejected: it is not open any more/);
  expect(reasonOf(await venue.cancel(orderOf()))).toMatch(/^rejected: it is not open any more/);
});

it('an order that there never was is not found, and one that can not be asked for throws', async () => {
  const { venue, sim } = await connected({ exchange: { timeoutMs: 1_000 } });
  expect(await venue.findOrder(orderOf())).toBeNull();
  await sim.sim('faults', { maintenance: {} });
  await rejection(venue.findOrder(orderOf()));
  await rejection(venue.openOrders());
  await rejection(venue.account());
  await rejection(venue.fillsSince(0, [BTC]));
});

it('a changed order keeps its name, and its first end is not told', async () => {
  const { venue, told, sim } = await connected();
  const order = orderOf();
  const first = await venue.submit(order);
  if (first.outcome !== 'accepted') throw new Error(reasonOf(first));
  const { venueOrderId } = first.order;
  const change = { quantity: '0.2', price: '51000', stopPrice: null };
  const changed = await venue.modify({ ...order, venueOrderId }, change);
  expect(changed).toMatchObject({
    outcome: 'accepted',
    order: {
      clientOrderId: order.clientOrderId,
      quantity: '0.2',
      price: '51000',
      status: 'accepted',
    },
  });
  expect(sim.log('canceled')).toHaveLength(1);
  const found = await venue.findOrder({ ...order, venueOrderId });
  expect(found).toMatchObject({ status: 'accepted', quantity: '0.2' });
  expect(found?.venueOrderId).not.toBe(venueOrderId);
  await waitFor('the new one', () => told.orders.some(({ price }) => price === '51000'));
  expect(told.orders.map(({ status }) => status)).not.toContain('canceled');
  await venue.cancel(order);
  await waitFor('the real end', () => told.orders.some(({ status }) => status === 'canceled'));
});

it('a change that is refused leaves the order as it was, or says that it is gone', async () => {
  const { venue, told, sim } = await connected();
  const order = orderOf();
  const first = await venue.submit(order);
  if (first.outcome !== 'accepted') throw new Error(reasonOf(first));
  const placed = { ...order, venueOrderId: first.order.venueOrderId };
  const half = await venue.modify(placed, { quantity: '100', price: null, stopPrice: null });
  expect(reasonOf(half)).toMatch(
    /^rejected: the order is canceled, and the changed one was refused/,
  );
  expect(told.of(order.clientOrderId).at(-1)).toMatchObject({ status: 'canceled' });
  const again = await venue.modify(placed, { quantity: '0.2', price: null, stopPrice: null });
  expect(reasonOf(again)).toMatch(/^rejected: .*-2022/);
  expect(sim.log('accepted')).toHaveLength(1);
});

it('a change of an order that is filled in part, known or not, places nothing', async () => {
  const { venue, sim, told } = await connected();
  await sim.sim('faults', { 'partial-fills': { pieces: 4 } });
  const order = orderOf({ price: '59999' });
  const first = await venue.submit(order);
  if (first.outcome !== 'accepted') throw new Error(reasonOf(first));
  await sim.price(59_000);
  await waitFor('a fill', () => told.fills.length > 0);
  const placed = { ...order, venueOrderId: first.order.venueOrderId };
  const change = { quantity: null, price: '59998', stopPrice: null };
  expect((await venue.findOrder(placed))?.status).toBe('partially-filled');
  expect(reasonOf(await venue.modify(placed, change))).toMatch(/^rejected: .*-2022/);
  const known = { ...placed, filledQuantity: '0.025' };
  expect(reasonOf(await venue.modify(known, change))).toMatch(/filled in part/);
  expect(sim.log('accepted')).toHaveLength(1);
  expect((await venue.openOrders()).length).toBe(1);
});

it('orders that are not ours are shown, under the names that they have', async () => {
  const { venue, exchange } = await connected();
  await exchange.trading.createOrder(BTC, 'limit', 'buy', '0.1', '50000', {
    clientOrderId: 'web_1',
  });
  expect(await venue.openOrders()).toMatchObject([{ clientOrderId: 'web_1', quantity: '0.1' }]);
});
