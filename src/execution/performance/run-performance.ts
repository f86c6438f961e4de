import type { DecimalText } from '../../model/decimal-text.ts';
import type { Fill } from '../../model/fill.ts';
import { decimal, text, ZERO } from '../decimals.ts';
import { EquityRecorder, type EquityRecord } from './equity-recorder.ts';
import type { EquityCurve, TradedInstrument } from './equity-sample.ts';
import { performanceOf, type PerformanceSummary } from './performance-summary.ts';
import { endOfSpan } from './sample-series.ts';

/** Id of what all strategies are together. */
const TOTAL = 'total';

export interface RunPerformanceOptions {
  /** What each strategy starts with, in `currency`, by worker id; its order is that of the figures. */
  readonly initialCapital: ReadonlyMap<string, DecimalText>;
  /** Quote currency of the instruments, such as `USDT`. */
  readonly currency: string;
  /** Market time between two samples. @default 60_000 */
  readonly sampleSpanMs?: number;
  /** Of each curve. @default 20_000 */
  readonly maxSamples?: number;
}

/** What a run has come to, plain data. */
export interface RunFigures {
  /** In the order of the strategies. */
  readonly strategies: readonly PerformanceSummary[];
  /** All together: positions are added up by strategy, not netted. */
  readonly total: PerformanceSummary;
  /** Of the strategies, in their order, and last of the total. */
  readonly curves: readonly EquityCurve[];
}

/**
 * Equity of the strategies of a run, and of all together. The recorders share the prices and are told the
 * time once a span and at each fill, so that a price costs the same however many strategies there are, and
 * samples are taken at the same times in all.
 */
export class RunPerformance {
  readonly #strategies: ReadonlyMap<string, EquityRecorder>;
  readonly #total: EquityRecorder;
  readonly #prices = new Map<string, number>();
  readonly #spanMs: number;
  /** There was a fill at this time. */
  #unsettled = false;
  #now = Number.NEGATIVE_INFINITY;
  #spanEnd = Number.NEGATIVE_INFINITY;

  /** @throws {InvalidDecimalError} code `INVALID_DECIMAL` */
  constructor(options: RunPerformanceOptions) {
    const { initialCapital, currency, sampleSpanMs = 60_000, maxSamples = 20_000 } = options;
    const recorder = (capital: DecimalText): EquityRecorder =>
      new EquityRecorder({
        initialCapital: capital,
        currency,
        sampleSpanMs,
        maxSamples,
        prices: this.#prices,
      });
    const capitals = [...initialCapital];
    this.#strategies = new Map(capitals.map(([id, capital]) => [id, recorder(capital)]));
    const sum = capitals.reduce((all, [, capital]) => all.plus(decimal(capital)), ZERO);
    this.#total = recorder(text(sum));
    this.#spanMs = sampleSpanMs;
  }

  /** A price of the market; one that is not finite is passed over. */
  onPrice(symbol: string, price: number, timestampMs: number): void {
    if (timestampMs > this.#now) {
      // Before the price is known: what ends had the one before.
      this.#settle();
      if (timestampMs > this.#spanEnd) this.#tellTime(timestampMs);
      this.#now = timestampMs;
    }
    if (Number.isFinite(price)) this.#prices.set(symbol, price);
  }

  /** A fill, told once; that of a worker without a capital counts for the total alone. */
  onFill(workerId: string, fill: Fill, instrument: TradedInstrument): void {
    this.#tellTime(Math.max(fill.timestamp, this.#now));
    this.#strategies.get(workerId)?.onFill(fill, instrument);
    this.#total.onFill(fill, instrument, workerId);
    this.#unsettled = true;
  }

  /** What the run has come to by now. */
  figures(): RunFigures {
    if (this.#now > Number.NEGATIVE_INFINITY) this.#tellTime(this.#now);
    const records = [...this.#strategies].map(([id, recorder]) => ({
      id,
      record: recorder.record(),
    }));
    const total = { id: TOTAL, record: this.#total.record() };
    return {
      strategies: records.map(({ id, record }) => performanceOf(id, record)),
      total: performanceOf(TOTAL, total.record),
      curves: [...records, total].map(({ id, record }) => curveOf(id, record)),
    };
  }

  #settle(): void {
    if (!this.#unsettled) return;
    this.#unsettled = false;
    for (const recorder of this.#strategies.values()) recorder.settle();
    this.#total.settle();
  }

  #tellTime(timestampMs: number): void {
    this.#now = timestampMs;
    this.#spanEnd = endOfSpan(timestampMs, this.#spanMs);
    for (const recorder of this.#strategies.values()) recorder.onTime(timestampMs);
    this.#total.onTime(timestampMs);
  }
}

function curveOf(id: string, { samples }: EquityRecord): EquityCurve {
  return { id, samples };
}
