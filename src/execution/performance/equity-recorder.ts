import type { Decimal } from 'decimal.js';
import { parseDecimalText, type DecimalText } from '../../model/decimal-text.ts';
import type { Fill } from '../../model/fill.ts';
import { decimal, text, ZERO } from '../decimals.ts';
import { DrawdownTracker } from './drawdown.ts';
import type { Drawdown, EquitySample, TradedInstrument } from './equity-sample.ts';
import { Holding } from './holding.ts';
import { endOfSpan, SampleSeries } from './sample-series.ts';
import { TripTally, type TripFigures } from './trip-tally.ts';

/** Samples are multiples of one over this: what is below it is the rounding of floats. */
const SAMPLE_UNIT = 1e8;

export interface EquityRecorderOptions {
  /** What there is before the first fill, in `currency`. */
  readonly initialCapital: DecimalText;
  /** Quote currency of the instruments, such as `USDT`. */
  readonly currency: string;
  /** Market time between two samples. @default 60_000 */
  readonly sampleSpanMs?: number;
  /** With more than that, the span is doubled; at least 6. @default 20_000 */
  readonly maxSamples?: number;
  /** Last price by symbol, where several recorders share it; `onPrice` writes to it. @default one of its own */
  readonly prices?: Map<string, number>;
}

/** What was recorded so far, plain data. */
export interface EquityRecord {
  readonly currency: string;
  readonly initialEquity: DecimalText;
  /** At the last prices, exact. */
  readonly finalEquity: DecimalText;
  readonly samples: readonly EquitySample[];
  readonly maxDrawdown: Drawdown;
  readonly fills: number;
  /** Fills in another quote currency than the record's: they are counted here and nowhere else. */
  readonly foreignFills: number;
  /** By currency, positive for a cost. */
  readonly fees: Readonly<Record<string, DecimalText>>;
  /** The part of the fees that is no part of equity, as its currency is neither quote nor, for spot, base. */
  readonly feesOutsideEquity: Readonly<Record<string, DecimalText>>;
  /** What the fees that are part of equity were worth when they were paid. */
  readonly feeCost: DecimalText;
  /** Price times quantity times contract size of all fills, bought and sold. */
  readonly tradedNotional: DecimalText;
  readonly trips: TripFigures;
  /** Positions that are open at the end. */
  readonly openPositions: number;
  /** Market time with a position. */
  readonly exposedMs: number;
  /** First and last time that was told of, ms since the Unix epoch; null if none was. */
  readonly firstTime: number | null;
  readonly lastTime: number | null;
}

/**
 * Equity of a strategy, or of several together: cash plus positions at the last price, all in one currency.
 *
 * A sample is taken at the first time, at each fill, and at the end of each span in which something was told,
 * with what was known then; of several at one time the last stays (of a fill at the first time, the capital
 * stays as of the millisecond before); see `SampleSeries` for the spans and for how they are merged. A position without a price is
 * valued at the price of its last fill. Time does not run backwards: what is older than what was told before
 * counts as of that time. The drawdown sees each sample, also those that are merged later, and its high and low
 * are kept. Funding payments are not part of it.
 *
 * A price costs a comparison and a map entry, and once a span a sum of floats; decimals are touched at fills
 * alone. Cash, fees, round trips and the final equity are exact.
 */
export class EquityRecorder {
  readonly #currency: string;
  readonly #initial: Decimal;
  readonly #prices: Map<string, number>;
  readonly #spanMs: number;
  readonly #series: SampleSeries;
  readonly #drawdown = new DrawdownTracker();
  readonly #trips = new TripTally();
  /** By owner and symbol. */
  readonly #holdings = new Map<string, Map<string, Holding>>();
  /** What all owners hold together, by symbol. */
  readonly #net = new Map<string, NetHolding>();
  readonly #fees = new Map<string, Decimal>();
  readonly #feesOutside = new Map<string, Decimal>();
  #feeCost = ZERO;
  #notional = ZERO;
  #cash: Decimal;
  /** The number nearest to `#cash`. */
  #cashNumber: number;
  #fills = 0;
  #foreignFills = 0;
  #openPositions = 0;
  #exposedMs = 0;
  #exposedSince = 0;
  #firstTime: number | null = null;
  /** Not among the others yet: what is told of the same time takes its place. */
  #newest: EquitySample | undefined;
  /** The newest one is of a fill, and prices of the same time may follow. */
  #unsettled = false;
  #now = Number.NEGATIVE_INFINITY;
  #spanEnd = Number.NEGATIVE_INFINITY;

