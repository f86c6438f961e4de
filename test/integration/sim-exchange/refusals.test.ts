import { expect, it } from 'vitest';
import { rejection } from '../support/wait.ts';
import { SimProcess, type Ccxt } from './exchange.ts';

const BTC = 'BTC/USDT';

async function exchange(): Promise<{ sim: SimProcess; client: Ccxt }> {
  const sim = await SimProcess.start();
  return { sim, client: await sim.client() };
}

/** An order as a careless client would send it, past ccxt's own rounding. */
function raw(client: Ccxt, params: Record<string, string>): Promise<unknown> {
  return client.request('order', 'private', 'POST', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.1',
    price: '50000',
    ...params,
  });
}

it.each([
  ['PRICE_FILTER', 'InvalidOrder', { price: '50000.001' }],
  ['PRICE_FILTER', 'InvalidOrder', { price: '2000000' }],
  ['LOT_SIZE', 'InvalidOrder', { quantity: '0.000001' }],
  ['LOT_SIZE', 'InvalidOrder', { quantity: '9001' }],
  ['NOTIONAL', 'BadRequest', { quantity: '0.00001' }],
])('an order that does not pass %s is %s and in the log', async (filter, name, params) => {
  const { sim, client } = await exchange();
  const error = await rejection(raw(client, { ...params, newClientOrderId: 'wrong-1' }));
  expect(error.name).toBe(name);
  expect(error.message).toContain(filter);
  expect(sim.log('rejected')).toMatchObject([{ clientOrderId: 'wrong-1', code: -1013 }]);
  expect((await sim.state()).orders).toEqual([]);
});

it.each([
  ['a side that there is not', { side: 'HOLD' }, -1117],
  ['a type that there is not', { type: 'OCO' }, -1116],
  ['a time in force that there is not', { timeInForce: 'GTD' }, -1115],
  ['no price', { price: '' }, -1102],
  ['a price that is no number', { price: '1e5' }, -1100],
  ['a client id with a space', { newClientOrderId: 'a b' }, -1100],
  ['a symbol that there is not', { symbol: 'XYZUSDT' }, -1121],
])('an order with %s is refused', async (_what, params, code) => {
  const { sim, client } = await exchange();
  await expect(raw(client, params)).rejects.toThrow(String(code));
  expect(sim.log('rejected')).toMatchObject([{ code }]);
});

it('an order that the account can not pay is InsufficientFunds', async () => {
  const { sim, client } = await exchange();
  const limit = await rejection(client.createOrder(BTC, 'limit', 'buy', 3, 50_000));
  const market = await rejection(client.createOrder(BTC, 'market', 'sell', 11));
  expect([limit.name, market.name]).toEqual(['InsufficientFunds', 'InsufficientFunds']);
  expect((await sim.state()).orders).toEqual([]);
});

it('a client order id is taken as long as its order is open', async () => {
  const { client } = await exchange();
  const params = { clientOrderId: 'same' };
  await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000, params);
  const again = client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000, params);
  await expect(again).rejects.toThrow('Duplicate order sent.');
  await client.cancelOrder('', BTC, params);
  const later = await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000, params);
  expect(later.status).toBe('open');
});

it('a client order id is accepted again after a fill: the same order twice', async () => {
  const { sim, client } = await exchange();
  const params = { clientOrderId: 'same' };
  const first = await client.createOrder(BTC, 'market', 'buy', 0.1, undefined, params);
  const second = await client.createOrder(BTC, 'market', 'buy', 0.1, undefined, params);
  expect(second.id).not.toBe(first.id);
  expect(sim.log('fill').length).toBeGreaterThanOrEqual(2);
  // Asked by that name, the exchange tells the latest.
  expect((await client.fetchOrder('', BTC, params)).id).toBe(second.id);
});

it('a wrong secret is refused with -1022', async () => {
  const { sim } = await exchange();
  const client = await sim.client({ secret: 'another' });
  await expect(client.fetchBalance()).rejects.toThrow(/-1022/);
  await expect(client.createOrder(BTC, 'market', 'buy', 0.1)).rejects.toThrow(/-1022/);
  expect((await sim.state()).orders).toEqual([]);
});

it('an unknown key is AuthenticationError', async () => {
  const { sim } = await exchange();
  const client = await sim.client({ apiKey: 'another' });
  const error = await rejection(client.fetchBalance());
  expect(error.name).toBe('AuthenticationError');
  expect(error.message).toContain('-2015');
});

it('a request without a signature is refused', async () => {
  const { sim } = await exchange();
  const url = `${sim.address.rest}/api/v3/account`;
  const withKey = await fetch(url, { headers: { 'x-mbx-apikey': 'sim-key' } });
  expect(await withKey.json()).toMatchObject({ code: -1102 });
  const without = await fetch(url);
  expect(without.status).toBe(401);
  expect(await without.json()).toMatchObject({ code: -2014 });
});

it.each([
  ['late', 60_000],
  ['early', -60_000],
])('a request that is too %s is InvalidNonce', async (_when, ms) => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { 'clock-offset': { ms } });
  const error = await rejection(client.fetchBalance());
  expect(error.name).toBe('InvalidNonce');
  expect(error.message).toContain('-1021');
});

it('ccxt finds its way back with the time difference', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { 'clock-offset': { ms: 60_000 } });
  await client.loadTimeDifference();
  client.options['adjustForTimeDifference'] = true;
  expect((await client.fetchBalance())['BTC']).toMatchObject({ free: 10 });
});

it('requests weigh what they weigh, and the headers tell it', async () => {
  const { sim, client } = await exchange();
  await client.fetchBalance();
  const headers = client.last_response_headers as Record<string, string>;
  expect(Number(headers['X-Mbx-Used-Weight-1m'] ?? headers['x-mbx-used-weight-1m'])).toBe(40);
  await client.createOrder(BTC, 'market', 'buy', 0.1);
  const later = client.last_response_headers as Record<string, string>;
  expect(later['X-Mbx-Order-Count-10s'] ?? later['x-mbx-order-count-10s']).toBe('1');
  expect((await sim.state()).orders).toHaveLength(1);
});

it('too much weight is 429, and who goes on is banned with 418', async () => {
  const sim = await SimProcess.start('--weight-limit', '60');
  const client = await sim.client();
  await client.fetchBalance();
  await client.fetchBalance();
  const first = await rejection(client.fetchBalance());
  expect(first.name).toBe('DDoSProtection');
  expect(first.message).toContain('429');
  expect(client.last_response_headers).toHaveProperty('Retry-After');
  const asked = Array.from({ length: 12 }, () => rejection(client.fetchBalance()));
  const messages = (await Promise.all(asked)).map(({ message }) => message);
  expect(messages.filter((message) => message.includes('418'))).not.toEqual([]);
});

it('too many orders are refused with -1015', async () => {
  const sim = await SimProcess.start('--order-limit', '2');
  const client = await sim.client();
  const all = Array.from({ length: 6 }, () =>
    client.createOrder(BTC, 'limit', 'buy', 0.01, 50_000).then(
      () => 'accepted',
      (error: Error) => error.message,
    ),
  );
  const results = await Promise.all(all);
  expect(results.filter((result) => result.includes('-1015'))).not.toEqual([]);
});
