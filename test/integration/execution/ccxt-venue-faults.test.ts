import { expect, it } from 'vitest';
import { seededRandom, type Random } from '../../../src/base/random.ts';
import type { VenueOutcome } from '../../../src/execution/venue.ts';
import type { Order } from '../../../src/model/order.ts';
import { waitFor } from '../support/wait.ts';
import { connected, orderOf, type Setup } from './venues.ts';

/** More of them: QUANTCELL_TEST_SEEDS=500. */
const SEEDS = Number(process.env['QUANTCELL_TEST_SEEDS'] ?? 40);
const ORDERS = 6;
/** Long enough for an answer on a busy machine, short enough to wait for one that never comes. */
const TIMEOUT_MS = 400;

it.each([
  ['an answer that is dropped', { 'drop-answer': { next: 1 } }, 'unknown', true],
  ['an answer that never comes', { 'no-answer': { next: 1 } }, 'unknown', true],
  ['a 503 before', { 'error-before': { next: 1 } }, 'unknown', false],
  ['a 504 after', { 'error-after': { next: 1 } }, 'unknown', true],
  ['an exchange that is closed', { maintenance: {} }, 'unknown', false],
  ['a refusal', { reject: { next: 1 } }, 'rejected', false],
] as const)('%s to a new order', async (_what, fault, wanted, isThere) => {
  const { venue, sim } = await connected({ exchange: { timeoutMs: TIMEOUT_MS } });
  await sim.sim('faults', fault);
  const order = orderOf();
  expect((await venue.submit(order)).outcome).toBe(wanted);
  await sim.sim('faults', undefined, 'DELETE');
  const found = await eventually(() => venue.findOrder(order));
  expect(found?.clientOrderId ?? null).toBe(isThere ? order.clientOrderId : null);
  expect(sim.log('accepted')).toHaveLength(isThere ? 1 : 0);
});

it.each([
  ['an answer that is dropped', { 'drop-answer': { next: 1, on: 'cancel' } }, 'canceled'],
  ['a 503 before', { 'error-before': { next: 1, on: 'cancel' } }, 'accepted'],
  ['a 504 after', { 'error-after': { next: 1, on: 'cancel' } }, 'canceled'],
] as const)('%s to a cancel is unknown, and can be asked for', async (_what, fault, status) => {
  const { venue, sim } = await connected({ exchange: { timeoutMs: TIMEOUT_MS } });
  const order = orderOf();
  expect((await eventually(() => venue.submit(order))).outcome).toBe('accepted');
  await sim.sim('faults', fault);
  expect((await venue.cancel(order)).outcome).toBe('unknown');
  expect(await eventually(() => venue.findOrder(order))).toMatchObject({ status });
});

it.each([
  ['an answer that is dropped', { 'drop-answer': { next: 1 } }, '51000'],
  ['a 504 after', { 'error-after': { next: 1 } }, '51000'],
  ['a 503 before', { 'error-before': { next: 1 } }, '50000'],
] as const)(
  '%s to a change leaves one order, and the truth about it',
  async (_what, fault, price) => {
    const { venue, sim, told } = await connected({ exchange: { timeoutMs: 5_000 } });
    const order = orderOf();
    const first = await venue.submit(order);
    if (first.outcome !== 'accepted') throw new Error(first.reason);
    const { venueOrderId } = first.order;
    await sim.sim('faults', fault);
    const change = { quantity: null, price: '51000', stopPrice: null };
    const changed = await venue.modify({ ...order, venueOrderId }, change);
    if (price === '51000') expect(changed).toMatchObject({ outcome: 'accepted', order: { price } });
    else expect(changed.outcome).toBe('unknown');
    expect(await venue.openOrders()).toMatchObject([{ clientOrderId: order.clientOrderId, price }]);
    expect(told.orders.map(({ status }) => status)).not.toContain('canceled');
  },
);

