import type { MarketEvent } from '../model/market-event.ts';

/** The last price of each symbol, and whether it is one to act on. */
export class MarketPrices {
  readonly #last = new Map<string, number>();
  readonly #stale = new Map<string, string>();

  onMarket(event: MarketEvent): void {
    const price = priceOf(event);
    if (price !== undefined && Number.isFinite(price)) this.#last.set(event.symbol, price);
  }

  last(symbol: string): number | undefined {
    return this.#last.get(symbol);
  }

  /** The feed does not hear of the symbol any more, with its reason; null if it does again. */
  setStale(symbol: string, reason: string | null): void {
    if (reason === null) this.#stale.delete(symbol);
    else this.#stale.set(symbol, reason);
  }

  staleReason(symbol: string): string | undefined {
    return this.#stale.get(symbol);
  }
}

/** The price that an event tells; undefined for one that tells none. */
export function priceOf(event: MarketEvent): number | undefined {
  switch (event.type) {
    case 'bar':
      return event.close;
    case 'trade':
      return event.price;
    case 'quote':
      return (event.bid + event.ask) / 2;
    case 'orderbook': {
      // What changed in a book does not say which prices are the best ones.
      if (event.kind === 'delta') return undefined;
      const bid = event.bids[0]?.[0];
      const ask = event.asks[0]?.[0];
      return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
    }
  }
}
