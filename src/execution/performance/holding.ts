import type { Decimal } from 'decimal.js';
import type { Fill } from '../../model/fill.ts';
import { decimal, ZERO } from '../decimals.ts';
import type { TradedInstrument } from './equity-sample.ts';

/** Digits after the point to which the fee of a fill that flips a position is split; the rest goes to the other part. */
const SPLIT_DIGITS = 18;

/** What a fill did. Amounts are in quote currency. */
export interface FillEffect {
  /** Change of cash: what was paid or received, with the fee if it was paid in quote currency. */
  readonly cash: Decimal;
  /** Price times quantity times contract size. */
  readonly notional: Decimal;
  /** What the fee was worth; null for one in a currency that is neither quote nor, for spot, base. */
  readonly feeCost: Decimal | null;
  /** What the round trip that this fill ended brought after fees; null if it ended none. */
  readonly tripPnl: Decimal | null;
}

/**
 * What one owner holds of one symbol, and what the round trip that is under way has cost so far.
 *
 * A round trip is what happens from flat to flat, or to the fill that flips the position: that fill ends one
 * trip and begins the next, at its price, its fee split by quantity. What is smaller than one lot can not be
 * traded away (fees in base currency leave such dust) and counts as flat; at the end of a trip it is valued at
 * the price of the last fill and handed to the next trip at that price. So the round trips add up to the
 * change of equity, to the last digit.
 */
export class Holding {
  /** In base currency, negative if sold. */
  units: Decimal = ZERO;
  /** Nothing, or less than a lot. */
  flat = true;
  lastFillPrice: Decimal = ZERO;
  readonly #instrument: TradedInstrument;
  readonly #contractSize: Decimal;
  readonly #lot: Decimal;
  #tripCash: Decimal = ZERO;

  constructor(instrument: TradedInstrument) {
    this.#instrument = instrument;
    this.#contractSize = decimal(instrument.contractSize);
    this.#lot = decimal(instrument.lotSize).times(this.#contractSize);
  }

  apply(fill: Fill): FillEffect {
    const price = decimal(fill.price);
    const bought = decimal(fill.quantity).times(this.#contractSize);
    const notional = price.times(bought);
    const fee = decimal(fill.fee);
    const inQuote = fill.feeCurrency === this.#instrument.quote;
    const inBase =
      !inQuote && this.#instrument.kind === 'spot' && fill.feeCurrency === this.#instrument.base;
    const feeCost = inQuote ? fee : inBase ? fee.times(price) : null;

    const signed = fill.side === 'buy' ? bought : bought.negated();
    const paid = fill.side === 'buy' ? notional.negated() : notional;
    const cash = inQuote ? paid.minus(fee) : paid;
    const before = this.units;
    this.units = before.plus(inBase ? signed.minus(fee) : signed);
    this.lastFillPrice = price;
    this.#tripCash = this.#tripCash.plus(cash);
    return { cash, notional, feeCost, tripPnl: this.#tripPnl(before, feeCost ?? ZERO) };
  }

  #tripPnl(before: Decimal, feeCost: Decimal): Decimal | null {
    const wasFlat = this.flat;
    this.flat = this.units.isZero() || this.units.abs().lt(this.#lot);
    if (wasFlat) return null;
    const flipped = !this.flat && before.isNegative() !== this.units.isNegative();
    if (!this.flat && !flipped) return null;
    const value = this.#tripCash.plus(this.units.times(this.lastFillPrice));
    const pnl = flipped ? value.plus(this.#feeOfOpening(before, feeCost)) : value;
    this.#tripCash = this.#tripCash.minus(pnl);
    return pnl;
  }

  /** The part of the fee of a fill that flipped the position which belongs to the new one. */
  #feeOfOpening(before: Decimal, feeCost: Decimal): Decimal {
    const opened = this.units.abs();
    return feeCost.times(opened).div(opened.plus(before.abs())).toDecimalPlaces(SPLIT_DIGITS);
  }
}
