import { expect, it } from 'vitest';
import { rejection } from '../support/wait.ts';
import { SimProcess, type Ccxt } from './exchange.ts';

const BTC = 'BTC/USDT';

async function exchange(): Promise<{ sim: SimProcess; client: Ccxt }> {
  const sim = await SimProcess.start();
  return { sim, client: await sim.client() };
}

it('a market order is filled at once, against the fee', async () => {
  const { sim, client } = await exchange();
  const order = await client.createOrder(BTC, 'market', 'buy', 0.01);
  expect(order).toMatchObject({ status: 'closed', filled: 0.01, average: 60_003 });
  expect(order.fees).toMatchObject([{ cost: 0.00001, currency: 'BTC' }]);
  const balance = await client.fetchBalance();
  expect(balance['BTC']).toMatchObject({ free: 10.00999, used: 0 });
  expect(balance['USDT']).toMatchObject({ free: 100_000 - 600.03, used: 0 });
  expect(sim.log('fill')).toHaveLength(1);
});

it('a market order by quote quantity spends no more than that', async () => {
  const { client } = await exchange();
  const order = await client.createMarketBuyOrderWithCost(BTC, 1_000);
  expect(order.status).toBe('closed');
  expect(order.cost).toBeLessThanOrEqual(1_000);
  expect(order.cost).toBeGreaterThan(999);
});

it('a market order that is larger than a level is filled at several prices', async () => {
  const { client } = await exchange();
  const order = await client.createOrder('BTC/USDT', 'market', 'sell', 3);
  expect(order.status).toBe('closed');
  expect(order.trades.length).toBeGreaterThan(1);
  const prices = order.trades.map(({ price }) => Number(price));
  expect(prices).toEqual(prices.toSorted((one, other) => other - one));
});

it('a limit order that does not meet the market rests and holds its funds', async () => {
  const { client } = await exchange();
  const order = await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000);
  expect(order).toMatchObject({ status: 'open', filled: 0 });
  const balance = await client.fetchBalance();
  expect(balance['USDT']).toMatchObject({ free: 95_000, used: 5_000 });
  const { bids } = await client.fetchOrderBook(BTC, 100);
  expect(bids.at(-1)).toEqual([50_000, 0.1]);
});

it('a resting limit order is filled at its own price when the market comes to it', async () => {
  const { sim, client } = await exchange();
  const { id } = await client.createOrder(BTC, 'limit', 'buy', 0.1, 59_000);
  await sim.price(58_000);
  const order = await client.fetchOrder(id, BTC);
  expect(order).toMatchObject({ status: 'closed', filled: 0.1, average: 59_000 });
  const [trade] = await client.fetchMyTrades(BTC);
  expect(trade).toMatchObject({ order: id, price: 59_000, amount: 0.1, takerOrMaker: 'maker' });
  const balance = await client.fetchBalance();
  expect(balance['USDT']).toMatchObject({ free: 94_100, used: 0 });
});

it('a limit order that meets the market pays the price that it meets', async () => {
  const { client } = await exchange();
  const order = await client.createOrder(BTC, 'limit', 'buy', 0.01, 61_000);
  expect(order).toMatchObject({ status: 'closed', average: 60_003 });
  const balance = await client.fetchBalance();
  expect(balance['USDT']).toMatchObject({ used: 0 });
});

it('orders at one price are filled in the order in which they came', async () => {
  const { sim, client } = await exchange();
  const first = await client.createOrder(BTC, 'limit', 'buy', 0.02, 59_990);
  const second = await client.createOrder(BTC, 'limit', 'buy', 0.02, 59_990);
  await sim.price(59_000);
  const fills = sim.log('fill').map(({ fill }) => fill?.['orderId']);
  expect(fills).toEqual([Number(first.id), Number(second.id)]);
});

it.each([
  ['IOC', 'canceled'],
  ['FOK', 'canceled'],
])('a limit order %s that does not meet the market is gone', async (timeInForce) => {
  const { sim, client } = await exchange();
  const order = await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000, { timeInForce });
  expect(order.status).toBe('expired');
  expect(sim.log('expired')).toHaveLength(1);
  expect((await client.fetchBalance())['USDT']).toMatchObject({ free: 100_000, used: 0 });
});

