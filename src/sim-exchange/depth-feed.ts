import { text } from './decimals.ts';
import type { Side } from './order.ts';
import type { SymbolMarket } from './symbol-market.ts';

type Levels = ReadonlyMap<string, string>;

/** What changed in a book from one update to the next. */
export interface DepthChange {
  readonly updateId: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

/** Tells a book by numbered changes. A snapshot has the number of the last one. */
export class DepthFeed {
  readonly #market: SymbolMarket;
  #told: Readonly<Record<Side, Levels>> = { BUY: new Map(), SELL: new Map() };
  #updateId = 0;
  /** What a snapshot holds already and the stream has not told yet. */
  readonly #pending: DepthChange[] = [];

  constructor(market: SymbolMarket) {
    this.#market = market;
  }

  /** The next change that was not told, if there is any. */
  next(): DepthChange | undefined {
    return this.#pending.shift() ?? this.#change();
  }

  /** `GET /api/v3/depth`. */
  snapshot(limit: number): Record<string, unknown> {
    const change = this.#change();
    if (change !== undefined) this.#pending.push(change);
    const side = (name: Side): [string, string][] => [...this.#told[name]].slice(0, limit);
    return { lastUpdateId: this.#updateId, bids: side('BUY'), asks: side('SELL') };
  }

  #change(): DepthChange | undefined {
    const now = { BUY: this.#levels('BUY'), SELL: this.#levels('SELL') };
    const bids = changes(this.#told.BUY, now.BUY);
    const asks = changes(this.#told.SELL, now.SELL);
    if (bids.length === 0 && asks.length === 0) return undefined;
    this.#told = now;
    this.#updateId += 1;
    return { updateId: this.#updateId, bids, asks };
  }

  #levels(side: Side): Levels {
    return new Map(
      this.#market.book.levels(side).map(([price, quantity]) => [text(price), text(quantity)]),
    );
  }
}

function changes(before: Levels, now: Levels): [string, string][] {
  const gone = [...before.keys()].filter((price) => !now.has(price));
  return [
    ...[...now].filter(([price, quantity]) => before.get(price) !== quantity),
    ...gone.map((price): [string, string] => [price, '0.00000000']),
  ];
}
