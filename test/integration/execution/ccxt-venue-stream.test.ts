import { expect, it, onTestFinished } from 'vitest';
import { CcxtExchange } from '../../../src/exchange/ccxt-exchange.ts';
import { simExchangeUrls } from '../../../src/exchange/exchange-urls.ts';
import { CcxtVenue } from '../../../src/execution/venues/ccxt/ccxt-venue.ts';
import { Secret } from '../../../src/exchange/secret.ts';
import { open } from '../exchange/opening.ts';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { rejection, waitFor } from '../support/wait.ts';
import { BTC, connected, Notes, orderOf, Told } from './venues.ts';

/** As an exchange whose orders ccxt can't watch. */
const WITHOUT_STREAM = {
  prepare: ({ trading }: { trading: { has: Record<string, unknown> } }): void => {
    trading.has['watchOrders'] = false;
  },
};

/** From now on, no stream can be had. */
function closeStreamOf({ trading }: CcxtExchange): void {
  const { ws } = trading.urls.api as { ws: { 'ws-api': Record<string, string> } };
  ws['ws-api']['spot'] = 'ws://127.0.0.1:9/nothing';
}

it('a cut is told, then that it is over, and what happened between can be asked for', async () => {
  const { venue, sim, told } = await connected({ venue: { pollMs: 600_000 } });
  const order = orderOf({ price: '59990' });
  await venue.submit(order);
  await waitFor('the news', () => told.orders.length > 0);
  expect(told.states).toEqual([]);
  await sim.sim('cut', {});
  await waitFor('the cut', () => told.states.includes('down'));
  await sim.price(59_000);
  await waitFor('the stream again', () => told.states.includes('up'));
  expect(told.states).toEqual(['down', 'up']);
  expect(await venue.findOrder(order)).toMatchObject({ status: 'filled' });
  expect(await venue.fillsSince(order.createdAt - 10_000, [BTC])).toHaveLength(1);
  const next = orderOf({ type: 'market', price: null });
  await venue.submit(next);
  await waitFor('news from the new stream', () => told.of(next.clientOrderId).length > 0);
});

it('while the stream is down, orders and fills are asked for', async () => {
  const { venue, sim, told, exchange } = await connected();
  const [filled, canceled] = [orderOf({ price: '59990' }), orderOf()];
  await venue.submit(filled);
  await venue.submit(canceled);
  await waitFor('the news', () => told.orders.length >= 2);
  closeStreamOf(exchange);
  await sim.sim('cut', {});
  await waitFor('the cut', () => told.states.includes('down'));
  await sim.price(59_000);
  await waitFor('the fill', () => told.fills.length > 0);
  expect(told.fills[0]).toMatchObject({ quantity: '0.1', price: '59990', liquiditySide: 'maker' });
  await waitFor('its end', () => told.orders.some(({ status }) => status === 'filled'));
  await exchange.trading.cancelOrder('', BTC, { clientOrderId: canceled.clientOrderId });
  await waitFor('the other end', () => told.orders.some(({ status }) => status === 'canceled'));
  expect(told.states).toEqual(['down']);
});

it('an exchange without a stream is asked from time to time', async () => {
  const { venue, sim, told } = await connected(WITHOUT_STREAM);
  const [filled, canceled, foreign] = [orderOf({ price: '59990' }), orderOf(), orderOf()];
  await venue.submit(filled);
  await venue.submit(canceled);
  await sim.price(59_000);
  await waitFor('the fill', () => told.fills.length > 0);
  await waitFor('its end', () =>
    told.of(filled.clientOrderId).some(({ status }) => status === 'filled'),
  );
  await venue.cancel(canceled);
  // One that was sent, and of which no answer came.
  await sim.sim('faults', { 'drop-answer': { next: 1 } });
  expect((await venue.submit(foreign)).outcome).toBe('unknown');
  await waitFor('the other one', () => told.of(foreign.clientOrderId).length > 0);
  expect(told.fills[0]).toMatchObject({
    quantity: '0.1',
    price: '59990',
    venueOrderId: expect.any(String),
  });
  await sim.sim('faults', { maintenance: {} });
  await waitFor('that it can not be asked', () => told.states.includes('down'));
  await sim.sim('faults', { maintenance: null });
  await waitFor('that it can', () => told.states.includes('up'));
  expect(told.states).toEqual(['down', 'up']);
});

it('doubled, late and swapped events are passed on, and nothing breaks', async () => {
  const { venue, sim, told, notes } = await connected();
  await sim.sim('faults', {
    'duplicate-event': { rate: 0.5 },
    'reorder-events': { rate: 0.5 },
    'delay-events': { rate: 0.3, ms: 20 },
  });
  const orders = Array.from({ length: 20 }, () =>
    orderOf({ type: 'market', price: null, quantity: '0.001' }),
  );
  for (const order of orders) expect((await venue.submit(order)).outcome).toBe('accepted');
  await sim.sim('faults', undefined, 'DELETE');
  await venue.submit(orderOf({ type: 'market', price: null, quantity: '0.001' }));
  const ids = new Set(sim.log('fill').map(({ fill }) => String(fill?.['id'])));
  await waitFor(
    'all fills',
    () => new Set(told.fills.map(({ tradeId }) => tradeId)).size >= ids.size,
  );
  expect(new Set(told.fills.map(({ tradeId }) => tradeId))).toEqual(ids);
  expect(told.states).toEqual([]);
  expect(notes.lines).toEqual([]);
});

it('keys that are wrong are said before anything is listened to', async () => {
  const keys = { apiKey: new Secret('sim-key'), apiSecret: new Secret('not-this'), password: null };
  const error = await rejection(connected({ exchange: { credentials: keys } }));
  expect(error.code).toBe('EXCHANGE_UNUSABLE');
  expect(error.message).toMatch(/can't be read: .*-1022/);
  expect(error.message).not.toContain('not-this');
});

it('an exchange that was opened without keys is no venue', async () => {
  const sim = await SimProcess.start();
  const exchange = await CcxtExchange.open({ id: 'binance', urls: simExchangeUrls(sim.address) });
  onTestFinished(() => exchange.close());
  const venue = new CcxtVenue({ exchange });
  expect((await rejection(venue.connect(new Told()))).message).toMatch(/no keys for binance/);
});

it('a key that may withdraw is refused', async () => {
  const error = await rejection(connected({ sim: ['--withdraw-key'] }));
  expect(error.code).toBe('KEY_MAY_WITHDRAW');
  expect(error.message).toMatch(/may read and trade and nothing else/);
});

it('where it can not be told whether a key may withdraw, the log says so', async () => {
  const { notes } = await connected({
    prepare: ({ trading }) => {
      const api = trading.urls.api as Record<string, string>;
      api['sapi'] = `${String(api['private'])}/nothing`;
    },
  });
  expect(notes.lines).toEqual([
    expect.stringMatching(/^warn whether the key of binance may withdraw could not/),
  ]);
});

it('a stream that does not come is told as down, and orders are asked for', async () => {
  const sim = await SimProcess.start();
  const exchange = await open(sim);
  closeStreamOf(exchange);
  const [told, notes] = [new Told(), new Notes()];
  const venue = new CcxtVenue({ exchange, logger: notes, pollMs: 50, streamLimitMs: 200 });
  await venue.connect(told);
  expect(told.states).toEqual(['down']);
  await venue.submit(orderOf());
  await waitFor('the order', () => told.orders.length > 0);
  await venue.close();
  expect(notes.lines.join('\n')).toMatch(/the order stream of binance ended/);
});
