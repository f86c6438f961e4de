// A steady stream of trades at the exchange's own prices, for strategies to act on.
const TRADE_MS = 50;
const PRICES_MS = 500;

export class Market {
  #rest;
  #symbols;
  #prices = new Map();
  #timers = [];
  #count = 0;

  constructor(rest, symbols) {
    this.#rest = rest;
    this.#symbols = symbols;
  }

  start(publish) {
    this.#timers = [
      setInterval(() => void this.#look(), PRICES_MS),
      setInterval(() => {
        const trades = this.#symbols.flatMap((symbol) => this.#tradeOf(symbol));
        if (trades.length > 0) publish(trades);
      }, TRADE_MS),
    ];
    void this.#look();
  }

  stop() {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #tradeOf(symbol) {
    const price = this.#prices.get(symbol);
    if (price === undefined) return [];
    this.#count += 1;
    const timestamp = Date.now();
    const tradeId = String(this.#count);
    return [{ type: 'trade', symbol, timestamp, price, size: 1, aggressorSide: 'buy', tradeId }];
  }

  /** Where the exchange is out of order, the last prices stand. */
  async #look() {
    for (const symbol of this.#symbols) {
      try {
        const url = `${this.#rest}/api/v3/ticker/price?symbol=${symbol.replace('/', '')}`;
        const answer = await fetch(url, { signal: AbortSignal.timeout(PRICES_MS) });
        const price = Number((await answer.json()).price);
        if (price > 0) this.#prices.set(symbol, price);
      } catch {
        // One of its faults.
      }
    }
  }
}