it('a post-only order that would take is refused, and one that would not rests', async () => {
  const { client } = await exchange();
  const taking = client.createOrder(BTC, 'limit', 'buy', 0.1, 61_000, { postOnly: true });
  await expect(taking).rejects.toThrow('Order would immediately match and take.');
  const resting = await client.createOrder(BTC, 'limit', 'buy', 0.1, 59_999, { postOnly: true });
  expect((await client.fetchOrder(resting.id, BTC)).status).toBe('open');
});

it('a stop-loss limit order waits for its price, then is a limit order', async () => {
  const { sim, client } = await exchange();
  const order = await client.createOrder(BTC, 'limit', 'sell', 0.1, 57_000, {
    stopLossPrice: 58_000,
  });
  const waiting = await client.fetchOrder(order.id, BTC);
  expect(waiting).toMatchObject({ status: 'open', triggerPrice: 58_000 });
  expect(waiting.info).toMatchObject({ type: 'STOP_LOSS_LIMIT', isWorking: false });
  await sim.price(59_000);
  expect((await client.fetchOrder(order.id, BTC)).filled).toBe(0);
  await sim.price(57_500);
  expect(await client.fetchOrder(order.id, BTC)).toMatchObject({ status: 'closed', filled: 0.1 });
  expect(sim.log('triggered')).toHaveLength(1);
});

it('a stop order whose price was passed already is refused', async () => {
  const { client } = await exchange();
  const order = client.createOrder(BTC, 'limit', 'sell', 0.1, 61_000, { stopLossPrice: 62_000 });
  await expect(order).rejects.toThrow('Stop price would trigger immediately.');
});

it('an order never trades with one of the same account: the older one expires', async () => {
  const { client } = await exchange();
  const older = await client.createOrder(BTC, 'limit', 'buy', 0.1, 60_001);
  const newer = await client.createOrder(BTC, 'limit', 'sell', 0.1, 60_001);
  expect((await client.fetchOrder(older.id, BTC)).info['status']).toBe('EXPIRED_IN_MATCH');
  expect((await client.fetchOrder(newer.id, BTC)).status).toBe('open');
});

it('editOrder replaces an order by another one', async () => {
  const { sim, client } = await exchange();
  const old = await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000);
  const edited = await client.editOrder(old.id, BTC, 'limit', 'buy', 0.2, 51_000);
  expect(edited).toMatchObject({ status: 'open', price: 51_000, amount: 0.2 });
  expect(edited.id).not.toBe(old.id);
  expect((await client.fetchOrder(old.id, BTC)).status).toBe('canceled');
  expect(sim.log('accepted', 'canceled').map(({ type }) => type)).toEqual([
    'accepted',
    'canceled',
    'accepted',
  ]);
});

it('editOrder of an order that is done replaces nothing', async () => {
  const { client } = await exchange();
  const done = await client.createOrder(BTC, 'market', 'buy', 0.1);
  const edited = client.editOrder(done.id, BTC, 'limit', 'buy', 0.2, 51_000);
  await expect(edited).rejects.toThrow(/-2022/);
  expect(await client.fetchOpenOrders(BTC)).toEqual([]);
});

it('editOrder whose new order is refused has canceled the old one', async () => {
  const { client } = await exchange();
  const old = await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000);
  const edited = client.editOrder(old.id, BTC, 'limit', 'buy', 100, 51_000);
  await expect(edited).rejects.toThrow(/-2021/);
  expect((await client.fetchOrder(old.id, BTC)).status).toBe('canceled');
});

it('cancelOrder frees the funds', async () => {
  const { client } = await exchange();
  const { id } = await client.createOrder(BTC, 'limit', 'sell', 1, 70_000);
  expect((await client.fetchBalance())['BTC']).toMatchObject({ free: 9, used: 1 });
  const canceled = await client.cancelOrder(id, BTC);
  expect(canceled).toMatchObject({ id, status: 'canceled' });
  expect((await client.fetchBalance())['BTC']).toMatchObject({ free: 10, used: 0 });
});

