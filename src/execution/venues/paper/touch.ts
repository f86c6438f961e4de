import type { MarketEvent } from '../../../model/market-event.ts';
import type { OrderSide } from '../../../model/order.ts';
import { decimal } from '../../decimals.ts';
import {
  isThrough,
  isWaiting,
  isWithin,
  limitOf,
  reachesStop,
  type PaperOrder,
} from './paper-order.ts';
import type { QueuePosition } from './paper-options.ts';

/**
 * An event could change an order that takes part. It says yes too often rather than too seldom: also where
 * only the queue ahead of the order gets shorter, and for each change of a book, which does not tell the whole.
 */
export function touches(
  event: MarketEvent,
  order: PaperOrder,
  queuePosition: QueuePosition,
): boolean {
  if (event.type === 'orderbook' && event.kind === 'delta') return true;
  const { side, stopPrice } = order;
  if (isWaiting(order)) {
    const price = extremeOf(event, side, 'worst');
    return (
      price !== undefined && stopPrice !== null && reachesStop(side, decimal(price), stopPrice)
    );
  }
  const limit = limitOf(order);
  if (limit === null) return true;
  const price = extremeOf(event, side, 'best');
  if (price === undefined) return false;
  return event.type === 'bar' && queuePosition === 'back'
    ? isThrough(side, decimal(price), limit)
    : isWithin(side, decimal(price), limit);
}

/** The best, or worst, price that the event has for one who buys or sells; undefined if it has none. */
function extremeOf(
  event: MarketEvent,
  side: OrderSide,
  which: 'best' | 'worst',
): number | undefined {
  switch (event.type) {
    case 'bar':
      return (side === 'buy') === (which === 'best') ? event.low : event.high;
    case 'trade':
      return event.price;
    case 'quote':
      return side === 'buy' ? event.ask : event.bid;
    case 'orderbook': {
      const levels = side === 'buy' ? event.asks : event.bids;
      const prices = levels.filter(([, size]) => size > 0).map(([price]) => price);
      if (prices.length === 0) return undefined;
      return side === 'buy' ? Math.min(...prices) : Math.max(...prices);
    }
  }
}
