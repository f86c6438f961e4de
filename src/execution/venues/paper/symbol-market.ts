import type { Decimal } from 'decimal.js';
import type { Bar } from '../../../model/bar.ts';
import type { MarketEvent } from '../../../model/market-event.ts';
import type { OrderSide } from '../../../model/order.ts';
import type { BookLevel, OrderBook } from '../../../model/order-book.ts';
import type { QuoteTick } from '../../../model/quote-tick.ts';
import type { TradeTick } from '../../../model/trade-tick.ts';
import { decimal, ZERO } from '../../decimals.ts';
import { KeptBook } from './kept-book.ts';
import { barLengthMs } from './known-time.ts';

/** What can be taken at a price, in base currency. */
export interface Offer {
  readonly price: Decimal;
  readonly size: Decimal;
}

/**
 * The latest known market of a symbol. Of what is known the finest counts for what an order may take: book,
 * quote, trade, bar, and of bars the shortest; bars count for nothing any more once a tick was seen, for they
 * would tell the same twice. Trades count beside book and quotes for orders that rest, as they tell what was
 * traded.
 */
export class SymbolMarket {
  #book: KeptBook | null = null;
  #lastBook: OrderBook | null = null;
  #quote: QuoteTick | null = null;
  #trade: TradeTick | null = null;
  #bar: Bar | null = null;
  #barMs = Number.POSITIVE_INFINITY;

  /** The event that offers come from now, null before the first. */
  get source(): MarketEvent | null {
    return this.#lastBook ?? this.#quote ?? this.#trade ?? this.#bar;
  }

  /**
   * The event is of no use beside what is known already. That never changes back, but for a change of a book
   * of which nothing is known yet.
   */
  ignores(event: MarketEvent): boolean {
    switch (event.type) {
      case 'orderbook':
        return event.kind === 'delta' && this.#book === null;
      case 'quote':
        return this.#book !== null;
      case 'trade':
        return false;
      case 'bar':
        return this.#ignoresBar(event);
    }
  }

  apply(event: MarketEvent): void {
    switch (event.type) {
      case 'orderbook':
        this.#book ??= new KeptBook();
        this.#book.apply(event);
        this.#lastBook = event;
        break;
      case 'quote':
        this.#quote = event;
        break;
      case 'trade':
        this.#trade = event;
        break;
      case 'bar':
        this.#bar = event;
        this.#barMs = barLengthMs(event);
        break;
    }
  }

  /** What one who buys, or sells, can take now, best first. */
  offers(side: OrderSide): readonly Offer[] {
    return this.#levels(side)
      .filter(([price]) => price > 0)
      .map(([price, size]) => ({ price: decimal(price), size: decimal(size) }));
  }

  /** The best price that one who buys, or sells, can take now; undefined if nobody offers. */
  best(side: OrderSide): Decimal | undefined {
    const price = this.#levels(side)[0]?.[0];
    return price === undefined || price <= 0 ? undefined : decimal(price);
  }

  /** What is known to rest at a price where an order of this side would join it, in base currency. */
  restingAt(side: OrderSide, price: Decimal): Decimal {
    const number = price.toNumber();
    if (this.#book !== null) {
      return decimal(this.#book.sizeAt(side === 'buy' ? 'bids' : 'asks', number));
    }
    if (this.#quote === null) return ZERO;
    const { bid, bidSize, ask, askSize } = this.#quote;
    if (side === 'buy') return number === bid ? decimal(bidSize) : ZERO;
    return number === ask ? decimal(askSize) : ZERO;
  }

  #levels(side: OrderSide): readonly BookLevel[] {
    if (this.#book !== null) return side === 'buy' ? this.#book.asks : this.#book.bids;
    if (this.#quote !== null) {
      const { bid, bidSize, ask, askSize } = this.#quote;
      return [side === 'buy' ? [ask, askSize] : [bid, bidSize]];
    }
    if (this.#trade !== null) return [[this.#trade.price, this.#trade.size]];
    return this.#bar === null ? [] : [[this.#bar.close, this.#bar.volume]];
  }

  #ignoresBar(bar: Bar): boolean {
    if (this.#book !== null || this.#quote !== null || this.#trade !== null) return true;
    const lengthMs = barLengthMs(bar);
    if (lengthMs !== this.#barMs) return lengthMs > this.#barMs;
    return this.#bar !== null && bar.timestamp <= this.#bar.timestamp;
  }
}
