import { priceOf } from '../execution/market-prices.ts';
import { isWholeOfParts } from '../market/bar-aggregator.ts';
import type { Bar } from '../model/bar.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { barOpenMs, timeframeMs } from '../model/timeframe.ts';

/** Spans of ticks that are kept apart while the bars that take their place do not come. */
const MAX_TICK_SPANS = 500;

/** Of two kinds of ticks the better one counts: what was traded, before what was offered. */
const RANK: Readonly<Record<Exclude<MarketEvent['type'], 'bar'>, number>> = {
  trade: 3,
  quote: 2,
  orderbook: 1,
};

type Tick = Exclude<MarketEvent, Bar>;

/** A smaller bar, or what ticks made of its span. */
interface Piece {
  readonly timestamp: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/**
 * The newest bars of a symbol and timeframe, with the one that is being made, from whatever is published of the
 * symbol: bars of the timeframe itself, which take the place of all that was made here; smaller bars; and,
 * behind the last of these, ticks. For people to look at: strategies get theirs from the engine.
 *
 * Nothing is invented: a span in which nothing came has no bar, and one that was under way when the first
 * event came is shown while it is being made, and is not among the whole ones.
 */
export class BarWindow {
  readonly symbol: string;
  readonly timeframe: string;
  readonly #lengthMs: number;
  readonly #most: number;
  readonly #whole: Bar[] = [];
  readonly #partLengths = new Map<string, number>();
  #parts: Piece[] = [];
  #ticks: Piece[] = [];
  /** Of the smaller bars that are taken: the shortest that ever came. */
  #partMs: number | undefined;
  #rank = 0;
  /** What is before has its bar. */
  #doneMs = Number.NEGATIVE_INFINITY;
  #partsEndMs = Number.NEGATIVE_INFINITY;
  /** A span that begins before it is not known from its beginning. */
  #knownFromMs = Number.POSITIVE_INFINITY;

  /** `most` is how many whole bars are kept. @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME` */
  constructor(symbol: string, timeframe: string, most: number) {
    this.symbol = symbol;
    this.timeframe = timeframe;
    this.#lengthMs = timeframeMs(timeframe);
    this.#most = most;
  }

  /** Takes in an event of the symbol; whether that has changed any bar. */
  add(event: MarketEvent): boolean {
    if (event.type !== 'bar') return this.#addTick(event);
    return event.timeframe === this.timeframe ? this.#addWhole(event) : this.#addPart(event);
  }

  /** The newest bars that are over, oldest first. */
  whole(count: number): readonly Bar[] {
    return count > 0 ? this.#whole.slice(-count) : [];
  }

  /** As `whole`, with the one that is being made. */
  bars(count: number): readonly Bar[] {
    if (count <= 0) return [];
    const made = this.#made([...this.#parts, ...this.#ticks]);
    const before = count - made.length;
    return [...(before > 0 ? this.#whole.slice(-before) : []), ...made.slice(-count)];
  }

  #addWhole(bar: Bar): boolean {
    this.#put(bar);
    this.#isDoneBefore(bar.timestamp + this.#lengthMs);
    return true;
  }

  #addPart(bar: Bar): boolean {
    const partMs = this.#partLength(bar.timeframe);
    const { timestamp } = bar;
    if (partMs === 0 || (this.#partMs !== undefined && partMs > this.#partMs)) return false;
    if (timestamp < this.#doneMs || timestamp < this.#partsEndMs) return false;
    this.#partMs = partMs;
    this.#knownFromMs = Math.min(this.#knownFromMs, timestamp);
    const openMs = barOpenMs(timestamp, this.#lengthMs);
    this.#close(openMs);
    const { open, high, low, close, volume } = bar;
    this.#parts.push({ timestamp, open, high, low, close, volume });
    this.#partsEndMs = timestamp + partMs;
    this.#ticks = this.#ticks.filter((tick) => tick.timestamp >= this.#partsEndMs);
    if (this.#partsEndMs >= openMs + this.#lengthMs) this.#close(openMs + this.#lengthMs);
    return true;
  }

  #addTick(event: Tick): boolean {
    const price = priceOf(event);
    const rank = RANK[event.type];
    const { timestamp } = event;
    if (price === undefined || !Number.isFinite(price) || rank < this.#rank) return false;
    if (timestamp < this.#doneMs || timestamp < this.#partsEndMs) return false;
    this.#rank = rank;
    // A tick at the very beginning of a span need not be its first.
    this.#knownFromMs = Math.min(this.#knownFromMs, timestamp + 1);
    const openMs = barOpenMs(timestamp, this.#partMs ?? this.#lengthMs);
    const volume = event.type === 'trade' ? event.size : 0;
    const last = this.#ticks.at(-1);
    if (last !== undefined && openMs < last.timestamp) return false;
    if (last?.timestamp === openMs) {
      include(last, { high: price, low: price, close: price, volume });
      return true;
    }
    this.#ticks.push({
      timestamp: openMs,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
    });
    // Smaller bars that are still to come tell the same better.
    if (this.#partMs === undefined || this.#ticks.length > MAX_TICK_SPANS)
      this.#close(barOpenMs(timestamp, this.#lengthMs));
    return true;
  }

  /** What is before `beforeMs` is over. */
  #close(beforeMs: number): void {
    const over = [...this.#parts, ...this.#ticks].filter((piece) => piece.timestamp < beforeMs);
    if (over.length === 0) return;
    for (const bar of this.#made(over)) if (bar.timestamp >= this.#knownFromMs) this.#put(bar);
    this.#isDoneBefore(beforeMs);
  }

  #isDoneBefore(ms: number): void {
    if (ms <= this.#doneMs) return;
    this.#doneMs = ms;
    this.#parts = this.#parts.filter(({ timestamp }) => timestamp >= ms);
    this.#ticks = this.#ticks.filter(({ timestamp }) => timestamp >= ms);
  }

  /** The bars that pieces make, which are in the order of their time. */
  #made(pieces: readonly Piece[]): Bar[] {
    const { symbol, timeframe } = this;
    const made: Piece[] = [];
    for (const piece of pieces) {
      const timestamp = barOpenMs(piece.timestamp, this.#lengthMs);
      const last = made.at(-1);
      if (last?.timestamp === timestamp) include(last, piece);
      else made.push({ ...piece, timestamp });
    }
    return made.map((piece) => ({ type: 'bar', symbol, timeframe, ...piece }));
  }

  /** Mostly it is the newest; one of the same span takes the place of the one before. */
  #put(bar: Bar): void {
    const whole = this.#whole;
    let at = whole.length;
    while (at > 0 && (whole[at - 1] as Bar).timestamp > bar.timestamp) at -= 1;
    const isKnown = at > 0 && (whole[at - 1] as Bar).timestamp === bar.timestamp;
    if (isKnown) whole[at - 1] = bar;
    else whole.splice(at, 0, bar);
    if (whole.length > this.#most) whole.shift();
  }

  /** Milliseconds; 0 for bars that are no parts of these. */
  #partLength(timeframe: string): number {
    const known = this.#partLengths.get(timeframe);
    if (known !== undefined) return known;
    const ms = timeframeMs(timeframe);
    const length = ms < this.#lengthMs && isWholeOfParts(this.#lengthMs, ms) ? ms : 0;
    this.#partLengths.set(timeframe, length);
    return length;
  }
}

function include(
  into: Piece,
  { high, low, close, volume }: Omit<Piece, 'timestamp' | 'open'>,
): void {
  if (high > into.high) into.high = high;
  if (low < into.low) into.low = low;
  into.close = close;
  into.volume += volume;
}
