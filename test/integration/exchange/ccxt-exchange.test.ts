import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { CcxtExchange } from '../../../src/exchange/ccxt-exchange.ts';
import { simExchangeUrls } from '../../../src/exchange/exchange-urls.ts';
import { Secret } from '../../../src/exchange/secret.ts';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { rejection, waitFor } from '../support/wait.ts';
import { open } from './opening.ts';

const BTC = 'BTC/USDT';

it('knows the instruments of the exchange, to the last digit', async () => {
  const exchange = await open(await SimProcess.start());
  expect(exchange.instrument(BTC)).toEqual({
    symbol: BTC,
    kind: 'spot',
    base: 'BTC',
    quote: 'USDT',
    contractSize: '1',
    tickSize: '0.01',
    lotSize: '0.00001',
    minQuantity: '0.00001',
    maxQuantity: '9000',
    minNotional: '5',
    makerFee: '0.001',
    takerFee: '0.001',
  });
  expect(exchange.instruments.map(({ symbol }) => symbol).toSorted()).toEqual([BTC, 'ETH/USDT']);
  expect(exchange.instrument('DOGE/USDT')).toBeUndefined();
});

it('has numbers on the side of market data and text on that of orders', async () => {
  const { data, trading } = await open(await SimProcess.start());
  expect(typeof (await data.fetchTicker(BTC))['last']).toBe('number');
  expect(typeof (await trading.fetchTicker(BTC))['last']).toBe('string');
});

it('reads market data without keys', async () => {
  const sim = await SimProcess.start();
  const exchange = await CcxtExchange.open({ id: 'binance', urls: simExchangeUrls(sim.address) });
  onTestFinished(() => exchange.close());
  expect(exchange.hasCredentials).toBe(false);
  expect(await exchange.data.fetchOHLCV(BTC, '1m', undefined, 3)).toHaveLength(3);
});

it('has one rate budget for both sides', async () => {
  const exchange = await open(await SimProcess.start());
  const { data, trading } = exchange;
  const asked = [data, trading, data, trading, data, trading].map((side) => side.fetchTicker(BTC));
  await waitFor('both sides in one queue', () => exchange.queueLength >= 4);
  await Promise.all(asked);
  expect(exchange.queueLength).toBe(0);
});

it("keeps to the exchange's clock, also when it is far off", async () => {
  const sim = await SimProcess.start('--fault', 'clock-offset:ms=-90000');
  const exchange = await open(sim);
  expect(Math.abs(exchange.clockOffsetMs - 90_000)).toBeLessThan(5_000);
  await exchange.trading.fetchBalance();
  await sim.sim('faults', { 'clock-offset': { ms: 120_000 } });
  await exchange.refreshClock();
  await exchange.trading.fetchBalance();
  expect(Math.abs(exchange.nowMs - Date.now() - 120_000)).toBeLessThan(5_000);
});

it('names near ones for an exchange that there is not', async () => {
  const error = await rejection(CcxtExchange.open({ id: 'binanse' }));
  expect(error.code).toBe('UNKNOWN_EXCHANGE');
  expect(error.message).toMatch(/^"binanse" is no exchange that ccxt knows: near ones are binance/);
  for (const id of ['../binance', 'base/Exchange', '', 'Exchange']) {
    expect((await rejection(CcxtExchange.open({ id }))).code).toBe('UNKNOWN_EXCHANGE');
  }
});

it('says why an exchange can not be reached, and shows no key', async () => {
  const keys = {
    apiKey: new Secret('the-key'),
    apiSecret: new Secret('the-secret'),
    password: null,
  };
  const urls = { public: 'http://127.0.0.1:1/api/v3' };
  const error = await rejection(CcxtExchange.open({ id: 'binance', credentials: keys, urls }));
  expect(error.code).toBe('EXCHANGE_UNUSABLE');
  expect(error.message).toMatch(/"binance" can't be used: .*127\.0\.0\.1:1/);
  expect(inspect(error, { depth: 9 })).not.toMatch(/the-key|the-secret/);
});

it('shows its keys neither in JSON nor in an inspection', async () => {
  const { trading } = await open(await SimProcess.start());
  expect(trading.checkRequiredCredentials()).toBe(true);
  expect(inspect(trading, { depth: 2, showHidden: false })).not.toMatch(/sim-secret|sim-key/);
  expect(Object.keys(trading)).not.toContain('secret');
});

it('a refused user stream rejects, does not end the process, and the next watch says so too', async () => {
  const sim = await SimProcess.start();
  const keys = { apiKey: new Secret('sim-key'), apiSecret: new Secret('wrong'), password: null };
  const { trading, tradingSockets } = await open(sim, { credentials: keys });
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    expect((await rejection(trading.watchOrders())).message).toMatch(/-1022/);
    await tradingSockets.discard();
    expect((await rejection(trading.watchOrders())).message).toMatch(/-1022/);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it('a cut ends what is watched, and the next watch connects again', async () => {
  const sim = await SimProcess.start();
  const { trading, tradingSockets } = await open(sim);
  // The cut may come before its answer, and nobody must be too late for it.
  const rejected = rejection(trading.watchOrders());
  await waitFor('the stream', () => tradingSockets.flowing);
  await sim.sim('cut', {});
  await rejected;
  expect(tradingSockets.flowing).toBe(false);
  const again = trading.watchOrders();
  await waitFor('the stream again', () => tradingSockets.flowing);
  await trading.createOrder(BTC, 'limit', 'buy', '0.1', '50000');
  expect(await again).toMatchObject([
    { amount: '0.10000000', price: '50000.00000000', status: 'open' },
  ]);
});

it('ends nothing when a subscription meets a socket that has just closed', async () => {
  const sim = await SimProcess.start('--tick', '50');
  const { data } = await open(sim);
  await data.watchTrades?.(BTC);
  const [socket] = Object.values(data.clients ?? {});
  await sim.sim('cut', {});
  // ccxt takes a socket that has closed from its list.
  await waitFor('the cut', () => !Object.values(data.clients ?? {}).includes(socket as never));
  // As ccxt does behind its rate limit: nobody awaits it, and an unhandled rejection would fail this run.
  void socket?.send({ method: 'SUBSCRIBE', params: [], id: 1 });
  await new Promise((resolve) => setTimeout(resolve, 50));
});
