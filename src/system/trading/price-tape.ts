/** Market time within which the last price of a symbol stands for all, milliseconds. */
const SPAN_MS = 60_000;

interface PriceAt {
  timestamp: number;
  price: number;
}

/** The prices of a replay: the last one of each minute and symbol, for what is valued afterwards. */
export class PriceTape {
  readonly #bySymbol = new Map<string, PriceAt[]>();

  /** `timestamp` is when it was known, ms since the epoch; never before that of the call before. */
  add(symbol: string, price: number, timestamp: number): void {
    const prices = this.#of(symbol);
    const last = prices.at(-1);
    if (last !== undefined && sameSpan(last.timestamp, timestamp)) {
      last.timestamp = timestamp;
      last.price = price;
    } else {
      prices.push({ timestamp, price });
    }
  }

  /** All of them in the order of their times. */
  *inOrder(): Generator<PriceAt & { readonly symbol: string }> {
    const tapes = [...this.#bySymbol].map(([symbol, prices]) => ({ symbol, prices, at: 0 }));
    for (;;) {
      let next: (typeof tapes)[number] | undefined;
      for (const tape of tapes) {
        const price = tape.prices[tape.at];
        if (price === undefined) continue;
        const best = next?.prices[next.at];
        if (best === undefined || price.timestamp < best.timestamp) next = tape;
      }
      const found = next?.prices[next.at];
      if (next === undefined || found === undefined) return;
      next.at += 1;
      yield { symbol: next.symbol, ...found };
    }
  }

  #of(symbol: string): PriceAt[] {
    const known = this.#bySymbol.get(symbol);
    if (known !== undefined) return known;
    const prices: PriceAt[] = [];
    this.#bySymbol.set(symbol, prices);
    return prices;
  }
}

/** A price known at the very end of a minute belongs to it: that of a bar. */
function sameSpan(one: number, other: number): boolean {
  return Math.ceil(one / SPAN_MS) === Math.ceil(other / SPAN_MS);
}
