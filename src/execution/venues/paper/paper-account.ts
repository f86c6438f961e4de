import { Decimal } from 'decimal.js';
import { decimal, text, ZERO } from '../../decimals.ts';
import type { VenueAccount } from '../../venue.ts';
import { heldBy, leavesOf, type Hold, type PaperOrder } from './paper-order.ts';

/** Digits behind the point of what a part of a position cost. Whatever is cut off stays with the rest of it. */
const COST_PLACES = 18;

interface HeldPosition {
  /** Signed. */
  quantity: Decimal;
  /** What it was bought, or sold, for: never negative. */
  cost: Decimal;
}

/** What was traded, and which way. */
type Traded = Pick<PaperOrder, 'symbol' | 'side' | 'terms'>;

const FLAT: Readonly<HeldPosition> = { quantity: ZERO, cost: ZERO };

/**
 * Balances and positions. Spot trades move both currencies, fees are taken in the quote currency. Linear
 * trades move the quote currency by fees and by what a closed part has won or lost; an open position keeps
 * back what it cost (an initial margin of 1: no leverage), whatever it is worth meanwhile. There is no
 * liquidation and no margin call: a loss beyond the balance is possible and makes it negative.
 *
 * What an order keeps back is settled when it is accepted or modified: spot what it sells, or pays with the
 * higher of the fees; linear the cost of the part that opens a position. Closing needs no funds, but an order
 * that turns a position round needs those of its opening part before its closing part sets any free.
 */
export class PaperAccount {
  readonly #totals: Map<string, Decimal>;
  readonly #held = new Map<string, Decimal>();
  readonly #positions = new Map<string, HeldPosition>();

  constructor(balances: ReadonlyMap<string, Decimal>) {
    this.#totals = new Map(balances);
  }

  free(currency: string): Decimal {
    const total = this.#totals.get(currency) ?? ZERO;
    return total.minus(this.#held.get(currency) ?? ZERO);
  }

  /** Signed quantity of a linear position. */
  positionOf(symbol: string): Decimal {
    return this.#positions.get(symbol)?.quantity ?? ZERO;
  }

  /** What a reduce-only order may still trade. */
  reducible(order: PaperOrder): Decimal {
    const { instrument } = order.terms;
    if (instrument.kind === 'spot') {
      return order.side === 'sell' ? this.free(instrument.base).plus(order.held) : ZERO;
    }
    const opposed = this.positionOf(order.symbol).times(order.side === 'buy' ? -1 : 1);
    return opposed.gt(0) ? opposed : ZERO;
  }

  /**
   * Keeps back what the order needs at `price`, in place of what it kept before. Gives the reason, and
   * changes nothing, if it is not there. `others` are the orders of its symbol, which may have laid claim to
   * the position that it would close.
   */
  reserve(order: PaperOrder, price: Decimal, others: Iterable<PaperOrder>): string | null {
    const hold = this.#holdFor(order, price, others);
    const before = order.hold;
    const free = this.free(hold.currency).plus(order.held);
    order.hold = hold;
    const needed = heldBy(order);
    if (needed.gt(0) && needed.gt(free)) {
      order.hold = before;
      return insufficient(hold.currency, needed, free);
    }
    this.#rehold(order);
    return null;
  }

  /** Gives back what the order keeps. */
  release(order: PaperOrder): void {
    const currency = order.hold?.currency;
    order.hold = null;
    if (currency !== undefined) this.#moveHeld(currency, order.held.negated());
    order.held = ZERO;
  }

  /** Why there is not enough for a trade, null if there is. */
  shortage(order: PaperOrder, quantity: Decimal, price: Decimal, fee: Decimal): string | null {
    const { kind, base, quote } = order.terms.instrument;
    const sells = kind === 'spot' && order.side === 'sell';
    const currency = sells ? base : quote;
    const opening = kind === 'spot' ? quantity : this.#openingPart(order, quantity);
    if (opening.isZero()) return null;
    const notional = opening.times(price).times(order.terms.contractSize);
    const needed = sells ? quantity : notional.plus(fee);
    const free = this.free(currency).plus(order.held);
    return needed.gt(free) ? insufficient(currency, needed, free) : null;
  }

  /** Books a trade, by which the order's own `filled` has grown already. */
  apply(order: PaperOrder, quantity: Decimal, price: Decimal, fee: Decimal): void {
    this.book(order, quantity, price);
    this.charge(order.terms.instrument.quote, fee);
    this.#rehold(order);
  }

  /** Books what a trade itself moves, without its fee and whatever an order keeps back for it. */
  book(traded: Traded, quantity: Decimal, price: Decimal): void {
    const { kind, base, quote } = traded.terms.instrument;
    if (kind === 'spot') {
      const sign = traded.side === 'buy' ? 1 : -1;
      this.#moveTotal(base, quantity.times(sign));
      this.#moveTotal(quote, quantity.times(price).times(-sign));
    } else {
      this.#moveTotal(quote, this.#movePosition(traded, quantity, price));
    }
  }

  /** Takes a fee that was paid before, in whatever currency. */
  charge(currency: string, fee: Decimal): void {
    this.#moveTotal(currency, fee.negated());
  }

  /** Keeps back what an order needs that was accepted before, or what there is of it. */
  reserveAgain(order: PaperOrder, price: Decimal, others: Iterable<PaperOrder>): void {
    order.hold = this.#holdFor(order, price, others);
    this.#rehold(order);
  }

  view(): VenueAccount {
    const balances: Record<string, { free: string; total: string }> = {};
    for (const [currency, total] of this.#totals) {
      balances[currency] = { free: text(this.free(currency)), total: text(total) };
    }
    const positions: Record<string, string> = {};
    for (const [symbol, { quantity }] of this.#positions) positions[symbol] = text(quantity);
    return { balances, positions };
  }

  #holdFor(order: PaperOrder, price: Decimal, others: Iterable<PaperOrder>): Hold {
    const { terms, side } = order;
    const { kind, base, quote } = terms.instrument;
    const leaves = leavesOf(order);
    if (kind === 'spot' && side === 'sell') {
      const covered = order.reduceOnly ? least(leaves, this.reducible(order)) : leaves;
      return { currency: base, perUnit: decimal('1'), covered };
    }
    const fee = terms.makerFee.gt(terms.takerFee) ? terms.makerFee : terms.takerFee;
    const paid = fee.gt(0) ? fee.plus(1) : decimal('1');
    const covered = kind === 'spot' ? leaves : this.#openingPart(order, leaves, others);
    return { currency: quote, perUnit: price.times(terms.contractSize).times(paid), covered };
  }

  /** So much of a linear order's quantity opens a position, after what others of its side close. */
  #openingPart(order: PaperOrder, quantity: Decimal, others: Iterable<PaperOrder> = []): Decimal {
    if (order.reduceOnly) return ZERO;
    let closable = this.positionOf(order.symbol).times(order.side === 'buy' ? -1 : 1);
    if (closable.lte(0)) return quantity;
    for (const other of others) {
      if (other !== order && other.side === order.side) closable = closable.minus(leavesOf(other));
    }
    if (closable.lte(0)) return quantity;
    return closable.gte(quantity) ? ZERO : quantity.minus(closable);
  }

