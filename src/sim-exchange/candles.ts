import type { Decimal } from 'decimal.js';
import { normal, type Random } from '../base/random.ts';
import { decimal, floorTo, text, ZERO } from './decimals.ts';
import type { Instrument } from './instrument.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Kept for each symbol; a day of it is the 24 hour statistics. */
const MAX_MINUTES = 1_600;
const DAY_MINUTES = 1_440;

/** Candles of a second are kept for an hour, and made up for ten minutes before the start. */
const MAX_SECONDS = 3_600;
const PAST_SECONDS = 600;

const INTERVALS: Readonly<Record<string, number>> = {
  '1s': SECOND_MS,
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '2h': 120 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '6h': 360 * MINUTE_MS,
  '8h': 480 * MINUTE_MS,
  '12h': 720 * MINUTE_MS,
  '1d': 1_440 * MINUTE_MS,
};

interface Candle {
  readonly openMs: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  volume: Decimal;
  quoteVolume: Decimal;
  trades: number;
  /** What buyers took. */
  buyVolume: Decimal;
  buyQuoteVolume: Decimal;
}

export function intervalMs(interval: string): number | undefined {
  return INTERVALS[interval];
}

/** Candles of one second and of one minute, and longer ones made of minutes. */
export class Candles {
  readonly #seconds: Candle[];
  readonly #minutes: Candle[];

  /** Begins with a made-up past that ends at the first price; that of seconds knows nothing of that of minutes. */
  constructor(instrument: Instrument, random: Random, nowMs: number) {
    this.#minutes = madeUp(instrument, random, nowMs, MINUTE_MS, DAY_MINUTES);
    this.#seconds = madeUp(instrument, random, nowMs, SECOND_MS, PAST_SECONDS);
  }

  add(timeMs: number, price: Decimal, quantity: Decimal, bought: boolean): void {
    const trade = {
      ...newCandle(timeMs, price),
      volume: quantity,
      quoteVolume: quantity.times(price),
      trades: 1,
      buyVolume: bought ? quantity : ZERO,
      buyQuoteVolume: bought ? quantity.times(price) : ZERO,
    };
    addTo(this.#seconds, SECOND_MS, MAX_SECONDS, trade);
    addTo(this.#minutes, MINUTE_MS, MAX_MINUTES, trade);
  }

  /** The candles of an interval that begin from `fromMs` to `toMs`, oldest first. */
  list(lengthMs: number, fromMs: number, toMs: number): Candle[] {
    const candles: Candle[] = [];
    for (const part of lengthMs < MINUTE_MS ? this.#seconds : this.#minutes) {
      const openMs = Math.floor(part.openMs / lengthMs) * lengthMs;
      if (openMs < fromMs || openMs > toMs) continue;
      const last = candles.at(-1);
      if (last !== undefined && last.openMs === openMs) merge(last, part);
      else candles.push({ ...part, openMs });
    }
    return candles;
  }

  /** All of the last day as one candle. */
  day(nowMs: number): Candle {
    const recent = this.#minutes.filter(({ openMs }) => openMs > nowMs - DAY_MINUTES * MINUTE_MS);
    const [first = this.#minutes.at(-1) as Candle, ...others] = recent;
    const day = { ...first };
    for (const minute of others) merge(day, minute);
    return day;
  }
}

/** Candles before `nowMs`, from the last one back. */
function madeUp(
  { tickSize, startPrice, stepSize, levelQuantity }: Instrument,
  random: Random,
  nowMs: number,
  lengthMs: number,
  count: number,
): Candle[] {
  const past: Candle[] = [];
  const lastMs = Math.floor(nowMs / lengthMs) * lengthMs - lengthMs;
  let close = startPrice;
  for (let age = 0; age < count; age += 1) {
    const open = floorTo(close.times(decimal(Math.exp(0.0005 * normal(random)))), tickSize);
    const [low, high] = open.lt(close) ? [open, close] : [close, open];
    const volume = floorTo(levelQuantity.times(decimal(random())), stepSize).plus(stepSize);
    const half = floorTo(volume.div(2), stepSize);
    const openMs = lastMs - age * lengthMs;
    const trades = 1 + Math.floor(20 * random());
    const quoteVolume = volume.times(close);
    const [buyVolume, buyQuoteVolume] = [half, half.times(close)];
    past.unshift({
      openMs,
      open,
      high,
      low,
      close,
      volume,
      quoteVolume,
      trades,
      buyVolume,
      buyQuoteVolume,
    });
    close = open;
  }
  return past;
}

/** Adds a trade to the last candle, or to a new one. Spans without a trade have candles too. */
function addTo(candles: Candle[], lengthMs: number, most: number, trade: Candle): void {
  const openMs = Math.floor(trade.openMs / lengthMs) * lengthMs;
  let candle = candles.at(-1);
  // Time may have been set back: what is older than the last candle goes into it.
  if (candle === undefined || candle.openMs < openMs) {
    const { openMs: lastMs, close } = candle ?? trade;
    const firstMs = Math.max(lastMs + lengthMs, openMs - most * lengthMs);
    for (let emptyMs = firstMs; emptyMs < openMs; emptyMs += lengthMs) {
      candles.push(newCandle(emptyMs, close));
    }
    candle = newCandle(openMs, trade.open);
    candles.push(candle);
    candles.splice(0, candles.length - most);
  }
  merge(candle, trade);
}

function newCandle(openMs: number, price: Decimal): Candle {
  return {
    openMs,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: ZERO,
    quoteVolume: ZERO,
    trades: 0,
    buyVolume: ZERO,
    buyQuoteVolume: ZERO,
  };
}

function merge(candle: Candle, later: Candle): void {
  candle.high = later.high.gt(candle.high) ? later.high : candle.high;
  candle.low = later.low.lt(candle.low) ? later.low : candle.low;
  candle.close = later.close;
  candle.volume = candle.volume.plus(later.volume);
  candle.quoteVolume = candle.quoteVolume.plus(later.quoteVolume);
  candle.trades += later.trades;
  candle.buyVolume = candle.buyVolume.plus(later.buyVolume);
  candle.buyQuoteVolume = candle.buyQuoteVolume.plus(later.buyQuoteVolume);
}

/** A row of `GET /api/v3/klines`. */
export function klineRow(candle: Candle, lengthMs: number): unknown[] {
  return [
    candle.openMs,
    text(candle.open),
    text(candle.high),
    text(candle.low),
    text(candle.close),
    text(candle.volume),
    candle.openMs + lengthMs - 1,
    text(candle.quoteVolume),
    candle.trades,
    text(candle.buyVolume),
    text(candle.buyQuoteVolume),
    '0',
  ];
}
