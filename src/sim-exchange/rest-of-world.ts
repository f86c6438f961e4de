import type { Decimal } from 'decimal.js';
import type { Order, Side } from './order.ts';
import { quantityOf, type Resting } from './order-book.ts';
import type { SymbolMarket } from './symbol-market.ts';

type Trade = (resting: Resting, quantity: Decimal) => void;

const SIDES = ['BUY', 'SELL'] as const satisfies readonly Side[];

/**
 * The rest of the world replaces its quotes. A quote at a price where one was keeps its place; a new one
 * trades with the account's orders that it meets, and comes into the book with what is left.
 */
export function requote(market: SymbolMarket, trade: Trade): void {
  const { book, quotes } = market;
  const wanted = quotes.quotes();
  const kept = new Set<string>();
  for (const side of SIDES) {
    for (const resting of book.side(side).filter(({ order }) => order === null)) {
      const quote = wanted[side].find(([price]) => price.eq(resting.price));
      if (quote === undefined) book.remove(resting);
      else {
        [, resting.quantity] = quote;
        kept.add(`${side}${quote[0].toString()}`);
      }
    }
  }
  // An order that is traded in pieces gives one of them at a time.
  const met = new Set<Order>();
  for (const side of SIDES) {
    for (const [price, quantity] of wanted[side]) {
      if (kept.has(`${side}${price.toString()}`)) continue;
      const left = meet(market, side, price, quantity, met, trade);
      const crossing = book.counterpart(side, price) !== undefined;
      if (!crossing && !left.isZero()) book.add({ side, price, order: null, quantity: left });
    }
  }
}

/** Somebody comes to the market; where the price was given, he makes it the price of a trade. */
export function visit(market: SymbolMarket, price: Decimal | undefined, trade: Trade): void {
  const visitor = market.quotes.visitor();
  const side = price === undefined ? visitor.side : 'SELL';
  meet(market, side, undefined, visitor.quantity, new Set(), trade);
}

/** Trades with what rests, as far as the limit and the quantity go. Returns what is left. */
function meet(
  { book }: SymbolMarket,
  side: Side,
  limit: Decimal | undefined,
  quantity: Decimal,
  met: Set<Order>,
  trade: Trade,
): Decimal {
  let left = quantity;
  while (!left.isZero()) {
    const resting = book.counterpart(side, limit);
    if (resting === undefined) break;
    const { order } = resting;
    if (order !== null && met.has(order)) break;
    // Quotes with a limit never meet quotes: those that would were withdrawn before.
    let part = quantityOf(resting).lt(left) ? quantityOf(resting) : left;
    if (order !== null && order.piece !== null) {
      met.add(order);
      if (order.piece.lt(part)) part = order.piece;
    }
    trade(resting, part);
    left = left.minus(part);
  }
  return left;
}
