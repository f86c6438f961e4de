import { expect, it } from 'vitest';
import { rejection } from '../support/wait.ts';
import { SimProcess, type Ccxt } from './exchange.ts';

const BTC = 'BTC/USDT';

async function exchange(...options: readonly string[]): Promise<{ sim: SimProcess; client: Ccxt }> {
  const sim = await SimProcess.start(...options);
  return { sim, client: await sim.client({ timeout: 1_000 }) };
}

function buy(client: Ccxt, clientOrderId: string): Promise<{ id: string }> {
  return client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000, { clientOrderId });
}

/** What the user data stream says, event by event, to whoever listens with ccxt's own socket. */
async function userEvents(client: Ccxt): Promise<Record<string, string>[]> {
  const events: Record<string, string>[] = [];
  client.handleOrderUpdate = (_client: unknown, message: Record<string, string>) => {
    events.push(message);
  };
  await client.authenticate({ type: 'spot' });
  return events;
}

it.each([
  ['drop-answer', 'NetworkError'],
  ['no-answer', 'RequestTimeout'],
  ['error-after', 'RequestTimeout'],
])('%s: the order is there although the client was not told so', async (kind, name) => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { [kind]: { next: 1 } });
  const error = await rejection(buy(client, 'lost-1'));
  expect([error.name, Object.getPrototypeOf(error.constructor).name]).toContain(name);
  expect((await client.fetchOrder('', BTC, { clientOrderId: 'lost-1' })).status).toBe('open');
  expect(sim.log('fault')).toMatchObject([{ kind }]);
  expect((await buy(client, 'next-1')).id).toBe('1000002');
});

it('error-before: the order is not there', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { 'error-before': { next: 1 } });
  const error = await rejection(buy(client, 'lost-1'));
  expect(error.name).toBe('OperationFailed');
  const asked = await rejection(client.fetchOrder('', BTC, { clientOrderId: 'lost-1' }));
  expect(asked.name).toBe('OrderNotFound');
});

it('a fault may be for cancels: the order is canceled although the client was not told so', async () => {
  const { sim, client } = await exchange();
  const { id } = await buy(client, 'mine');
  await sim.sim('faults', { 'drop-answer': { next: 1, on: 'cancel' } });
  await rejection(client.cancelOrder(id, BTC));
  expect((await client.fetchOrder(id, BTC)).status).toBe('canceled');
});

it('delay: the answer takes so long', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { delay: { ms: 300 } });
  const sinceMs = performance.now();
  await buy(client, 'late');
  expect(performance.now() - sinceMs).toBeGreaterThan(290);
});

it('reject: the next orders are refused, and those after them are not', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { reject: { next: 2 } });
  for (const name of ['one', 'two']) await expect(buy(client, name)).rejects.toThrow(/-2010/);
  expect((await buy(client, 'three')).id).toBe('1000001');
  expect(sim.log('rejected').map(({ clientOrderId }) => clientOrderId)).toEqual(['one', 'two']);
});

it('partial-fills: a market order is filled in pieces', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { 'partial-fills': { pieces: 4 } });
  const order = await client.createOrder(BTC, 'market', 'buy', 0.04);
  expect(order).toMatchObject({ status: 'closed', filled: 0.04 });
  expect(order.trades).toHaveLength(4);
});

it('partial-fills: a limit order is filled one piece after another as the market moves', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { 'partial-fills': { pieces: 4 } });
  const order = await client.createOrder(BTC, 'limit', 'buy', 0.04, 61_000);
  expect(order).toMatchObject({ status: 'open', filled: 0.01 });
  const filled: unknown[] = [];
  while (filled.at(-1) !== 0.04 && filled.length < 10) {
    await sim.price(60_500 - filled.length);
    filled.push((await client.fetchOrder(order.id, BTC)).filled);
  }
  expect(filled.length).toBeGreaterThan(1);
  expect(filled.at(-1)).toBe(0.04);
});

