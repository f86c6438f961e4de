import { quote } from '../base/errors.ts';
import type { Bar } from '../model/bar.ts';
import { barOpenMs, timeframeMs } from '../model/timeframe.ts';
import type { TradeTick } from '../model/trade-tick.ts';
import { InvalidMarketOptionError } from './errors.ts';

export interface BarAggregatorOptions {
  readonly symbol: string;
  /** Timeframe of the bars to make, such as `5m`. */
  readonly timeframe: string;
  /**
   * Leaves out the first bar unless it is known to be whole. For a start in the middle of a live market,
   * where a bar of half the span would be told as one of the whole.
   *
   * @default false
   */
  readonly discardFirstPartial?: boolean;
}

const NONE: readonly Bar[] = [];

/** True if bars of `partMs` fill bars of `wholeMs` exactly, from the first to the last. */
export function isWholeOfParts(wholeMs: number, partMs: number): boolean {
  const openMs = barOpenMs(0, wholeMs);
  // Weeks begin on Monday but days at the epoch, so that 3d bars divide 3w without filling it.
  return wholeMs % partMs === 0 && barOpenMs(openMs, partMs) === openMs;
}

/**
 * Makes bars out of trade ticks, or out of smaller bars, of one symbol; one or the other, not both.
 *
 * A bar is told once it is over: of smaller bars, with the part that reaches its end; else when
 * something later shows that the span has passed (`closeBefore`, and `add` calls it), or on `flush`. A span
 * in which nothing came makes no bar: nothing is invented, so bars may be missing in a silent market.
 *
 * What comes late, for a bar already told (or a part told twice), is left out and counted: a bar
 * is never told again.
 */
export class BarAggregator {
  readonly symbol: string;
  readonly timeframe: string;
  readonly #lengthMs: number;
  #discardsPartial: boolean;
  #isOpen = false;
  #openMs = Number.NEGATIVE_INFINITY;
  #nextMs = Number.NEGATIVE_INFINITY;
  #lastPartMs = Number.NEGATIVE_INFINITY;
  #partTimeframe = '';
  #partMs = 0;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;
  #late = 0;

  /** @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME` */
  constructor(options: BarAggregatorOptions) {
    this.symbol = options.symbol;
    this.timeframe = options.timeframe;
    this.#lengthMs = timeframeMs(options.timeframe);
    this.#discardsPartial = options.discardFirstPartial ?? false;
  }

  /** How many events came too late for their bar and were left out. */
  get late(): number {
    return this.#late;
  }

  /** The bars that an event closes, oldest first: the one that it shows to be over, the one that it completes. */
  add(event: TradeTick | Bar): readonly Bar[] {
    const before = this.closeBefore(event.timestamp);
    const completed = this.take(event);
    if (before === undefined) return completed === undefined ? NONE : [completed];
    return completed === undefined ? [before] : [before, completed];
  }

  /** The open bar, if its span is over at `timestampMs`. */
  closeBefore(timestampMs: number): Bar | undefined {
    return this.#isOpen && timestampMs >= this.#nextMs ? this.flush() : undefined;
  }

  /**
   * Takes an event in; the bar that it completes, if it does. Only after `closeBefore` with its
   * timestamp: `add` is both in one, but gives no room to put the event itself between the two bars.
   *
   * @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION`, for a bar that is no part of the
   * timeframe
   */
  take(event: TradeTick | Bar): Bar | undefined {
    if (event.type === 'trade') {
      const { price, size } = event;
      if (this.#enter(event.timestamp, false)) this.#include(price, price, price, price, size);
      return undefined;
    }
    this.#learnPart(event.timeframe);
    if (event.timestamp <= this.#lastPartMs) {
      this.#late += 1;
      return undefined;
    }
    this.#lastPartMs = event.timestamp;
    if (!this.#enter(event.timestamp, true)) return undefined;
    this.#include(event.open, event.high, event.low, event.close, event.volume);
    return event.timestamp + this.#partMs >= this.#nextMs ? this.flush() : undefined;
  }

  /** Closes the open bar, at the end of the data, whether or not its span is over. */
  flush(): Bar | undefined {
    if (!this.#isOpen) return undefined;
    this.#isOpen = false;
    if (this.#discardsPartial) {
      this.#discardsPartial = false;
      return undefined;
    }
    return {
      type: 'bar',
      symbol: this.symbol,
      timeframe: this.timeframe,
      timestamp: this.#openMs,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: this.#volume,
    };
  }

  /** Opens the bar of `timestampMs` if none is; false if it is too late for it. */
  #enter(timestampMs: number, isPart: boolean): boolean {
    if (this.#isOpen && timestampMs >= this.#openMs) return true;
    if (timestampMs < this.#nextMs) {
      this.#late += 1;
      return false;
    }
    this.#openMs = barOpenMs(timestampMs, this.#lengthMs);
    this.#nextMs = this.#openMs + this.#lengthMs;
    // A trade at the very beginning of a span need not be its first; a part that begins with it is.
    if (isPart && timestampMs === this.#openMs) this.#discardsPartial = false;
    return true;
  }

  #include(open: number, high: number, low: number, close: number, volume: number): void {
    this.#close = close;
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#open = open;
      this.#high = high;
      this.#low = low;
      this.#volume = volume;
      return;
    }
    if (high > this.#high) this.#high = high;
    if (low < this.#low) this.#low = low;
    this.#volume += volume;
  }

  #learnPart(timeframe: string): void {
    if (timeframe === this.#partTimeframe) return;
    const partMs = timeframeMs(timeframe);
    if (!isWholeOfParts(this.#lengthMs, partMs)) {
      throw new InvalidMarketOptionError(
        `${quote(timeframe)} bars can't make ${quote(this.timeframe)} bars: expected a timeframe that divides it`,
        { timeframe, wholeTimeframe: this.timeframe },
      );
    }
    this.#partTimeframe = timeframe;
    this.#partMs = partMs;
  }
}
