import type { Decimal } from 'decimal.js';
import type { Bar } from '../../../model/bar.ts';
import type { OrderSide } from '../../../model/order.ts';
import { decimal, ZERO } from '../../decimals.ts';
import type { Matcher, Supply } from './matcher.ts';
import {
  isOpen,
  isThrough,
  isWaiting,
  isWithin,
  limitOf,
  reachesStop,
  type PaperOrder,
} from './paper-order.ts';
import type { QueuePosition } from './paper-options.ts';

/** A bar as orders live through it. */
export interface BarWalk {
  readonly bar: Bar;
  readonly matcher: Matcher;
  readonly queuePosition: QueuePosition;
  /** When the bar is known, ms since the epoch. */
  readonly timeMs: number;
}

/**
 * Leads orders through a bar. Nobody knows the way that prices took inside it: they are taken to have gone
 * from the open to the nearer of high and low, to the other one, to the close (the high first if both are
 * as near; NautilusTrader's adaptive ordering). Orders are met in the order in which that way comes to their
 * prices. At the open a limit order fills at the better of the open and its limit, and a stop order that the
 * open has jumped over at the open; on the way each fills at its own price. Stop and market orders have the
 * slippage on top. An order that came while the bar was under way is met by its close alone, for which part
 * of the high and the low were before it is not known.
 */
export function walkBar(walk: BarWalk, orders: Iterable<PaperOrder>): void {
  const whole: PaperOrder[] = [];
  const late: PaperOrder[] = [];
  for (const order of orders) {
    if (order.isPending) continue;
    (order.activeFromMs <= walk.bar.timestamp ? whole : late).push(order);
  }
  const path = pathOf(walk.bar);
  const [open, , , close] = path;
  for (const order of whole) meetPoint(walk, order, open, betterOf);
  for (const [index, to] of path.entries()) {
    const from = path[index - 1];
    if (from !== undefined) walkLeg(walk, whole, from, to);
  }
  for (const order of late) meetPoint(walk, order, close, (_side, _price, limit) => limit);
}

/** Open, nearer extreme, other extreme, close. */
function pathOf({ open, high, low, close }: Bar): readonly [Decimal, Decimal, Decimal, Decimal] {
  const [first, top, bottom, last] = [decimal(open), decimal(high), decimal(low), decimal(close)];
  const topFirst = top.minus(first).lte(first.minus(bottom));
  return topFirst ? [first, top, bottom, last] : [first, bottom, top, last];
}

/** A point that prices are at without having come there step by step. */
function meetPoint(
  walk: BarWalk,
  order: PaperOrder,
  price: Decimal,
  fillPrice: (side: OrderSide, price: Decimal, limit: Decimal) => Decimal,
): void {
  const { matcher, timeMs } = walk;
  if (!isOpen(order)) return;
  if (isWaiting(order)) {
    matcher.trigger(order, price, supplyAt(walk, price), timeMs);
    return;
  }
  const limit = limitOf(order);
  if (limit === null) matcher.take(order, supplyAt(walk, price), timeMs);
  else if (isReached(walk, order.side, price, limit)) {
    fillOnce(walk, order, fillPrice(order.side, price, limit));
  }
}

/** One straight part of the way. */
function walkLeg(walk: BarWalk, orders: readonly PaperOrder[], from: Decimal, to: Decimal): void {
  let at = from;
  for (;;) {
    let next: PaperOrder | undefined;
    let nextAt = to;
    for (const order of orders) {
      const hit = hitOf(walk, order, at, to);
      if (hit === undefined) continue;
      if (next !== undefined && hit.minus(at).abs().gte(nextAt.minus(at).abs())) continue;
      next = order;
      nextAt = hit;
    }
    if (next === undefined) return;
    at = nextAt;
    if (isWaiting(next)) walk.matcher.trigger(next, at, supplyAt(walk, at), walk.timeMs);
    else fillOnce(walk, next, limitOf(next) as Decimal);
  }
}

/** Where on the way from one price to another something becomes of the order; undefined if nothing does. */
function hitOf(walk: BarWalk, order: PaperOrder, from: Decimal, to: Decimal): Decimal | undefined {
  if (!isOpen(order)) return undefined;
  const { side, stopPrice } = order;
  if (isWaiting(order)) {
    if (stopPrice === null || !reachesStop(side, to, stopPrice)) return undefined;
    return reachesStop(side, from, stopPrice) ? from : stopPrice;
  }
  const limit = limitOf(order);
  if (limit === null || order.shareTakenOf === walk.bar) return undefined;
  if (!isReached(walk, side, to, limit)) return undefined;
  return isWithin(side, from, limit) ? from : limit;
}

/** Once in a bar: what is left after the order's share of the volume waits for the next. */
function fillOnce(walk: BarWalk, order: PaperOrder, price: Decimal): void {
  const { bar, matcher, timeMs } = walk;
  matcher.fillResting(order, price, matcher.mostOf(order, decimal(bar.volume)), bar, timeMs);
}

function isReached(
  { queuePosition }: BarWalk,
  side: OrderSide,
  price: Decimal,
  limit: Decimal,
): boolean {
  return queuePosition === 'back' ? isThrough(side, price, limit) : isWithin(side, price, limit);
}

function supplyAt({ bar }: BarWalk, price: Decimal): Supply {
  const offers = [{ price, size: decimal(bar.volume) }];
  return { offers, source: bar, restingAt: () => ZERO };
}

function betterOf(side: OrderSide, price: Decimal, limit: Decimal): Decimal {
  return isThrough(side, price, limit) ? price : limit;
}
