import type { MarketEvent } from '../../../model/market-event.ts';
import type { OrderSide } from '../../../model/order.ts';
import { isWaiting, limitOf, type PaperOrder } from './paper-order.ts';

/**
 * An event could change an order that takes part. It says yes too often rather than too seldom: also where
 * only the queue ahead of the order gets shorter or a bar just reaches its price, and for each change of a
 * book, which does not tell the whole. Numbers do for that: rounding to the nearest one keeps the order of
 * any two.
 */
export function touches(event: MarketEvent, order: PaperOrder): boolean {
  if (event.type === 'orderbook' && event.kind === 'delta') return true;
  const { side, stopNumber, priceNumber } = order;
  if (isWaiting(order)) {
    const price = extremeOf(event, side, 'worst');
    if (price === undefined || stopNumber === null) return false;
    return side === 'buy' ? price >= stopNumber : price <= stopNumber;
  }
  if (limitOf(order) === null) return true;
  const price = extremeOf(event, side, 'best');
  if (price === undefined || priceNumber === null) return false;
  return side === 'buy' ? price <= priceNumber : price >= priceNumber;
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