  /** Gives what the closed part has won. */
  #movePosition({ symbol, side, terms }: Traded, quantity: Decimal, price: Decimal): Decimal {
    const unitValue = price.times(terms.contractSize);
    const sign = side === 'buy' ? 1 : -1;
    const before = this.#positions.get(symbol) ?? FLAT;
    const opposed = before.quantity.times(-sign);
    const closed = opposed.gt(0) ? least(opposed, quantity) : ZERO;
    const closedCost = costOfPart(before, closed);
    const openedCost = quantity.minus(closed).times(unitValue);
    const cost = before.cost.minus(closedCost).plus(openedCost);
    const after = before.quantity.plus(quantity.times(sign));
    if (after.isZero()) this.#positions.delete(symbol);
    else this.#positions.set(symbol, { quantity: after, cost });
    this.#moveHeld(terms.instrument.quote, cost.minus(before.cost));
    return closed.times(unitValue).minus(closedCost).times(-sign);
  }

  /** What fills at a worse price than was reckoned with leaves less for the rest of the order. */
  #rehold(order: PaperOrder): void {
    if (order.hold === null) return;
    const { currency } = order.hold;
    const free = this.free(currency).plus(order.held);
    const now = least(heldBy(order), free.gt(0) ? free : ZERO);
    this.#moveHeld(currency, now.minus(order.held));
    order.held = now;
  }

  #moveTotal(currency: string, amount: Decimal): void {
    this.#totals.set(currency, (this.#totals.get(currency) ?? ZERO).plus(amount));
  }

  #moveHeld(currency: string, amount: Decimal): void {
    this.#held.set(currency, (this.#held.get(currency) ?? ZERO).plus(amount));
  }
}

function costOfPart({ quantity, cost }: HeldPosition, part: Decimal): Decimal {
  if (part.isZero()) return ZERO;
  if (part.eq(quantity.abs())) return cost;
  return cost.times(part).div(quantity.abs()).toDecimalPlaces(COST_PLACES, Decimal.ROUND_DOWN);
}

function least(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}

function insufficient(currency: string, needed: Decimal, free: Decimal): string {
  return `insufficient funds: ${text(needed)} ${currency} needed, ${text(free)} ${currency} free`;
}