it('cancelOrder by client order id', async () => {
  const { client } = await exchange();
  const params = { clientOrderId: 'mine-1' };
  await client.createOrder(BTC, 'limit', 'sell', 1, 70_000, params);
  const canceled = await client.cancelOrder('', BTC, params);
  expect(canceled.info['origClientOrderId']).toBe('mine-1');
  // A cancel has an id of its own, and that is the one that ccxt shows.
  expect(canceled.clientOrderId).not.toBe('mine-1');
  const order = await client.fetchOrder('', BTC, params);
  expect(order).toMatchObject({ status: 'canceled', clientOrderId: 'mine-1' });
});

it('cancelOrder of an order that is done is OrderNotFound', async () => {
  const { client } = await exchange();
  const { id } = await client.createOrder(BTC, 'market', 'buy', 0.01);
  const error = await rejection(client.cancelOrder(id, BTC));
  expect(error.name).toBe('OrderNotFound');
  expect(error.message).toContain('-2011');
});

it('cancelAllOrders cancels those of the symbol', async () => {
  const { client } = await exchange();
  await client.createOrder(BTC, 'limit', 'sell', 1, 70_000);
  await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000);
  await client.createOrder('ETH/USDT', 'limit', 'buy', 1, 2_000);
  expect(await client.cancelAllOrders(BTC)).toHaveLength(2);
  const open = await client.fetchOpenOrders('ETH/USDT');
  expect(open).toHaveLength(1);
  expect(await client.fetchOpenOrders(BTC)).toEqual([]);
});

it('fetchOrder by the exchange id and by the client id', async () => {
  const { client } = await exchange();
  const params = { clientOrderId: 'mine-2' };
  const { id } = await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000, params);
  expect((await client.fetchOrder(id, BTC)).clientOrderId).toBe('mine-2');
  expect((await client.fetchOrder('', BTC, params)).id).toBe(id);
});

it('fetchOrder of an order that there is not is OrderNotFound', async () => {
  const { client } = await exchange();
  const byId = await rejection(client.fetchOrder('77', BTC));
  const byClientId = await rejection(client.fetchOrder('', BTC, { clientOrderId: 'none' }));
  expect([byId.name, byClientId.name]).toEqual(['OrderNotFound', 'OrderNotFound']);
  expect(byClientId.message).toContain('-2013');
});

it('fetchOrders has them all, oldest first', async () => {
  const { client } = await exchange();
  await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000);
  await client.createOrder(BTC, 'market', 'sell', 0.1);
  await client.cancelAllOrders(BTC);
  const orders = await client.fetchOrders(BTC);
  expect(orders.map(({ status }) => status)).toEqual(['canceled', 'closed']);
});

it('fetchMyTrades has each fill once', async () => {
  const { sim, client } = await exchange();
  await client.createOrder(BTC, 'market', 'sell', 3);
  const trades = await client.fetchMyTrades(BTC);
  const ids = trades.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(trades.reduce((sum, { amount }) => sum + Number(amount), 0)).toBeCloseTo(3, 8);
  expect(sim.log('fill').map(({ fill }) => String(fill?.['id']))).toEqual(ids);
});

it('fetchMyTrades from a time on has the first of them, and by order those of the order', async () => {
  const { client } = await exchange();
  const placed = [];
  for (let order = 0; order < 3; order += 1) {
    placed.push(await client.createOrder(BTC, 'market', 'buy', 0.001));
  }
  const [first, second] = placed;
  const since = Number(first?.timestamp);
  const [oldest] = await client.fetchMyTrades(BTC, since, 1);
  expect(oldest?.order).toBe(first?.id);
  const ofSecond = await client.fetchMyTrades(BTC, undefined, undefined, { orderId: second?.id });
  expect(ofSecond.map(({ order }) => order)).toEqual([second?.id]);
});
