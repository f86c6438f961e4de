import type { Decimal } from 'decimal.js';
import type { MarketEvent } from '../../../model/market-event.ts';
import { text, ZERO } from '../../decimals.ts';
import type { PaperAccount } from './paper-account.ts';
import {
  isOpen,
  isThrough,
  isWaiting,
  isWithin,
  leavesOf,
  limitOf,
  reachesStop,
  type PaperOrder,
} from './paper-order.ts';
import type { ResolvedPaperOptions } from './paper-options.ts';
import type { Settlement } from './settlement.ts';
import type { Offer, SymbolMarket } from './symbol-market.ts';
import { quantityOf, shareOf, slicesOf } from './taking.ts';

/** What there is to take, and the event that says so. */
export interface Supply {
  readonly offers: readonly Offer[];
  readonly source: MarketEvent | null;
  /** Quantity that is known to rest at a price, in base currency, on the side of the order. */
  restingAt(price: Decimal): Decimal;
}

/** What becomes of one order at one moment of the market. */
export class Matcher {
  readonly #options: ResolvedPaperOptions;
  readonly #account: PaperAccount;
  readonly #settlement: Settlement;

  constructor(options: ResolvedPaperOptions, account: PaperAccount, settlement: Settlement) {
    this.#options = options;
    this.#account = account;
    this.#settlement = settlement;
  }

  /** The order takes part from now on: it waits, takes what is there, rests or is canceled. */
  arrive(order: PaperOrder, market: SymbolMarket, timeMs: number): void {
    order.isPending = false;
    if (isWaiting(order)) {
      this.trigger(order, market.best(order.side), supplyOf(market, order), timeMs);
      return;
    }
    this.#enter(order, supplyOf(market, order), timeMs);
  }

  /** A stop order that the price has reached goes to work. */
  trigger(order: PaperOrder, price: Decimal | undefined, supply: Supply, timeMs: number): void {
    const { stopPrice, side } = order;
    if (price === undefined || stopPrice === null || !reachesStop(side, price, stopPrice)) return;
    order.isTriggered = true;
    this.#enter(order, supply, timeMs);
  }