it('a change that is carried out after it was given up ends no order', async () => {
  const { venue, sim, told } = await connected({ exchange: { timeoutMs: TIMEOUT_MS } });
  const order = orderOf();
  const first = await eventually(async () => {
    const outcome = await venue.submit(order);
    if (outcome.outcome !== 'accepted') throw new Error(outcome.reason);
    return outcome;
  });
  const { venueOrderId } = first.order;
  await sim.sim('faults', { delay: { next: 1, ms: 3 * TIMEOUT_MS } });
  const change = { quantity: null, price: '51000', stopPrice: null };
  expect((await venue.modify({ ...order, venueOrderId }, change)).outcome).toBe('unknown');
  await waitFor('the change', () => told.orders.some(({ price }) => price === '51000'));
  expect(told.of(order.clientOrderId).map(({ status }) => status)).not.toContain('canceled');
  const reference = { ...order, venueOrderId };
  expect(await eventually(() => venue.findOrder(reference))).toMatchObject({ price: '51000' });
});

it('an order that ends while its change is not answered is found to have ended', async () => {
  const { venue, sim, told } = await connected({ exchange: { timeoutMs: TIMEOUT_MS } });
  const order = orderOf();
  const first = await venue.submit(order);
  if (first.outcome !== 'accepted') throw new Error(first.reason);
  const { venueOrderId } = first.order;
  await sim.sim('faults', { 'error-before': { next: 1 } });
  const change = { quantity: null, price: '51000', stopPrice: null };
  expect((await venue.modify({ ...order, venueOrderId }, change)).outcome).toBe('unknown');
  // By somebody else, so that no answer of ours says it.
  const client = await sim.client();
  await client.cancelOrder(venueOrderId, order.symbol);
  await waitFor('its end', () => told.orders.some(({ status }) => status === 'canceled'));
});

it('too many orders are rejected at the door, and are not there', async () => {
  const { venue, sim } = await connected({ sim: ['--order-limit', '2'] });
  const outcomes: VenueOutcome[] = [];
  for (const order of Array.from({ length: 4 }, () => orderOf())) {
    outcomes.push(await venue.submit(order));
  }
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    'accepted',
    'accepted',
    'rejected',
    'rejected',
  ]);
  expect(sim.log('accepted')).toHaveLength(2);
});

it('an order that waits too long for the rate budget never leaves', async () => {
  const { venue, sim, exchange } = await connected({ venue: { answerLimitMs: 150 } });
  // The budget is spent for a while.
  const { tokens } = (exchange.trading.throttler as unknown as { config: { tokens: number } })
    .config;
  (exchange.trading.throttler as unknown as { config: { tokens: number } }).config.tokens =
    tokens - 40;
  const order = orderOf();
  const outcome = await venue.submit(order);
  expect(outcome).toMatchObject({
    outcome: 'rejected',
    reason: expect.stringMatching(/never left/),
  });
  await waitFor('the budget', () => exchange.queueLength === 0);
  expect(await venue.findOrder(order)).toBeNull();
  expect(sim.log('accepted')).toEqual([]);
});

it('an order that waits for the rate budget does not leave once it is held back', async () => {
  const { venue, sim, exchange } = await connected();
  const { config } = exchange.trading.throttler as unknown as { config: { tokens: number } };
  config.tokens -= 40;
  let held: string | null = null;
  const [order, changed] = [orderOf(), orderOf()];
  const submitted = venue.submit(order, () => held);
  const change = { quantity: null, price: '51000', stopPrice: null };
  const modified = venue.modify({ ...changed, venueOrderId: '1' }, change, () => held);
  held = 'trading is halted';
  expect(await submitted).toEqual({ outcome: 'rejected', reason: held });
  expect(await modified).toEqual({ outcome: 'rejected', reason: held });
  expect(sim.log('accepted')).toEqual([]);
  expect(await venue.findOrder(order)).toBeNull();
});

