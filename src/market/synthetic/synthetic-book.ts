import type { BookLevel, OrderBook } from '../../model/order-book.ts';
import { priceOfTicks, sizeOf } from './synthetic-instrument.ts';
import type { SyntheticSymbol } from './synthetic-symbol.ts';

/** Sizes by price in ticks. */
type Side = Map<number, number>;

/**
 * Tells the order book of a symbol: first as a whole, then what changed. The book is a function of the
 * best prices and their sizes alone (what rests deeper is fixed by its price), so that the book
 * is the same for whoever begins to listen later.
 */
export class SyntheticBook {
  readonly #symbol: SyntheticSymbol;
  readonly #levels: number;
  #bids: Side | undefined;
  #asks: Side | undefined;

  constructor(symbol: SyntheticSymbol, levels: number) {
    this.#symbol = symbol;
    this.#levels = levels;
  }

  /** The next event: a snapshot the first time, then a delta; undefined if nothing changed. */
  next(timestamp: number): OrderBook | undefined {
    const { instrument, bidTicks, askTicks, bidSize, askSize } = this.#symbol;
    const bids = this.#sideFrom(bidTicks, -1, bidSize);
    const asks = this.#sideFrom(askTicks, 1, askSize);
    const kind = this.#bids === undefined ? 'snapshot' : 'delta';
    const bidChanges = this.#changes(this.#bids, bids);
    const askChanges = this.#changes(this.#asks, asks);
    this.#bids = bids;
    this.#asks = asks;
    if (bidChanges.length === 0 && askChanges.length === 0) return undefined;
    return {
      type: 'orderbook',
      symbol: instrument.symbol,
      timestamp,
      kind,
      bids: bidChanges,
      asks: askChanges,
    };
  }

  #sideFrom(bestTicks: number, direction: 1 | -1, bestSize: number): Side {
    const side: Side = new Map([[bestTicks, bestSize]]);
    for (let level = 1; level < this.#levels; level += 1) {
      const ticks = bestTicks + direction * level;
      side.set(ticks, this.#deepSize(ticks));
    }
    return side;
  }

  /** One to nine typical trades, by a hash of the price (the finish of MurmurHash3). */
  #deepSize(ticks: number): number {
    let hash = (this.#symbol.bookSeed ^ ticks) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    return sizeOf(this.#symbol.instrument, 1 + (8 * hash) / 0x1_0000_0000);
  }

  /** Levels that are new or of another size, best first, and then those that are gone, with size 0. */
  #changes(before: Side | undefined, after: Side): BookLevel[] {
    const changes: BookLevel[] = [];
    const { instrument } = this.#symbol;
    for (const [ticks, size] of after) {
      if (before?.get(ticks) === size) continue;
      changes.push([priceOfTicks(instrument, ticks), size]);
    }
    for (const ticks of before?.keys() ?? []) {
      if (!after.has(ticks)) changes.push([priceOfTicks(instrument, ticks), 0]);
    }
    return changes;
  }
}
