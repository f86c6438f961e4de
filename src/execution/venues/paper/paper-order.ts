import type { Decimal } from 'decimal.js';
import type { MarketEvent } from '../../../model/market-event.ts';
import type { OrderSide, OrderType, TimeInForce } from '../../../model/order.ts';
import { text, ZERO } from '../../decimals.ts';
import type { VenueOrder } from '../../venue.ts';
import type { Terms } from './paper-instruments.ts';

/** What an open order keeps back: so much of a currency for each unit that is open, up to `covered` units. */
export interface Hold {
  readonly currency: string;
  readonly perUnit: Decimal;
  readonly covered: Decimal;
}

/** An order in the paper venue, which alone changes it. */
export interface PaperOrder {
  readonly venueOrderId: string;
  readonly clientOrderId: string;
  readonly terms: Terms;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
  quantity: Decimal;
  price: Decimal | null;
  stopPrice: Decimal | null;
  /** See `Figures`. */
  priceNumber: number | null;
  stopNumber: number | null;
  filled: Decimal;
  status: VenueOrder['status'];
  reason: string | null;
  /** Milliseconds since the Unix epoch. */
  updatedAt: number;
  /** It takes part in matching from then on, milliseconds since the epoch. */
  activeFromMs: number;
  /** It is on its way: `activeFromMs` is still to come. */
  isPending: boolean;
  /** Its stop price has been reached. */
  isTriggered: boolean;
  /** Quantity at its price, in base currency, that is to trade before it does. */
  ahead: Decimal;
  /** The market event that it has had its share of. */
  shareTakenOf: MarketEvent | null;
  hold: Hold | null;
  /** The amount that `hold` comes to now. */
  held: Decimal;
}

export function leavesOf(order: PaperOrder): Decimal {
  return order.quantity.minus(order.filled);
}

export function isOpen({ status }: PaperOrder): boolean {
  return status === 'accepted' || status === 'partially-filled';
}

/** It waits for its stop price. */
export function isWaiting({ type, isTriggered }: PaperOrder): boolean {
  return !isTriggered && (type === 'stop' || type === 'stop-limit');
}

/** The worst price that it may fill at; null for one that takes whatever price there is. */
export function limitOf({ type, price }: PaperOrder): Decimal | null {
  return type === 'limit' || type === 'stop-limit' ? price : null;
}

/** `price` is at `limit` or better for the one who buys or sells. */
export function isWithin(side: OrderSide, price: Decimal, limit: Decimal): boolean {
  return side === 'buy' ? price.lte(limit) : price.gte(limit);
}

/** `price` is better than `limit` for the one who buys or sells. */
export function isThrough(side: OrderSide, price: Decimal, limit: Decimal): boolean {
  return side === 'buy' ? price.lt(limit) : price.gt(limit);
}

/** A market at `price` sets off a stop order of this side. */
export function reachesStop(side: OrderSide, price: Decimal, stopPrice: Decimal): boolean {
  return side === 'buy' ? price.gte(stopPrice) : price.lte(stopPrice);
}

export function venueOrderOf(order: PaperOrder): VenueOrder {
  return {
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    quantity: text(order.quantity),
    price: order.price === null ? null : text(order.price),
    stopPrice: order.stopPrice === null ? null : text(order.stopPrice),
    filledQuantity: text(order.filled),
    status: order.status,
    reason: order.reason,
    updatedAt: order.updatedAt,
  };
}

export function heldBy(order: PaperOrder): Decimal {
  const { hold } = order;
  if (hold === null) return ZERO;
  const leaves = leavesOf(order);
  return hold.perUnit.times(leaves.lt(hold.covered) ? leaves : hold.covered);
}