it('a clock that jumps is read again, and the order after that goes through', async () => {
  const { venue, sim, exchange } = await connected();
  await sim.sim('faults', { 'clock-offset': { ms: -120_000 } });
  expect((await venue.submit(orderOf())).outcome).toBe('rejected');
  await waitFor('the clock', () => exchange.clockOffsetMs > 60_000);
  expect((await venue.submit(orderOf())).outcome).toBe('accepted');
  expect(sim.log('accepted')).toHaveLength(1);
});

/** Faults of all kinds, each at a rate of its own. */
function faultsOf(random: Random): Record<string, unknown> {
  const rate = (): number => Math.round(random() * 40) / 100;
  const on = 'any';
  return {
    'drop-answer': { rate: rate() },
    'error-before': { rate: rate(), on },
    'error-after': { rate: rate() },
    reject: { rate: rate() },
    delay: { rate: rate(), ms: 30 },
    'partial-fills': { rate: rate(), pieces: 3 },
    'cut-sockets': { rate: rate() / 4 },
    'duplicate-event': { rate: rate() },
    'reorder-events': { rate: rate() },
    'lose-event': { rate: rate() },
    ...(random() < 0.1 && { 'no-answer': { next: 1 } }),
    ...(random() < 0.2 && { maintenance: { ms: 100 } }),
  };
}

function someOrder(random: Random): Order {
  const side = random() < 0.5 ? 'buy' : 'sell';
  if (random() < 0.4) return orderOf({ side, type: 'market', price: null, quantity: '0.001' });
  const price =
    side === 'buy' ? 59_990 + Math.floor(random() * 30) : 60_010 - Math.floor(random() * 30);
  return orderOf({ side, price: String(price), quantity: '0.002' });
}

async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left -= 1) {
    try {
      return await ask();
    } catch (thrown) {
      if (left === 0) throw thrown;
    }
  }
}

/** What the exchange's log has of our orders: how often each was accepted. */
function acceptedTimes({ sim }: Setup): Map<string, number> {
  const times = new Map<string, number>();
  for (const { order } of sim.log('accepted')) {
    const id = String(order?.['clientOrderId']);
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

it(
  `over ${SEEDS} seeds, nothing is rejected that was accepted, and nothing is accepted that was not`,
  { timeout: 60_000 + SEEDS * 10_000 },
  async () => {
    const setup = await connected({
      exchange: { timeoutMs: TIMEOUT_MS },
      venue: { pollMs: 2_000 },
    });
    const { venue, sim, told } = setup;
    const faults: string[] = [];
    const counts = { accepted: 0, rejected: 0, unknown: 0 };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = seededRandom(seed);
      await sim.sim('faults', faultsOf(random));
      const orders = Array.from({ length: ORDERS }, () => someOrder(random));
      const outcomes = await Promise.all(orders.map((order) => venue.submit(order)));
      await sim.sim('faults', undefined, 'DELETE');
      const times = acceptedTimes(setup);
      for (const [index, { outcome }] of outcomes.entries()) {
        const order = orders[index] as Order;
        const there = times.get(order.clientOrderId) ?? 0;
        counts[outcome] += 1;
        if (there > 1) faults.push(`seed ${seed}: ${there} times at the exchange`);
        if (outcome === 'accepted' && there === 0) faults.push(`seed ${seed}: accepted, not there`);
        if (outcome === 'rejected' && there > 0) faults.push(`seed ${seed}: rejected, but there`);
        const found = await eventually(() => venue.findOrder(order));
        if ((found === null) !== (there === 0)) faults.push(`seed ${seed}: wrongly found`);
      }
    }
    expect(faults).toEqual([]);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
    // Whatever was lost, doubled or swapped on the way: asked for, it is all there.
    const fills = await eventually(() => venue.fillsSince(0, ['BTC/USDT']));
    const logged = sim.log('fill').map(({ fill }) => String(fill?.['id']));
    expect(fills.map(({ tradeId }) => tradeId).toSorted()).toEqual(logged.toSorted());
    await waitFor('the stream', () => told.states.length === 0 || told.states.at(-1) === 'up');
  },
);
