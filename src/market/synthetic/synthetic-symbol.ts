import { normal, seededRandom, type Random } from '../../base/random.ts';
import type { QuoteTick } from '../../model/quote-tick.ts';
import type { TradeTick } from '../../model/trade-tick.ts';
import {
  hashOf,
  priceOfTicks,
  sizeOf,
  ticksOfPrice,
  type SyntheticInstrument,
} from './synthetic-instrument.ts';

/** Spread of the best prices, ticks: 1 to this. */
const MAX_SPREAD_TICKS = 3;
/** Sizes vary by a factor of e^0.8 or so around the typical one. */
const SIZE_SIGMA = 0.8;
/** What rests at the best price is a few typical trades. */
const RESTING_TRADES = 3;

export interface SyntheticSymbolOptions {
  readonly seed: number;
  /** Standard deviation of one step's log return. */
  readonly stepSigma: number;
  readonly correlation: number;
  /** The best bid never falls below this many ticks, so that every level of the book has a price. */
  readonly minBidTicks: number;
}

/**
 * The state of one symbol: a price that follows geometric Brownian motion without drift, S' = S
 * exp(-σ²/2 + σ z), where z is made of a factor that all symbols share and of noise of its own; around
 * it the best bid and ask; and one trade at one of the two in each step.
 *
 * Every step draws the same count of numbers whatever anybody asked for, so that the market does not
 * depend on who listens. Each symbol has a generator of its own, so that it does not depend on
 * which others there are.
 */
export class SyntheticSymbol {
  readonly instrument: SyntheticInstrument;
  /** Mixed into the sizes deep in the book. */
  readonly bookSeed: number;
  bidTicks = 0;
  askTicks = 0;
  bidSize = 0;
  askSize = 0;
  tradePrice = 0;
  tradeSize = 0;
  tradeSide: 'buy' | 'sell' = 'buy';
  tradeCount = 0;
  readonly #options: SyntheticSymbolOptions;
  readonly #random: Random;
  readonly #commonShare: number;
  readonly #ownShare: number;
  #price: number;

  constructor(instrument: SyntheticInstrument, options: SyntheticSymbolOptions) {
    this.instrument = instrument;
    this.#options = options;
    const seed = (options.seed ^ hashOf(instrument.symbol)) >>> 0;
    this.bookSeed = seed;
    this.#random = seededRandom(seed);
    // Two symbols that share a factor with weight √ρ each are correlated by ρ.
    this.#commonShare = Math.sqrt(options.correlation);
    this.#ownShare = Math.sqrt(1 - options.correlation);
    this.#price = instrument.startPrice;
  }

  /** Moves on by one step; `common` is this step's shared factor, a standard normal number. */
  step(common: number): void {
    const { stepSigma, minBidTicks } = this.#options;
    const random = this.#random;
    const noise = this.#commonShare * common + this.#ownShare * normal(random);
    this.#price *= Math.exp(stepSigma * noise - (stepSigma * stepSigma) / 2);
    const spreadTicks = 1 + Math.floor(random() * MAX_SPREAD_TICKS);
    const middle = ticksOfPrice(this.instrument, this.#price);
    this.bidTicks = Math.max(minBidTicks, Math.round(middle - spreadTicks / 2));
    this.askTicks = this.bidTicks + spreadTicks;
    this.bidSize = sizeOf(this.instrument, RESTING_TRADES * Math.exp(SIZE_SIGMA * normal(random)));
    this.askSize = sizeOf(this.instrument, RESTING_TRADES * Math.exp(SIZE_SIGMA * normal(random)));
    this.tradeSide = random() < 0.5 ? 'buy' : 'sell';
    this.tradeSize = sizeOf(this.instrument, Math.exp(SIZE_SIGMA * normal(random)));
    const tradeTicks = this.tradeSide === 'buy' ? this.askTicks : this.bidTicks;
    this.tradePrice = priceOfTicks(this.instrument, tradeTicks);
    this.tradeCount += 1;
  }

  trade(timestamp: number): TradeTick {
    return {
      type: 'trade',
      symbol: this.instrument.symbol,
      timestamp,
      price: this.tradePrice,
      size: this.tradeSize,
      aggressorSide: this.tradeSide,
      tradeId: String(this.tradeCount),
    };
  }

  quote(timestamp: number): QuoteTick {
    return {
      type: 'quote',
      symbol: this.instrument.symbol,
      timestamp,
      bid: priceOfTicks(this.instrument, this.bidTicks),
      bidSize: this.bidSize,
      ask: priceOfTicks(this.instrument, this.askTicks),
      askSize: this.askSize,
    };
  }
}
