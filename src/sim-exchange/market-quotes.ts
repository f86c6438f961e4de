import type { Decimal } from 'decimal.js';
import { normal, type Random } from '../base/random.ts';
import { floorTo } from './decimals.ts';
import type { Instrument } from './instrument.ts';
import type { Side } from './order.ts';

const LEVELS = 20;

/** Share of the price between two levels. */
const GAP = 0.00005;

/** Standard deviation of one move, as a share of the price. */
const VOLATILITY = 0.0002;

/** Price and quantity. */
export type Quote = readonly [Decimal, Decimal];

/** What the rest of the world bids and asks: a random walk by seed. */
export class MarketQuotes {
  readonly #instrument: Instrument;
  readonly #random: Random;
  /** The best bid, in ticks. */
  #ticks: number;

  constructor(instrument: Instrument, random: Random) {
    this.#instrument = instrument;
    this.#random = random;
    this.#ticks = this.#ticksOf(instrument.startPrice);
  }

  /** The best bid. */
  get price(): Decimal {
    return this.#instrument.tickSize.times(this.#ticks);
  }

  move(): void {
    const share = Math.exp(VOLATILITY * normal(this.#random));
    this.#ticks = this.#bounded(Math.round(this.#ticks * share));
  }

  moveTo(price: Decimal): void {
    this.#ticks = this.#bounded(this.#ticksOf(price));
  }

  /** The quotes of both sides, best first. */
  quotes(): Readonly<Record<Side, readonly Quote[]>> {
    const gap = Math.max(1, Math.round(this.#ticks * GAP));
    const at = (ticks: number): Quote => [
      this.#instrument.tickSize.times(ticks),
      this.#quantity(0.2 + this.#random()),
    ];
    const levels = Array.from({ length: LEVELS }, (_, level) => level);
    return {
      BUY: levels.map((level) => at(Math.max(1, this.#ticks - level * gap))),
      SELL: levels.map((level) => at(this.#ticks + (level + 1) * gap)),
    };
  }

  /** What somebody out there does at the market price. */
  visitor(): { side: Side; quantity: Decimal } {
    const side = this.#random() < 0.5 ? 'BUY' : 'SELL';
    return { side, quantity: this.#quantity(0.001 + 0.05 * this.#random()) };
  }

  #quantity(share: number): Decimal {
    const { levelQuantity, stepSize } = this.#instrument;
    const quantity = floorTo(levelQuantity.times(share), stepSize);
    return quantity.isZero() ? stepSize : quantity;
  }

  #ticksOf(price: Decimal): number {
    return price.div(this.#instrument.tickSize).floor().toNumber();
  }

  #bounded(ticks: number): number {
    return Math.min(Math.max(ticks, 100), this.#ticksOf(this.#instrument.maxPrice.div(2)));
  }
}
