import { normal, seededRandom, type Random } from '../../base/random.ts';
import type { Bar } from '../../model/bar.ts';
import type { MarketEvent } from '../../model/market-event.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import { BarAggregator } from '../bar-aggregator.ts';
import { SyntheticBook } from './synthetic-book.ts';
import { syntheticInstrument } from './synthetic-instrument.ts';
import type { ResolvedSyntheticOptions } from './synthetic-options.ts';
import { SyntheticSymbol } from './synthetic-symbol.ts';

/** A year of market time, ms (365.25 days): volatility is given for one. */
const YEAR_MS = 31_557_600_000;

/** What is asked for of one symbol. */
interface Listing {
  readonly symbol: SyntheticSymbol;
  readonly bars: BarAggregator;
  wantsTrade: boolean;
  wantsQuote: boolean;
  wantsBars: boolean;
  /** Made when somebody asks, so that the first thing told of a book is a snapshot. */
  book: SyntheticBook | undefined;
}

/** All symbols of a synthetic market, moved on together a step at a time. Knows nothing of wall time. */
export class SyntheticMarket {
  readonly #listings: readonly Listing[];
  readonly #bySymbol: ReadonlyMap<string, Listing>;
  readonly #common: Random;
  readonly #stepMs: number;
  readonly #bookLevels: number;
  #nextMs: number;

  constructor(options: ResolvedSyntheticOptions, startMs: number) {
    const stepSigma = options.volatility * Math.sqrt(options.stepMs / YEAR_MS);
    this.#listings = options.symbols.map((name) => ({
      symbol: new SyntheticSymbol(syntheticInstrument(name, options.prices[name]), {
        seed: options.seed,
        stepSigma,
        correlation: options.correlation,
        minBidTicks: options.bookLevels,
      }),
      bars: new BarAggregator({ symbol: name, timeframe: options.timeframe }),
      wantsTrade: false,
      wantsQuote: false,
      wantsBars: false,
      book: undefined,
    }));
    this.#bySymbol = new Map(
      this.#listings.map((listing) => [listing.symbol.instrument.symbol, listing]),
    );
    this.#common = seededRandom(options.seed);
    this.#stepMs = options.stepMs;
    this.#bookLevels = options.bookLevels;
    this.#nextMs = startMs;
  }

  /** Time of the next step, ms since the epoch. */
  get nextMs(): number {
    return this.#nextMs;
  }

  want({ symbol, dataType }: MarketTopic): void {
    const listing = this.#bySymbol.get(symbol);
    if (listing === undefined) return;
    if (dataType === 'trade') listing.wantsTrade = true;
    else if (dataType === 'quote') listing.wantsQuote = true;
    else if (dataType === 'depth')
      listing.book ??= new SyntheticBook(listing.symbol, this.#bookLevels);
    else listing.wantsBars = true;
  }

  /**
   * Moves every symbol on and appends what is asked for: the bars that are over by now, then of each
   * symbol the book, the best prices and the trade at one of them.
   */
  step(out: MarketEvent[]): void {
    const timestamp = this.#nextMs;
    this.#nextMs += this.#stepMs;
    for (const { bars, wantsBars } of this.#listings) {
      pushIfWanted(bars.closeBefore(timestamp), wantsBars, out);
    }
    const common = normal(this.#common);
    for (const listing of this.#listings) {
      const { symbol, book } = listing;
      symbol.step(common);
      const change = book?.next(timestamp);
      if (change !== undefined) out.push(change);
      if (listing.wantsQuote) out.push(symbol.quote(timestamp));
      const trade = symbol.trade(timestamp);
      listing.bars.take(trade);
      if (listing.wantsTrade) out.push(trade);
    }
  }

  /** The bars still open, at the end of the market. */
  end(out: MarketEvent[]): void {
    for (const { bars, wantsBars } of this.#listings) pushIfWanted(bars.flush(), wantsBars, out);
  }
}

function pushIfWanted(bar: Bar | undefined, isWanted: boolean, out: MarketEvent[]): void {
  if (bar !== undefined && isWanted) out.push(bar);
}
