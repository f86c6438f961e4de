import type { Decimal } from 'decimal.js';
import { floorTo, ZERO } from './decimals.ts';
import { remaining, type Order, type Side } from './order.ts';

/** What rests at a price: an order of the account, or a quote of the market (`order` is null). */
export interface Resting {
  readonly side: Side;
  readonly price: Decimal;
  readonly order: Order | null;
  /** Of a quote. */
  quantity: Decimal;
}

export function quantityOf(resting: Resting): Decimal {
  return resting.order === null ? resting.quantity : remaining(resting.order);
}

function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

/** True where a buyer at `buy` and a seller at `sell` would trade. */
function crosses(side: Side, limit: Decimal, other: Decimal): boolean {
  return side === 'BUY' ? limit.gte(other) : limit.lte(other);
}

/** The orders of one symbol that wait: the best price first, and at a price the oldest first. */
export class OrderBook {
  readonly #sides: Readonly<Record<Side, Resting[]>> = { BUY: [], SELL: [] };

  side(side: Side): readonly Resting[] {
    return this.#sides[side];
  }

  best(side: Side): Resting | undefined {
    return this.#sides[side][0];
  }

  /** What an order of `side` would trade with first. No limit is any price. */
  counterpart(side: Side, limit: Decimal | undefined): Resting | undefined {
    const best = this.best(opposite(side));
    if (best === undefined || limit === undefined) return best;
    return crosses(side, limit, best.price) ? best : undefined;
  }

  /** What could be traded at once within the limit; the account's own orders do not count. */
  available(side: Side, limit: Decimal | undefined): Decimal {
    let sum = ZERO;
    for (const resting of this.#sides[opposite(side)]) {
      if (limit !== undefined && !crosses(side, limit, resting.price)) break;
      if (resting.order === null) sum = sum.plus(resting.quantity);
    }
    return sum;
  }

  /** What trading `quantity` at once would cost or bring, as far as the book reaches. */
  worth(side: Side, quantity: Decimal): Decimal {
    let left = quantity;
    let worth = ZERO;
    for (const resting of this.#sides[opposite(side)]) {
      if (resting.order !== null) continue;
      const part = resting.quantity.lt(left) ? resting.quantity : left;
      worth = worth.plus(part.times(resting.price));
      left = left.minus(part);
      if (left.isZero()) break;
    }
    return worth;
  }

  /** How much can be traded at once for so much of the quote asset. */
  quantityFor(side: Side, quote: Decimal, step: Decimal): Decimal {
    let left = quote;
    let sum = ZERO;
    for (const resting of this.#sides[opposite(side)]) {
      if (resting.order !== null) continue;
      const affordable = floorTo(left.div(resting.price), step);
      const part = resting.quantity.lt(affordable) ? resting.quantity : affordable;
      sum = sum.plus(part);
      left = left.minus(part.times(resting.price));
      if (part.eq(affordable)) break;
    }
    return sum;
  }

  /** Behind all that rests at the same price. */
  add(resting: Resting): void {
    const list = this.#sides[resting.side];
    const better = (one: Resting): boolean => crosses(resting.side, one.price, resting.price);
    const index = list.findIndex((one) => !better(one));
    list.splice(index === -1 ? list.length : index, 0, resting);
  }

  remove(resting: Resting): void {
    const list = this.#sides[resting.side];
    const index = list.indexOf(resting);
    if (index !== -1) list.splice(index, 1);
  }

  removeOrder(order: Order): void {
    const list = this.#sides[order.request.side];
    const index = list.findIndex((resting) => resting.order === order);
    if (index !== -1) list.splice(index, 1);
  }

  /** Takes a quote of the market down by what was traded, or an order out that is done. */
  reduce(resting: Resting, quantity: Decimal): void {
    if (resting.order === null) resting.quantity = resting.quantity.minus(quantity);
    if (quantityOf(resting).isZero()) this.remove(resting);
  }

  /** Price and sum of what rests there, best first. */
  levels(side: Side, limit = Number.POSITIVE_INFINITY): [Decimal, Decimal][] {
    const levels: [Decimal, Decimal][] = [];
    for (const resting of this.#sides[side]) {
      const last = levels.at(-1);
      if (last !== undefined && last[0].eq(resting.price)) {
        last[1] = last[1].plus(quantityOf(resting));
      } else if (levels.length === limit) break;
      else levels.push([resting.price, quantityOf(resting)]);
    }
    return levels;
  }
}
