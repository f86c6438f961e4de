import { ManualClock } from '../../../../../src/base/clock.ts';
import type { Bar } from '../../../../../src/model/bar.ts';
import type { Fill } from '../../../../../src/model/fill.ts';
import type { MarketEvent } from '../../../../../src/model/market-event.ts';
import type { Order, OrderIntent } from '../../../../../src/model/order.ts';
import type { BookLevel, OrderBook } from '../../../../../src/model/order-book.ts';
import type { OrderChange } from '../../../../../src/model/order-request.ts';
import type { QuoteTick } from '../../../../../src/model/quote-tick.ts';
import type { TradeTick } from '../../../../../src/model/trade-tick.ts';
import type { VenueOrder, VenueOutcome } from '../../../../../src/execution/venue.ts';
import { knownTimeMs } from '../../../../../src/execution/venues/paper/known-time.ts';
import type { PaperVenueOptions } from '../../../../../src/execution/venues/paper/paper-options.ts';
import { PaperVenue } from '../../../../../src/execution/venues/paper/paper-venue.ts';

export const SPOT = 'BTC/USDT';
export const PERP = 'BTC/USDT:USDT';
export const START_MS = 1_000_000_020_000;

export type Told =
  | { readonly kind: 'order'; readonly order: VenueOrder }
  | { readonly kind: 'fill'; readonly fill: Fill };

/** A venue with a listener that writes down what it is told, and a clock that follows the events. */
export class Bench {
  readonly clock = new ManualClock(START_MS);
  readonly told: Told[] = [];
  readonly venue: PaperVenue;

  constructor(options: PaperVenueOptions = {}) {
    this.venue = new PaperVenue(options, this.clock);
    void this.venue.connect({
      onOrder: (order) => this.told.push({ kind: 'order', order }),
      onFill: (fill) => this.told.push({ kind: 'fill', fill }),
      onConnection: () => undefined,
    });
  }

  get fills(): Fill[] {
    return this.told.flatMap((entry) => (entry.kind === 'fill' ? [entry.fill] : []));
  }

  /** Price, quantity and side of the book of each fill. */
  get prints(): string[] {
    return this.fills.map(
      ({ quantity, price, liquiditySide }) => `${quantity} @ ${price} ${liquiditySide}`,
    );
  }

  show(...events: readonly MarketEvent[]): void {
    for (const event of events) {
      this.clock.set(Math.max(this.clock.now(), knownTimeMs(event)));
      this.venue.onMarket(event);
    }
  }

  submit(order: Order): Promise<VenueOutcome> {
    return this.venue.submit(order);
  }

  /** What became last of an order, by what the listener was told. */
  last(clientOrderId: string): VenueOrder | undefined {
    return this.told
      .flatMap((entry) => (entry.kind === 'order' ? [entry.order] : []))
      .findLast((order) => order.clientOrderId === clientOrderId);
  }
}

/** A buy of one unit at the market, `c1`, unless told otherwise. */
export function orderOf(fields: Partial<OrderIntent> & { clientOrderId?: string } = {}): Order {
  const { quantity = '1' } = fields;
  return {
    clientOrderId: 'c1',
    venueOrderId: null,
    workerId: 'worker',
    symbol: SPOT,
    side: 'buy',
    type: 'market',
    quantity,
    price: null,
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: false,
    postOnly: false,
    tag: null,
    status: 'submitted',
    filledQuantity: '0',
    leavesQuantity: quantity,
    avgPrice: null,
    pending: null,
    reason: null,
    createdAt: START_MS,
    updatedAt: START_MS,
    ...fields,
  };
}

export function limitOf(price: string, fields: Parameters<typeof orderOf>[0] = {}): Order {
  return orderOf({ type: 'limit', price, ...fields });
}

export function stopOf(stopPrice: string, fields: Parameters<typeof orderOf>[0] = {}): Order {
  return orderOf({ type: 'stop', stopPrice, ...fields });
}

export function changeOf(fields: Partial<OrderChange>): OrderChange {
  return { quantity: null, price: null, stopPrice: null, ...fields };
}

export function tradeOf(price: number, size = 1, fields: Partial<TradeTick> = {}): TradeTick {
  return {
    type: 'trade',
    symbol: SPOT,
    timestamp: START_MS,
    price,
    size,
    aggressorSide: 'unknown',
    tradeId: '',
    ...fields,
  };
}

export function quoteOf(bid: number, ask: number, fields: Partial<QuoteTick> = {}): QuoteTick {
  return {
    type: 'quote',
    symbol: SPOT,
    timestamp: START_MS,
    bid,
    bidSize: 1,
    ask,
    askSize: 1,
    ...fields,
  };
}

export function bookOf(
  bids: readonly BookLevel[],
  asks: readonly BookLevel[],
  fields: Partial<OrderBook> = {},
): OrderBook {
  return {
    type: 'orderbook',
    symbol: SPOT,
    timestamp: START_MS,
    kind: 'snapshot',
    bids,
    asks,
    ...fields,
  };
}

/** The minute bar number `index` from the start on. */
export function barOf(
  index: number,
  [open, high, low, close]: readonly [number, number, number, number],
  fields: Partial<Bar> = {},
): Bar {
  return {
    type: 'bar',
    symbol: SPOT,
    timeframe: '1m',
    timestamp: START_MS + index * 60_000,
    open,
    high,
    low,
    close,
    volume: 10,
    ...fields,
  };
}

/** A bar that never moves. */
export function flatBar(index: number, price: number, fields: Partial<Bar> = {}): Bar {
  return barOf(index, [price, price, price, price], fields);
}