  /** A quote or the best of a book has come: `best` is what the order would get. */
  meetQuote(order: PaperOrder, market: SymbolMarket, timeMs: number): void {
    const best = market.best(order.side);
    const supply = supplyOf(market, order);
    if (isWaiting(order)) {
      this.trigger(order, best, supply, timeMs);
      return;
    }
    const limit = limitOf(order);
    if (limit === null) {
      this.take(order, supply, timeMs);
      return;
    }
    if (best === undefined || !this.#isReached(order, best, limit)) return;
    const sizes = supply.offers.filter(({ price }) => isWithin(order.side, price, limit));
    const size = sizes.reduce((sum, offer) => sum.plus(offer.size), ZERO);
    this.fillResting(order, limit, this.mostOf(order, size), supply.source, timeMs);
  }

  /** A trade has happened. */
  meetTrade(
    order: PaperOrder,
    trade: Offer,
    market: SymbolMarket,
    event: MarketEvent,
    timeMs: number,
  ): void {
    const { side } = order;
    if (isWaiting(order)) {
      this.trigger(order, trade.price, supplyOf(market, order), timeMs);
      return;
    }
    const limit = limitOf(order);
    if (limit === null) {
      if (market.source === event) this.take(order, supplyOf(market, order), timeMs);
      return;
    }
    if (!isWithin(side, trade.price, limit)) return;
    let { size } = trade;
    if (!isThrough(side, trade.price, limit) && order.ahead.gt(0)) {
      const left = order.ahead.minus(size);
      order.ahead = left.gt(0) ? left : ZERO;
      if (left.gte(0)) return;
      size = left.negated();
    }
    this.fillResting(order, limit, this.mostOf(order, size), event, timeMs);
  }

  /** Fills an order that rested, up to `most` units (null: all of it), for which it was there first. */
  fillResting(
    order: PaperOrder,
    price: Decimal,
    most: Decimal | null,
    source: MarketEvent | null,
    timeMs: number,
  ): void {
    if (most !== null && order.shareTakenOf === source) return;
    order.shareTakenOf = source;
    const wanted = this.#wanted(order, timeMs);
    const quantity = most !== null && most.lt(wanted) ? most : wanted;
    if (quantity.lte(0)) return;
    this.#settlement.fill(order, quantity, price, 'maker', timeMs);
    this.#endIfReduced(order, timeMs);
  }

  /** Takes what the order gets of the supply; immediate orders are canceled if anything is left. */
  take(order: PaperOrder, supply: Supply, timeMs: number): void {
    const wanted = this.#wanted(order, timeMs);
    if (wanted.lte(0)) return;
    const slices = this.#slices(order, wanted, supply);
    if (order.timeInForce === 'fok' && quantityOf(slices).lt(wanted)) {
      const words = `fok: ${text(quantityOf(slices))} of ${text(wanted)} could be had at once`;
      this.#settlement.cancel(order, words, timeMs);
      return;
    }
    if (slices.length > 0) order.shareTakenOf = supply.source;
    for (const { price, quantity } of slices) {
      if (!this.#settlement.fill(order, quantity, price, 'taker', timeMs)) return;
    }
    this.#endIfReduced(order, timeMs);
    if (order.timeInForce === 'ioc' && isOpen(order)) {
      this.#settlement.cancel(order, 'ioc: the rest could not be had at once', timeMs);
    }
  }

  /** The most that a market event of this size, in base currency, fills of the order; null for no limit. */
  mostOf(order: PaperOrder, size: Decimal): Decimal | null {
    const { maxVolumeShare } = this.#options;
    return maxVolumeShare === null ? null : shareOf(order, size, maxVolumeShare);
  }

  /** An order begins its work: a limit that the market has reached takes, and what is left of it rests. */
  #enter(order: PaperOrder, supply: Supply, timeMs: number): void {
    const limit = limitOf(order);
    const best = supply.offers[0]?.price;
    const takes = limit === null || (best !== undefined && isWithin(order.side, best, limit));
    if (takes && order.postOnly) {
      this.#settlement.cancel(order, wouldTake(best), timeMs);
    } else if (takes || order.timeInForce !== 'gtc' || order.reduceOnly) {
      this.take(order, takes ? supply : { ...supply, offers: [] }, timeMs);
    }
    if (limit === null || !isOpen(order)) return;
    const joinsQueue = this.#options.queuePosition === 'back';
    order.ahead = joinsQueue ? supply.restingAt(limit) : ZERO;
  }

  #isReached(order: PaperOrder, price: Decimal, limit: Decimal): boolean {
    return order.ahead.gt(0)
      ? isThrough(order.side, price, limit)
      : isWithin(order.side, price, limit);
  }

  #slices(
    order: PaperOrder,
    wanted: Decimal,
    { offers, source }: Supply,
  ): ReturnType<typeof slicesOf> {
    const { maxVolumeShare } = this.#options;
    if (maxVolumeShare !== null && order.shareTakenOf === source) return [];
    return slicesOf(order, wanted, offers, source?.type === 'orderbook', this.#options);
  }

  /** What the order may trade now; 0, and the order canceled, for one that may only reduce and has nothing to. */
  #wanted(order: PaperOrder, timeMs: number): Decimal {
    const leaves = leavesOf(order);
    if (!order.reduceOnly) return leaves;
    const reducible = this.#account.reducible(order);
    if (reducible.lte(0)) {
      this.#settlement.cancel(order, 'reduce-only: there is nothing to reduce', timeMs);
      return ZERO;
    }
    return reducible.lt(leaves) ? reducible : leaves;
  }

  #endIfReduced(order: PaperOrder, timeMs: number): void {
    if (!order.reduceOnly || !isOpen(order) || this.#account.reducible(order).gt(0)) return;
    this.#settlement.cancel(order, 'reduce-only: there is nothing more to reduce', timeMs);
  }
}

export function supplyOf(market: SymbolMarket, { side }: Pick<PaperOrder, 'side'>): Supply {
  return {
    offers: market.offers(side),
    source: market.source,
    restingAt: (price) => market.restingAt(side, price),
  };
}

export function wouldTake(best: Decimal | undefined): string {
  return `post-only: it would take${best === undefined ? '' : `, the market is at ${text(best)}`}`;
}