it('cut-sockets: a watch that waits rejects, and the next one goes on', async () => {
  const { sim, client } = await exchange();
  await client.authenticate({ type: 'spot' });
  const cut = rejection(client.watchOrders(BTC));
  await sim.sim('cut', {});
  expect((await cut).name).toBe('NetworkError');
  const orders = client.watchOrders(BTC);
  await expect
    .poll(async () => {
      await buy(client, `again-${Math.random()}`);
      return Promise.race([orders, new Promise((resolve) => setTimeout(resolve, 100))]);
    })
    .toMatchObject([{ status: 'open' }]);
});

it('cut-sockets: with the next order', async () => {
  const { sim, client } = await exchange();
  await client.authenticate({ type: 'spot' });
  await sim.sim('faults', { 'cut-sockets': { next: 1 }, 'lose-event': {} });
  const cut = rejection(client.watchOrders(BTC));
  await buy(client, 'mine');
  expect((await cut).name).toBe('NetworkError');
});

it('lose-event: the stream does not tell, the exchange still does when asked', async () => {
  const { sim, client } = await exchange();
  const events = await userEvents(client);
  await sim.sim('faults', { 'lose-event': { next: 1 } });
  await buy(client, 'unheard');
  await buy(client, 'heard');
  await expect.poll(() => events.map(({ c }) => c)).toEqual(['heard']);
  expect(await client.fetchOpenOrders(BTC)).toHaveLength(2);
});

it('duplicate-event: the stream tells twice', async () => {
  const { sim, client } = await exchange();
  const events = await userEvents(client);
  await sim.sim('faults', { 'duplicate-event': { next: 1 } });
  await buy(client, 'mine');
  await expect.poll(() => events.map(({ c, x }) => `${c} ${x}`)).toEqual(['mine NEW', 'mine NEW']);
});

it('reorder-events: the stream tells the end before the beginning', async () => {
  const { sim, client } = await exchange();
  const events = await userEvents(client);
  await sim.sim('faults', { 'reorder-events': { next: 1 } });
  await client.createOrder(BTC, 'market', 'buy', 0.01);
  await expect.poll(() => events.map(({ x }) => x)).toEqual(['TRADE', 'NEW']);
});

it('reorder-events: what nothing passes is told all the same', async () => {
  const { sim, client } = await exchange();
  const events = await userEvents(client);
  await sim.sim('faults', { 'reorder-events': { next: 1 } });
  await buy(client, 'mine');
  await expect.poll(() => events.map(({ x }) => x)).toEqual(['NEW']);
});

it('delay-events: the stream tells later than the answer', async () => {
  const { sim, client } = await exchange();
  const events = await userEvents(client);
  await sim.sim('faults', { 'delay-events': { ms: 300 } });
  await buy(client, 'mine');
  expect(events).toEqual([]);
  await expect.poll(() => events.length).toBe(1);
});

it('maintenance: everything is 503 for a while, and nothing is lost', async () => {
  const { sim, client } = await exchange();
  await buy(client, 'before');
  await sim.sim('faults', { maintenance: { ms: 500 } });
  const error = await rejection(client.fetchTime());
  expect(error.name).toBe('ExchangeNotAvailable');
  await rejection(client.watchTrades(BTC));
  await expect
    .poll(async () => (await client.fetchOpenOrders(BTC).catch(() => [])).length, { interval: 100 })
    .toBe(1);
});

it('clock-offset: the exchange has another time', async () => {
  const { sim, client } = await exchange();
  await sim.sim('faults', { 'clock-offset': { ms: -3_600_000 } });
  expect(Date.now() - Number(await client.fetchTime())).toBeGreaterThan(3_500_000);
});

it('faults come from the command line too, by rate and by seed', async () => {
  const outcome = async (seed: string): Promise<string> => {
    const { client } = await exchange('--seed', seed, '--fault', 'reject:rate=0.5');
    let results = '';
    for (let order = 0; order < 12; order += 1) {
      results += await buy(client, `order-${order}`).then(
        () => '+',
        () => '-',
      );
    }
    return results;
  };
  const first = await outcome('3');
  expect(first).toMatch(/\+/);
  expect(first).toMatch(/-/);
  expect(await outcome('3')).toBe(first);
});

it('a fault that there is not is refused', async () => {
  const { sim } = await exchange();
  await expect(sim.sim('faults', { explode: {} })).rejects.toThrow(/no faults/);
  await expect(sim.sim('faults', { delay: { often: 1 } })).rejects.toThrow(/often/);
});
