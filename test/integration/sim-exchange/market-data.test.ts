import { expect, it } from 'vitest';
import { SimProcess } from './exchange.ts';

it('fetchMarkets has the symbols with their grids', async () => {
  const sim = await SimProcess.start('--symbols', 'BTC/USDT,SOL/USDC');
  const client = await sim.client();
  expect(Object.keys(client.markets)).toEqual(['BTC/USDT', 'SOL/USDC']);
  const { precision, limits, active } = client.market('BTC/USDT');
  expect(precision).toMatchObject({ price: 0.01, amount: 0.00001 });
  expect(limits).toMatchObject({ amount: { min: 0.00001 }, cost: { min: 5 } });
  expect(active).toBe(true);
});

it('fetchTime is the time', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  expect(Math.abs(Number(await client.fetchTime()) - Date.now())).toBeLessThan(5_000);
});

it('fetchTicker and fetchTickers have last, bid and ask', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  await sim.price(60_000);
  const ticker = await client.fetchTicker('BTC/USDT');
  expect(ticker.last).toBe(60_000);
  expect(ticker.bid).toBe(60_000);
  expect(ticker.ask).toBe(60_003);
  const tickers = await client.fetchTickers(['BTC/USDT', 'ETH/USDT']);
  expect(Object.keys(tickers)).toEqual(['BTC/USDT', 'ETH/USDT']);
  expect((await client.fetchTickers())['ETH/USDT']?.bid).toBe(3_000);
});

it('fetchBidsAsks has the best prices', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  const best = await client.fetchBidsAsks(['BTC/USDT']);
  expect(best['BTC/USDT']).toMatchObject({ bid: 60_000, ask: 60_003 });
});

it('fetchOHLCV has a past that leads to the first price', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  const minutes = await client.fetchOHLCV('BTC/USDT', '1m', undefined, 100);
  expect(minutes).toHaveLength(100);
  expect(minutes.at(-1)?.[4]).toBe(60_000);
  for (const [index, [time]] of minutes.entries()) {
    expect(time).toBe(Number(minutes[0]?.[0]) + index * 60_000);
  }
  const hours = await client.fetchOHLCV('BTC/USDT', '1h');
  expect(hours.length).toBeGreaterThanOrEqual(24);
});

it('fetchOHLCV begins where it is asked to', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  const all = await client.fetchOHLCV('BTC/USDT', '1m', undefined, 50);
  const since = Number(all[10]?.[0]);
  const some = await client.fetchOHLCV('BTC/USDT', '1m', since, 5);
  expect(some).toEqual(all.slice(10, 15));
});

it('fetchOrderBook is not crossed', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  const { bids, asks, nonce } = await client.fetchOrderBook('BTC/USDT', 10);
  expect(bids).toHaveLength(10);
  expect(asks).toHaveLength(10);
  expect(Number(bids[0]?.[0])).toBeLessThan(Number(asks[0]?.[0]));
  expect(nonce).toBeGreaterThan(0);
});

it('fetchTrades has what was traded, with rising ids', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  await sim.sim('tick', { symbol: 'BTC/USDT', count: 20 });
  const trades = await client.fetchTrades('BTC/USDT');
  const ids = trades.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.map((_, index) => 1_000_001 + index));
  expect(trades.length).toBeGreaterThanOrEqual(20);
});

it('a symbol that there is not is BadSymbol', async () => {
  const sim = await SimProcess.start();
  const client = await sim.client();
  const asked = client.request('ticker/24hr', 'public', 'GET', { symbol: 'XYZUSDT' });
  await expect(asked).rejects.toThrow(/-1121/);
});

it('the same seed gives the same market, another one another', async () => {
  const walk = async (seed: string): Promise<unknown> => {
    const sim = await SimProcess.start('--seed', seed);
    const client = await sim.client();
    await sim.sim('tick', { count: 200 });
    const { bids, asks } = await client.fetchOrderBook('ETH/USDT', 20);
    const { prices } = await sim.state();
    return { bids, asks, prices };
  };
  const first = await walk('11');
  expect(await walk('11')).toEqual(first);
  expect(await walk('12')).not.toEqual(first);
});