  /** @throws {InvalidDecimalError} code `INVALID_DECIMAL` */
  constructor(options: EquityRecorderOptions) {
    const { initialCapital, currency, sampleSpanMs = 60_000, maxSamples = 20_000 } = options;
    this.#currency = currency;
    this.#initial = decimal(parseDecimalText(initialCapital, 'the initial capital'));
    this.#cash = this.#initial;
    this.#cashNumber = this.#initial.toNumber();
    this.#prices = options.prices ?? new Map<string, number>();
    this.#spanMs = sampleSpanMs;
    // Both ends of the drawdown and the two newest come on top.
    this.#series = new SampleSeries(sampleSpanMs, maxSamples - 4);
  }

  /** A price of the market; one that is not finite is passed over. */
  onPrice(symbol: string, price: number, timestampMs: number): void {
    this.onTime(timestampMs);
    if (Number.isFinite(price)) this.#prices.set(symbol, price);
  }

  /** Prices go on from here: the sample of a fill at this time is taken with those that are known now. */
  settle(): void {
    if (this.#unsettled) this.#sample(this.#now);
    this.#unsettled = false;
  }

  /** Market time has come to this, ms since the Unix epoch. */
  onTime(timestampMs: number): void {
    if (timestampMs <= this.#now) return;
    this.settle();
    if (this.#firstTime === null) {
      this.#firstTime = timestampMs;
      this.#sample(timestampMs);
    } else if (timestampMs > this.#spanEnd) {
      this.#sample(this.#spanEnd);
    }
    this.#now = timestampMs;
    if (timestampMs > this.#spanEnd) {
      this.#spanEnd = endOfSpan(timestampMs, this.#spanMs);
    }
  }

  /**
   * A fill, told once. `owner` keeps the positions of several strategies apart where they are recorded
   * together: one may hold what another has sold.
   */
  onFill(fill: Fill, instrument: TradedInstrument, owner = ''): void {
    this.onTime(fill.timestamp);
    if (instrument.quote !== this.#currency) {
      this.#foreignFills += 1;
      return;
    }
    const holding = this.#holdingOf(owner, fill.symbol, instrument);
    const { flat: wasFlat, units: unitsBefore } = holding;
    const { cash, notional, feeCost, tripPnl } = holding.apply(fill);
    this.#fills += 1;
    this.#cash = this.#cash.plus(cash);
    this.#cashNumber = this.#cash.toNumber();
    this.#notional = this.#notional.plus(notional);
    this.#addFee(fill, feeCost);
    if (tripPnl !== null) this.#trips.add(tripPnl);
    this.#addNet(fill, holding.units.minus(unitsBefore));
    this.#expose(wasFlat, holding.flat);
    this.#sample(this.#now);
    this.#unsettled = true;
  }

  /** Cash plus positions at the last prices, exact. */
  get equity(): DecimalText {
    return text(this.#equity());
  }

  /** What is known by now; what is told later does not change it. */
  record(): EquityRecord {
    const open = this.#openPositions > 0;
    const drawdown = this.#drawdown.copy();
    let samples = this.#series.samples;
    if (this.#newest !== undefined) {
      const last = { timestamp: this.#now, equity: this.#equityNumber() };
      const newest = this.#newest.timestamp < last.timestamp ? [this.#newest, last] : [last];
      for (const sample of newest) drawdown.add(sample);
      samples = inOrder([...samples, ...drawdown.ends, ...newest]);
    }
    return {
      currency: this.#currency,
      initialEquity: text(this.#initial),
      finalEquity: this.equity,
      samples,
      maxDrawdown: drawdown.worst,
      fills: this.#fills,
      foreignFills: this.#foreignFills,
      fees: textsOf(this.#fees),
      feesOutsideEquity: textsOf(this.#feesOutside),
      feeCost: text(this.#feeCost),
      tradedNotional: text(this.#notional),
      trips: this.#trips.figures(),
      openPositions: this.#openPositions,
      exposedMs: this.#exposedMs + (open ? this.#now - this.#exposedSince : 0),
      firstTime: this.#firstTime,
      lastTime: this.#firstTime === null ? null : this.#now,
    };
  }

  #holdingOf(owner: string, symbol: string, instrument: TradedInstrument): Holding {
    let bySymbol = this.#holdings.get(owner);
    if (bySymbol === undefined) this.#holdings.set(owner, (bySymbol = new Map()));
    let holding = bySymbol.get(symbol);
    if (holding === undefined) bySymbol.set(symbol, (holding = new Holding(instrument)));
    return holding;
  }

  #addFee({ feeCurrency, fee }: Fill, feeCost: Decimal | null): void {
    const amount = decimal(fee);
    if (amount.isZero()) return;
    add(this.#fees, feeCurrency, amount);
    if (feeCost === null) add(this.#feesOutside, feeCurrency, amount);
    else this.#feeCost = this.#feeCost.plus(feeCost);
  }

  #expose(wasFlat: boolean, isFlat: boolean): void {
    if (wasFlat === isFlat) return;
    const before = this.#openPositions;
    this.#openPositions += isFlat ? -1 : 1;
    if (before === 0) this.#exposedSince = this.#now;
    else if (this.#openPositions === 0) this.#exposedMs += this.#now - this.#exposedSince;
  }

  #sample(timestamp: number): void {
    const sample = { timestamp, equity: this.#equityNumber() };
    const before = this.#newest;
    this.#newest = sample;
    if (before === undefined) return;
    if (before.timestamp < timestamp) this.#keep(before);
    else if (this.#series.samples.length === 0 && before.equity !== sample.equity) {
      // What there was at the start must not be lost to a fill at that very moment.
      this.#keep({ timestamp: timestamp - 1, equity: before.equity });
    }
  }

  #keep(sample: EquitySample): void {
    this.#series.add(sample);
    this.#drawdown.add(sample);
  }

  #addNet({ symbol, price }: Fill, units: Decimal): void {
    const sum = (this.#net.get(symbol)?.units ?? ZERO).plus(units);
    if (sum.isZero()) this.#net.delete(symbol);
    else this.#net.set(symbol, { units: sum, unitsNumber: sum.toNumber(), fillPrice: price });
  }

  /** In floats: it is asked for again and again, and a sample has no more than 8 digits after the point. */
  #equityNumber(): number {
    let sum = this.#cashNumber;
    for (const [symbol, { unitsNumber, fillPrice }] of this.#net) {
      sum += unitsNumber * (this.#prices.get(symbol) ?? Number(fillPrice));
    }
    return Math.round(sum * SAMPLE_UNIT) / SAMPLE_UNIT;
  }

  #equity(): Decimal {
    let sum = this.#cash;
    for (const [symbol, { units, fillPrice }] of this.#net) {
      sum = sum.plus(units.times(decimal(this.#prices.get(symbol) ?? fillPrice)));
    }
    return sum;
  }
}

interface NetHolding {
  /** In base currency. */
  readonly units: Decimal;
  /** The number nearest to it. */
  readonly unitsNumber: number;
  /** Of the last fill: what it is worth while no price is known. */
  readonly fillPrice: DecimalText;
}

/** By time, none twice. */
function inOrder(samples: readonly EquitySample[]): EquitySample[] {
  const byTime = new Map(samples.map((sample) => [sample.timestamp, sample]));
  return [...byTime.values()].toSorted((a, b) => a.timestamp - b.timestamp);
}

function add(amounts: Map<string, Decimal>, currency: string, amount: Decimal): void {
  amounts.set(currency, (amounts.get(currency) ?? ZERO).plus(amount));
}

function textsOf(amounts: ReadonlyMap<string, Decimal>): Record<string, DecimalText> {
  return Object.fromEntries([...amounts].map(([currency, amount]) => [currency, text(amount)]));
}
