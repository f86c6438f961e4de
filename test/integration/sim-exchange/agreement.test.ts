import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { SimProcess, type Ccxt, type Line } from './exchange.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT'];

/** Does something of everything with the account, by seed. */
async function trade(sim: SimProcess, client: Ccxt, seed: number, steps: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let step = 0; step < steps; step += 1) {
    const symbol = pick(SYMBOLS);
    const start = symbol === 'BTC/USDT' ? 60_000 : 3_000;
    const side = pick(['buy', 'sell'] as const);
    const amount = (300 * (1 + Math.floor(random() * 10))) / start;
    const price = start * (0.995 + 0.01 * random());
    const act = random();
    // Refusals belong to it: of too large an order, or of a cancel that comes too late.
    try {
      if (act < 0.3) await client.createOrder(symbol, 'limit', side, amount, price);
      else if (act < 0.5) await client.createOrder(symbol, 'market', side, amount);
      else if (act < 0.6) {
        const stop = { stopLossPrice: start * (side === 'buy' ? 1.003 : 0.997) };
        await client.createOrder(symbol, 'limit', side, amount, price, stop);
      } else if (act < 0.7) {
        const [order] = await client.fetchOpenOrders(symbol);
        if (order !== undefined) await client.cancelOrder(String(order.id), symbol);
      } else if (act < 0.75) await client.cancelAllOrders(symbol);
      else if (act < 0.95) await sim.price(start * (0.995 + 0.01 * random()), symbol);
      else await sim.sim('tick', { count: 3 });
    } catch (thrown) {
      expect(String(thrown)).toMatch(/-2010|-2011|-1013|Insufficient|would trigger/);
    }
  }
}

/** The orders as the log has them in the end: the last word on each. */
function lastWords(lines: readonly Line[]): unknown[] {
  const orders = new Map<unknown, unknown>();
  for (const { order } of lines) if (order !== undefined) orders.set(order['orderId'], order);
  return [...orders.values()];
}

/** The balances as the log has them in the end. */
function lastBalances(lines: readonly Line[]): unknown[] {
  const balances = new Map<string, unknown>();
  for (const { balances: told = [] } of lines) {
    for (const balance of told) balances.set(balance.asset, balance);
  }
  return [...balances.values()];
}

it('the log, the state and what ccxt sees are the same in the end', async () => {
  const sim = await SimProcess.start('--seed', '5', '--order-limit', '1000');
  const client = await sim.client();
  await trade(sim, client, 5, 120);
  const state = await sim.state();
  const lines = sim.log();
  expect(state.fills.length).toBeGreaterThan(20);

  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  expect(lastWords(lines)).toEqual(state.orders);
  expect(lines.filter(({ type }) => type === 'fill').map(({ fill }) => fill)).toEqual(state.fills);
  expect(lastBalances(lines)).toEqual(state.balances);

  const trades = [];
  const orders = [];
  for (const symbol of SYMBOLS) {
    trades.push(...(await client.fetchMyTrades(symbol, undefined, 1_000)));
    orders.push(...(await client.fetchOrders(symbol, undefined, 1_000)));
  }
  const byId = (one: { orderId: number }, other: { orderId: number }): number =>
    one.orderId - other.orderId;
  const seen = orders.map(({ info }) => info as (typeof state.orders)[number]);
  expect(seen.toSorted(byId)).toEqual(state.orders.map((order) => ({ ...order })));
  expect(trades).toHaveLength(state.fills.length);
  const balance = await client.fetchBalance();
  for (const { asset, free, locked } of state.balances) {
    expect(balance[asset]).toMatchObject({ free: Number(free), used: Number(locked) });
  }
});

it('the same seed and the same requests give the same orders, fills and balances', async () => {
  const run = async (): Promise<unknown> => {
    const sim = await SimProcess.start('--seed', '9', '--order-limit', '1000');
    await trade(sim, await sim.client(), 9, 40);
    const { orders, fills, balances } = await sim.state();
    return {
      orders: orders.map(({ price, executedQty, status }) => ({ price, executedQty, status })),
      fills: fills.map(({ id, price, qty, commission }) => ({ id, price, qty, commission })),
      balances,
    };
  };
  expect(await run()).toEqual(await run());
});
