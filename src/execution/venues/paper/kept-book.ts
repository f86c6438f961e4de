import type { BookLevel, OrderBook } from '../../../model/order-book.ts';

/** An order book kept up to date by its snapshots and what changed after them. */
export class KeptBook {
  /** Best (lowest) first. */
  asks: BookLevel[] = [];
  /** Best (highest) first. */
  bids: BookLevel[] = [];

  apply({ kind, bids, asks }: OrderBook): void {
    if (kind === 'snapshot') {
      this.asks = asks.filter(([, size]) => size > 0).toSorted(([a], [b]) => a - b);
      this.bids = bids.filter(([, size]) => size > 0).toSorted(([a], [b]) => b - a);
      return;
    }
    for (const level of asks) put(this.asks, level, 1);
    for (const level of bids) put(this.bids, level, -1);
  }

  /** What rests at a price, 0 if nothing. */
  sizeAt(side: 'bids' | 'asks', price: number): number {
    return this[side].find(([levelPrice]) => levelPrice === price)?.[1] ?? 0;
  }
}

/** Changes one level; `direction` is 1 where prices rise from the best on, else -1. */
function put(levels: BookLevel[], level: BookLevel, direction: 1 | -1): void {
  const [price, size] = level;
  const found = levels.findIndex(([other]) => (other - price) * direction >= 0);
  const index = found === -1 ? levels.length : found;
  const isThere = levels[index]?.[0] === price;
  if (size > 0) levels.splice(index, isThere ? 1 : 0, level);
  else if (isThere) levels.splice(index, 1);
}
