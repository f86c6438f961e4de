import type { Fill } from '../../model/fill.ts';
import { decimal, text, ZERO, type Decimal } from '../../execution/decimals.ts';
import { downsample } from '../../execution/performance/downsample.ts';
import { EquityRecorder } from '../../execution/performance/equity-recorder.ts';
import type { EquitySample, TradedInstrument } from '../../execution/performance/equity-sample.ts';
import {
  performanceOf,
  type PerformanceSummary,
} from '../../execution/performance/performance-summary.ts';
import { SampleSeries } from '../../execution/performance/sample-series.ts';

export interface PnlPoint {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Net of fees, with what is held. */
  readonly pnl: number;
  /** From the highest point so far, 0 or more. */
  readonly drawdown: number;
}

export interface PnlFigures {
  readonly summary: PerformanceSummary;
  /** The largest fall from a highest point, in the currency of the record. */
  readonly maxDrawdown: string;
  readonly curve: readonly PnlPoint[];
}

/** The recorder's own samples are not looked at: it is to keep as few as it can. */
const RECORDER = { initialCapital: '0', sampleSpanMs: 60_000, maxSamples: 6 } as const;

/** Points that are kept, and time between two of them once they are more; that is doubled as need be. */
const MAX_KEPT = 4_000;
const SPAN_MS = 1_000;
const MAX_POINTS = 2_000;

/** What a worker made in one currency, fill by fill. It has no capital of its own: it begins with nothing. */
export class PnlRecord {
  readonly #recorder: EquityRecorder;
  /** In force only while the figures of now are made: a fill is valued at its own price. */
  readonly #prices = new Map<string, number>();
  readonly #series = new SampleSeries(SPAN_MS, MAX_KEPT);
  #newest: EquitySample | undefined;
  #peak = { pnl: ZERO, sample: undefined as EquitySample | undefined };
  #worst = { amount: ZERO, ends: [] as readonly EquitySample[] };
  #fills = 0;

  constructor(currency: string) {
    this.#recorder = new EquityRecorder({ ...RECORDER, currency, prices: this.#prices });
  }

  get fills(): number {
    return this.#fills;
  }

  /** A fill of an instrument that is quoted in the currency, in the order in which they were written. */
  onFill(fill: Fill, instrument: TradedInstrument): void {
    const at = Math.max(Math.floor(fill.timestamp), this.#newest?.timestamp ?? 0);
    if (this.#fills === 0) {
      this.#newest = { timestamp: at - 1, equity: 0 };
      this.#peak.sample = this.#newest;
    }
    this.#fills += 1;
    this.#recorder.onFill(fill, instrument);
    const pnl = decimal(this.#recorder.equity);
    const sample = { timestamp: at, equity: pnl.toNumber() };
    if (this.#newest !== undefined && this.#newest.timestamp < at) this.#series.add(this.#newest);
    this.#newest = sample;
    this.#look(pnl, sample);
  }

  /** With what is held at these prices, as of now. */
  figures(id: string, prices: ReadonlyMap<string, number>, nowMs: number): PnlFigures {
    for (const [symbol, price] of prices) this.#prices.set(symbol, price);
    const summary = performanceOf(id, this.#recorder.record());
    this.#prices.clear();
    const pnl = decimal(summary.pnl);
    const fall = this.#peak.pnl.minus(pnl);
    const worst = fall.gt(this.#worst.amount) ? fall : this.#worst.amount;
    return { summary, maxDrawdown: text(worst), curve: this.#curve(pnl, nowMs) };
  }

  #look(pnl: Decimal, sample: EquitySample): void {
    if (pnl.gt(this.#peak.pnl)) {
      this.#peak = { pnl, sample };
      return;
    }
    const amount = this.#peak.pnl.minus(pnl);
    if (!amount.gt(this.#worst.amount)) return;
    this.#worst = { amount, ends: [this.#peak.sample ?? sample, sample] };
  }

  #curve(pnl: Decimal, nowMs: number): PnlPoint[] {
    const newest = this.#newest;
    if (newest === undefined) return [];
    const last = { timestamp: Math.max(nowMs, newest.timestamp + 1), equity: pnl.toNumber() };
    // Both ends of the largest fall stay, also where samples were merged.
    const all = [...this.#series.samples, ...this.#worst.ends, newest, last];
    const byTime = new Map(all.map((sample) => [sample.timestamp, sample]));
    const samples = [...byTime.values()].toSorted((one, two) => one.timestamp - two.timestamp);
    const falls = new Map<EquitySample, number>();
    let peak = 0;
    for (const sample of samples) {
      peak = Math.max(peak, sample.equity);
      falls.set(sample, peak - sample.equity);
    }
    return downsample(samples, MAX_POINTS).map((sample) => ({
      at: sample.timestamp,
      pnl: sample.equity,
      drawdown: falls.get(sample) ?? 0,
    }));
  }
}
