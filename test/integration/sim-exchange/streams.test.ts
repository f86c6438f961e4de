import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SimProcess, type Ccxt } from './exchange.ts';

const BTC = 'BTC/USDT';

/** An exchange whose market moves by itself. */
async function moving(): Promise<{ sim: SimProcess; client: Ccxt }> {
  const sim = await SimProcess.start('--tick', '30');
  return { sim, client: await sim.client() };
}

/** An exchange whose market stands still, and a client that hears of its orders already. */
async function listening(
  ...options: readonly string[]
): Promise<{ sim: SimProcess; client: Ccxt }> {
  const sim = await SimProcess.start(...options);
  const client = await sim.client();
  await client.authenticate({ type: 'spot' });
  return { sim, client };
}

it('watchTrades has the trades in their order', async () => {
  const { client } = await moving();
  const ids: number[] = [];
  while (ids.length < 10) {
    for (const { id } of await client.watchTrades(BTC)) ids.push(Number(id));
  }
  expect(ids).toEqual(ids.map((_, index) => Number(ids[0]) + index));
});

it('watchTicker has bid and ask when asked for the full one', async () => {
  const { client } = await moving();
  const ticker = await client.watchTicker(BTC, { name: 'ticker' });
  expect(Number(ticker.bid)).toBeGreaterThan(0);
  expect(Number(ticker.ask)).toBeGreaterThan(Number(ticker.bid));
  expect(Number(ticker.last)).toBeGreaterThan(0);
});

it('watchTicker has the last price by default', async () => {
  const { client } = await moving();
  expect(Number((await client.watchTicker(BTC)).last)).toBeGreaterThan(0);
});

it('watchBidsAsks has the best prices', async () => {
  const { client } = await moving();
  const best = await client.watchBidsAsks([BTC]);
  expect(Number(best[BTC]?.['ask'])).toBeGreaterThan(Number(best[BTC]?.['bid']));
});

it('watchOrderBook follows the book without a hole', async () => {
  const { sim, client } = await moving();
  for (let update = 0; update < 20; update += 1) {
    const { bids, asks } = await client.watchOrderBook(BTC);
    expect(Number(bids[0]?.[0])).toBeLessThan(Number(asks[0]?.[0]));
  }
  await client.createOrder(BTC, 'limit', 'buy', 0.5, 50_000);
  await expect
    .poll(async () => (await client.watchOrderBook(BTC)).bids.at(-1), { timeout: 5_000 })
    .toEqual([50_000, 0.5]);
  expect((await sim.state()).orders).toHaveLength(1);
});

it('watchOHLCV has the candle that is under way', async () => {
  const { client } = await moving();
  const candles = await client.watchOHLCV(BTC, '1m');
  const [time, , high, low, close] = candles.at(-1) as number[];
  expect(Math.abs(Number(time) - Date.now())).toBeLessThan(120_000);
  expect(close).toBeLessThanOrEqual(Number(high));
  expect(close).toBeGreaterThanOrEqual(Number(low));
});

it('watchOrders and watchMyTrades tell an order from its beginning to its end', async () => {
  const { sim, client } = await listening();
  const statuses: unknown[] = [];
  const orders = client.watchOrders(BTC);
  const { id } = await client.createOrder(BTC, 'limit', 'buy', 0.1, 59_000);
  for (const { status } of await orders) statuses.push(status);
  const [next, trades] = [client.watchOrders(BTC), client.watchMyTrades(BTC)];
  await sim.price(58_000);
  expect((await next).at(-1)).toMatchObject({ id, status: 'closed', filled: 0.1 });
  expect((await trades).at(-1)).toMatchObject({ order: id, price: 59_000, amount: 0.1 });
  expect(statuses).toEqual(['open']);
});

it('watchOrders tells a cancel by the name that the order had', async () => {
  const { client } = await listening();
  const placed = client.watchOrders(BTC);
  const params = { clientOrderId: 'mine' };
  const { id } = await client.createOrder(BTC, 'limit', 'buy', 0.1, 59_000, params);
  await placed;
  const canceled = client.watchOrders(BTC);
  await client.cancelOrder(id, BTC);
  expect((await canceled).at(-1)).toMatchObject({ id, status: 'canceled', clientOrderId: 'mine' });
});

it('watchBalance tells what is free and what is held', async () => {
  const { client } = await listening();
  const balance = client.watchBalance();
  await client.createOrder(BTC, 'limit', 'buy', 0.1, 50_000);
  expect((await balance)['USDT']).toMatchObject({ free: 95_000, used: 5_000 });
});

/** The answer to one message on a socket of its own: ccxt rejects a refusal where nobody hears it. */
async function answerOf(url: string, message: unknown): Promise<unknown> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(JSON.stringify(message));
  const [data] = await answered;
  socket.terminate();
  return JSON.parse(data.toString());
}

it('a signed subscription with a wrong secret is refused', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client({ secret: 'another' });
  const params = client.signParams({}) as unknown;
  const message = { id: '1', method: 'userDataStream.subscribe.signature', params };
  expect(await answerOf(sim.address.wsApi, message)).toMatchObject({
    id: '1',
    status: 400,
    error: { code: -1022 },
  });
});

it('a listen key has the same events', async () => {
  const { sim, client } = await listening();
  const made = (await client.request('userDataStream', 'private', 'POST', {})) as {
    listenKey: string;
  };
  const url = sim.address.stream.replace('/stream/ws', `/ws/${made.listenKey}`);
  const events: { e: string; x?: string }[] = [];
  const socket = new WebSocket(url);
  socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as { e: string }));
  await once(socket, 'open');
  await client.createOrder(BTC, 'market', 'buy', 0.01);
  await expect
    .poll(() => events.map(({ e, x }) => (x === undefined ? e : `${e} ${x}`)))
    .toEqual([
      'executionReport NEW',
      'outboundAccountPosition',
      'executionReport TRADE',
      'outboundAccountPosition',
    ]);
  socket.terminate();
});

it('a market stream that there is not is refused', async () => {
  const sim = await SimProcess.start();
  const message = { method: 'SUBSCRIBE', params: ['btcusdt@nothing'], id: 7 };
  const answer = await answerOf(sim.address.stream, message);
  expect(answer).toMatchObject({ id: 7, error: { code: 2 } });
});
