import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../../src/base/clock.ts';
import type { PaperVenueOptions } from '../../../../../src/execution/venues/paper/paper-options.ts';
import { PaperVenue } from '../../../../../src/execution/venues/paper/paper-venue.ts';
import type { VenueAccount } from '../../../../../src/execution/venue.ts';
import type { Fill } from '../../../../../src/model/fill.ts';
import type { MarketEvent } from '../../../../../src/model/market-event.ts';
import { isClosed, type Order } from '../../../../../src/model/order.ts';
import { act, actions, type Action } from './random-market.ts';
import {
  barOf,
  bookOf,
  limitOf,
  orderOf,
  PERP,
  quoteOf,
  SPOT,
  START_MS,
  stopOf,
  tradeOf,
} from './support.ts';

/** A paper account over restarts, with what an engine would write down of it. */
class Account {
  readonly clock = new ManualClock(START_MS);
  readonly orders = new Map<string, Order>();
  readonly fills: Fill[] = [];
  readonly options: PaperVenueOptions;
  venue: PaperVenue;
  #run = 0;

  constructor(options: PaperVenueOptions = {}) {
    this.options = options;
    this.venue = this.restart();
  }

  restart(options: PaperVenueOptions = this.options): PaperVenue {
    this.#run += 1;
    this.venue = new PaperVenue(options, this.clock);
    const orders = [...this.orders.values()].filter((order) => !isClosed(order)).toReversed();
    this.venue.restore({ orders, fills: this.fills, run: this.#run });
    void this.venue.connect({
      onOrder: (said) => {
        const order = this.orders.get(said.clientOrderId as string) as Order;
        this.orders.set(order.clientOrderId, {
          ...order,
          ...said,
          clientOrderId: order.clientOrderId,
        });
      },
      onFill: (fill) => this.fills.push(fill),
      onConnection: () => undefined,
    });
    return this.venue;
  }

  show(event: MarketEvent): void {
    this.clock.advance(1);
    this.venue.onMarket(event);
  }

  submit(order: Order): void {
    this.orders.set(order.clientOrderId, order);
    void this.venue.submit(order);
  }

  do(action: Action): void {
    if (action.kind === 'submit') this.submit(action.order);
    else act(this, action);
  }

  /** What became of the account and its orders, whatever their ids at the venue are. */
  get story(): unknown {
    return {
      fills: this.fills.map(({ tradeId: _trade, venueOrderId: _order, ...fill }) => fill),
      orders: [...this.orders.values()].map(({ venueOrderId: _order, ...order }) => order),
    };
  }
}

function totalsOf({ balances, positions }: VenueAccount): unknown {
  const totals = Object.entries(balances).map(([currency, { total }]) => [currency, total]);
  return { totals: Object.fromEntries(totals) as unknown, positions };
}

const AMPLE = { USDT: '1000000000', BTC: '1000000' };

/** The same market for all, once seen: what is known of it before a restart is gone after it. */
const events = fc
  .tuple(
    fc.integer({ min: 900, max: 1_100 }),
    fc.integer({ min: 1, max: 40 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([tenths, quarters, isTrade, isPerp]) => ({
    isTrade,
    price: tenths / 10,
    size: quarters / 4,
    symbol: isPerp ? PERP : SPOT,
  }));

function eventOf(
  {
    isTrade,
    price,
    size,
    symbol,
  }: { isTrade: boolean; price: number; size: number; symbol: string },
  kind: 'quote' | 'book',
): MarketEvent {
  if (isTrade) return tradeOf(price, size, { symbol });
  const ask = price + 0.5;
  return kind === 'quote'
    ? quoteOf(price, ask, { symbol, bidSize: size, askSize: size })
    : bookOf(
        [
          [price, size],
          [price - 1, size],
        ],
        [
          [ask, size],
          [ask + 1, size],
        ],
        { symbol },
      );
}

/** An open stop-limit order does not say whether it has gone off. */
const remembered = actions.filter(
  (action) => action.kind !== 'submit' || action.order.type !== 'stop-limit',
);

const script = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: events.map((event) => ({ kind: 'event' as const, event })) },
      { weight: 4, arbitrary: remembered },
      {
        weight: 1,
        arbitrary: fc.tuple(events, events).map((quotes) => ({ kind: 'restart' as const, quotes })),
      },
    ),
    { minLength: 10, maxLength: 80, size: 'max' },
  )
  .map((steps) => {
    let count = 0;
    return steps.map((step) => {
      if (step.kind !== 'submit') return step;
      count += 1;
      return { ...step, order: { ...step.order, clientOrderId: `c${count}` } };
    });
  });

function seeAnew(
  account: Account,
  quotes: readonly Parameters<typeof eventOf>[0][],
  kind: 'quote' | 'book',
): void {
  for (const [index, quote] of quotes.entries()) {
    account.show(eventOf({ ...quote, isTrade: false, symbol: index === 0 ? SPOT : PERP }, kind));
  }
}

/** Two accounts that are asked the same, of which one is restarted; `onRestart` is asked on the way. */
async function runBoth(
  options: PaperVenueOptions,
  steps: typeof script extends fc.Arbitrary<infer T> ? T : never,
  kind: 'quote' | 'book',
  onRestart: (before: VenueAccount, after: VenueAccount) => void,
): Promise<{ steady: Account; restarted: Account }> {
  const steady = new Account(options);
  const restarted = new Account(options);
  const both = [steady, restarted];
  const first = { isTrade: false, price: 100, size: 5, symbol: SPOT };
  for (const account of both) seeAnew(account, [first, first], kind);
  for (const step of steps) {
    if (step.kind === 'restart') {
      const before = await restarted.venue.account();
      restarted.restart();
      onRestart(before, await restarted.venue.account());
      for (const account of both) seeAnew(account, step.quotes, kind);
    } else if (step.kind === 'event') {
      for (const account of both) account.show(eventOf(step.event, kind));
    } else {
      for (const account of both) account.do(step);
    }
  }
  return { steady, restarted };
}

const variants = fc.record({
  slippage: fc.constantFrom('0', '0.0013'),
  maxVolumeShare: fc.constantFrom(null, '0.3'),
  makerFee: fc.constantFrom('0.001', '-0.0001'),
  takerFee: fc.constantFrom('0.00075', '0.0012345678901234567'),
});
const kinds = fc.constantFrom('quote' as const, 'book' as const);

describe('a paper account over restarts', () => {
  it('has the balances, positions and further fills that it has without', async () => {
    let fills = 0;
    const check = fc.asyncProperty(variants, script, kinds, async (variant, steps, kind) => {
      const options = { balances: AMPLE, ...variant };
      const { steady, restarted } = await runBoth(options, steps, kind, (before, after) =>
        expect(totalsOf(after)).toEqual(totalsOf(before)),
      );
      expect(restarted.story).toEqual(steady.story);
      expect(totalsOf(await restarted.venue.account())).toEqual(
        totalsOf(await steady.venue.account()),
      );
      fills += steady.fills.length;
      const { fills: told, orders } = restarted;
      expect(new Set(told.map(({ tradeId }) => tradeId)).size).toBe(told.length);
      const ids = [...orders.values()].flatMap(({ venueOrderId }) => venueOrderId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
    });
    await fc.assert(check, { numRuns: 300 });
    expect(fills).toBeGreaterThan(1_000);
  });

  it('keeps back the same for spot orders, to the last digit', async () => {
    const spot = script.map((steps) =>
      steps.filter(
        (step) => step.kind !== 'submit' || (step.order.symbol === SPOT && !step.order.reduceOnly),
      ),
    );
    const check = fc.asyncProperty(variants, spot, kinds, async (variant, steps, kind) => {
      const options = { balances: AMPLE, ...variant, maxVolumeShare: null };
      await runBoth(options, steps, kind, (before, after) => expect(after).toEqual(before));
    });
    await fc.assert(check, { numRuns: 150 });
  });
});

describe('a restored paper account', () => {
  it('has nothing but its initial balances without a past', async () => {
    const { venue } = new Account({ balances: { USDT: '5' } });
    expect(await venue.account()).toEqual({
      balances: { USDT: { free: '5', total: '5' } },
      positions: {},
    });
  });

  it('has its orders by their ids, what is filled of them, and what they keep back', async () => {
    const account = new Account({ maxVolumeShare: '1' });
    account.show(tradeOf(100));
    account.submit(limitOf('90', { clientOrderId: 'part', quantity: '4' }));
    account.submit(stopOf('110', { clientOrderId: 'stop' }));
    account.show(tradeOf(89, 1));
    const before = [await account.venue.openOrders(), await account.venue.account()];
    account.restart();
    expect([await account.venue.openOrders(), await account.venue.account()]).toEqual(before);
    expect(before[0]).toMatchObject([
      { venueOrderId: '1', filledQuantity: '1', status: 'partially-filled' },
      { venueOrderId: '2', stopPrice: '110', status: 'accepted' },
    ]);
    expect(await account.venue.fillsSince(0, [SPOT])).toHaveLength(1);
    await account.venue.cancel(orderOf({ clientOrderId: 'part' }));
    await account.venue.cancel(orderOf({ clientOrderId: 'stop' }));
    expect(await account.venue.account()).toMatchObject({
      balances: { USDT: { free: '99909.91', total: '99909.91' } },
    });
  });

  it('knows nothing of orders that have no id of the venue, whatever their status', async () => {
    const account = new Account();
    for (const status of ['submitted', 'unknown'] as const) {
      account.orders.set(status, limitOf('90', { clientOrderId: status }));
    }
    expect(await account.restart().openOrders()).toEqual([]);
    expect(await account.venue.findOrder(limitOf('90', { clientOrderId: 'unknown' }))).toBeNull();
  });

  it('is not filled by what a bar under way was before', () => {
    const account = new Account();
    account.show(tradeOf(100));
    account.submit(limitOf('90'));
    account.clock.set(START_MS + 90_000);
    account.restart();
    account.show(barOf(1, [100, 101, 80, 95]));
    expect(account.fills).toEqual([]);
    account.clock.set(START_MS + 180_000);
    account.show(barOf(2, [95, 96, 80, 95]));
    expect(account.fills).toMatchObject([{ price: '90' }]);
  });

  it('has its orders behind all that rest at their price, with queuePosition back', () => {
    const account = new Account({ queuePosition: 'back' });
    account.show(quoteOf(90, 91, { bidSize: 3 }));
    account.submit(limitOf('90'));
    account.show(tradeOf(90, 2));
    account.restart();
    account.show(tradeOf(90, 100));
    expect(account.fills).toEqual([]);
    account.show(quoteOf(90, 91, { bidSize: 5 }));
    account.show(tradeOf(90, 5));
    expect(account.fills).toEqual([]);
    account.show(tradeOf(90, 1));
    expect(account.fills).toHaveLength(1);
  });

  it('is filled by a trade through the price, seen the queue or not', () => {
    const account = new Account({ queuePosition: 'back' });
    account.show(quoteOf(90, 91));
    account.submit(limitOf('90'));
    account.restart();
    account.show(tradeOf(89));
    expect(account.fills).toMatchObject([{ price: '90', liquiditySide: 'maker' }]);
  });

  it('lets an order that was on its way arrive in its time, or at once if that is over', () => {
    const account = new Account({ latencyMs: 1_000 });
    account.show(quoteOf(99, 100));
    account.submit(limitOf('110', { clientOrderId: 'soon', timeInForce: 'ioc' }));
    account.restart();
    account.show(quoteOf(99, 100));
    expect(account.fills).toEqual([]);
    account.clock.advance(2_000);
    account.venue.advance(account.clock.now());
    expect(account.fills).toMatchObject([{ clientOrderId: 'soon', price: '100' }]);
    account.submit(limitOf('110', { clientOrderId: 'late', timeInForce: 'ioc' }));
    account.clock.advance(2_000);
    account.restart();
    account.show(quoteOf(99, 100));
    expect(account.fills).toHaveLength(1);
    expect(account.orders.get('late')).toMatchObject({
      status: 'canceled',
      reason: 'ioc: the process ended before the rest was canceled',
    });
  });

  it('says which instrument it needs to reckon with', () => {
    const account = new Account({
      instruments: [
        {
          symbol: 'GOLD',
          kind: 'linear',
          base: 'XAU',
          quote: 'USDT',
          contractSize: '10',
          tickSize: '0.1',
          lotSize: '1',
          minQuantity: '1',
          maxQuantity: null,
          minNotional: null,
          makerFee: '0',
          takerFee: '0',
        },
      ],
    });
    account.show(tradeOf(100, 1, { symbol: 'GOLD' }));
    account.submit(orderOf({ symbol: 'GOLD' }));
    expect(account.fills).toHaveLength(1);
    expect(() => account.restart({})).toThrow(/"GOLD" among them: the account has traded it/);
  });

  it('keeps an order that there are not the funds for any more, and cancels it when it would fill', async () => {
    const account = new Account();
    account.show(tradeOf(100));
    account.submit(limitOf('90'));
    account.restart({ balances: { USDT: '50' } });
    expect(await account.venue.account()).toMatchObject({
      balances: { USDT: { free: '0', total: '50' } },
    });
    account.show(tradeOf(90));
    expect(account.orders.get('c1')).toMatchObject({ status: 'canceled' });
    expect(account.fills).toEqual([]);
  });
});
