import fc from 'fast-check';
import type { MarketEvent } from '../../../../../src/model/market-event.ts';
import type { Order } from '../../../../../src/model/order.ts';
import type { OrderChange } from '../../../../../src/model/order-request.ts';
import { knownTimeMs } from '../../../../../src/execution/venues/paper/known-time.ts';
import type { PaperVenueOptions } from '../../../../../src/execution/venues/paper/paper-options.ts';
import {
  barOf,
  bookOf,
  changeOf,
  orderOf,
  PERP,
  quoteOf,
  SPOT,
  START_MS,
  tradeOf,
  type Bench,
} from './support.ts';

export type Action =
  | { readonly kind: 'submit'; readonly order: Order }
  | { readonly kind: 'cancel'; readonly of: number }
  | { readonly kind: 'modify'; readonly of: number; readonly change: OrderChange };

export type Step = Action | { readonly kind: 'event'; readonly event: MarketEvent };

/** Prices close together, so that orders and market meet often. */
const prices = fc.integer({ min: 900, max: 1_100 }).map((tenths) => tenths / 10);
const sizes = fc.integer({ min: 1, max: 40 }).map((quarters) => quarters / 4);
const symbols = fc.constantFrom(SPOT, PERP);

const ticks = fc.oneof(
  fc.tuple(prices, sizes).map(([price, size]): MarketEvent => tradeOf(price, size)),
  fc
    .tuple(prices, sizes, sizes)
    .map(([bid, bidSize, askSize]): MarketEvent => quoteOf(bid, bid + 0.5, { bidSize, askSize })),
  fc.tuple(prices, sizes, sizes).map(([bid, first, second]): MarketEvent =>
    bookOf(
      [
        [bid, first],
        [bid - 1, second],
      ],
      [
        [bid + 0.5, second],
        [bid + 2, first],
      ],
    ),
  ),
  fc
    .tuple(prices, fc.integer({ min: 0, max: 8 }), fc.boolean())
    .map(([price, size, isAsk]): MarketEvent =>
      bookOf(isAsk ? [] : [[price, size]], isAsk ? [[price, size]] : [], { kind: 'delta' }),
    ),
);

const bars = fc
  .tuple(fc.array(prices, { minLength: 4, maxLength: 4 }), sizes, fc.constantFrom('1m', '5m'))
  .map(([four, volume, timeframe]): MarketEvent => {
    const [open, close] = four as [number, number];
    const range = [open, Math.max(...four), Math.min(...four), close] as const;
    return barOf(0, range, { volume, timeframe });
  });

const orders = fc
  .record({
    symbol: symbols,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    type: fc.constantFrom(
      'market' as const,
      'limit' as const,
      'limit' as const,
      'stop' as const,
      'stop-limit' as const,
    ),
    quantity: fc.integer({ min: 1, max: 900 }).map((count) => String(count / 100)),
    at: prices,
    stopAt: prices,
    timeInForce: fc.constantFrom('gtc' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
    reduceOnly: fc.boolean(),
    postOnly: fc.boolean(),
  })
  .map(({ at, stopAt, postOnly, ...fields }) => {
    const hasPrice = fields.type === 'limit' || fields.type === 'stop-limit';
    const hasStop = fields.type === 'stop' || fields.type === 'stop-limit';
    return orderOf({
      ...fields,
      price: hasPrice ? String(at) : null,
      stopPrice: hasStop ? String(stopAt) : null,
      postOnly: postOnly && hasPrice && fields.timeInForce === 'gtc',
    });
  });

export const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: orders.map((order): Action => ({ kind: 'submit', order })) },
  { weight: 1, arbitrary: fc.nat(20).map((of): Action => ({ kind: 'cancel', of })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(20), fc.integer({ min: 1, max: 900 }), prices, fc.nat(2))
      .map(([of, count, price, which]): Action => {
        const fields: Partial<OrderChange>[] = [
          { quantity: String(count / 100) },
          { price: String(price) },
          { stopPrice: String(price) },
        ];
        return { kind: 'modify', of, change: changeOf(fields[which] ?? {}) };
      }),
  },
);

/** Steps of a market of one kind of data, or several, whose times never go back. */
export const marketSteps: fc.Arbitrary<readonly Step[]> = fc
  .constantFrom(fc.oneof(ticks, bars), bars, ticks)
  .chain((events) =>
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: fc.tuple(events, symbols, fc.integer({ min: 0, max: 90_000 })) },
        { weight: 1, arbitrary: actions },
      ),
      { minLength: 5, maxLength: 60 },
    ),
  )
  .map((entries) => {
    let nowMs = START_MS + 600_000;
    let count = 0;
    return entries.map((entry): Step => {
      if (!Array.isArray(entry)) {
        const action = entry as Action;
        if (action.kind !== 'submit') return action;
        count += 1;
        return { ...action, order: { ...action.order, clientOrderId: `c${count}` } };
      }
      const [event, symbol, gapMs] = entry;
      nowMs += gapMs;
      const lengthMs = knownTimeMs(event) - event.timestamp;
      return { kind: 'event', event: { ...event, symbol, timestamp: nowMs - lengthMs } };
    });
  });

export const venueOptions: fc.Arbitrary<PaperVenueOptions> = fc.record({
  balances: fc.constantFrom({ USDT: '100000' }, { USDT: '900', BTC: '5' }),
  slippage: fc.constantFrom('0', '0.001'),
  latencyMs: fc.constantFrom(0, 0, 500, 70_000),
  maxVolumeShare: fc.constantFrom(null, null, '0.1', '1'),
  queuePosition: fc.constantFrom('front' as const, 'back' as const),
  rejectRate: fc.constantFrom(0, 0, 0.2),
  seed: fc.nat(1_000),
  makerFee: fc.constantFrom('0.001', '-0.0001'),
  takerFee: fc.constantFrom('0.001', '0.00075'),
});

/** Does what a step asks of the venue, the market apart. */
export function act({ venue }: Pick<Bench, 'venue'>, action: Action): void {
  switch (action.kind) {
    case 'submit':
      void venue.submit(action.order);
      break;
    case 'cancel':
      void venue.cancel(orderOf({ clientOrderId: `c${action.of}` }));
      break;
    case 'modify':
      void venue.modify(orderOf({ clientOrderId: `c${action.of}` }), action.change);
      break;
  }
}

export function run(bench: Bench, steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind === 'event') bench.show(step.event);
    else act(bench, step);
  }
}

/** All that can be seen of a venue. */
export async function seen({ venue, told }: Bench): Promise<unknown> {
  return {
    open: await venue.openOrders(),
    account: await venue.account(),
    fills: await venue.fillsSince(0, [SPOT, PERP]),
    told: structuredClone(told),
  };
}
