import type { Decimal } from 'decimal.js';
import { normal, type Random } from '../base/random.ts';
import { decimal, floorTo, text, ZERO } from './decimals.ts';
import type { Instrument } from './instrument.ts';

const MINUTE_MS = 60_000;

/** Kept for each symbol; a day of it is the 24 hour statistics. */
const MAX_MINUTES = 1_600;
const DAY_MINUTES = 1_440;

const INTERVALS: Readonly<Record<string, number>> = {
  '1m': 1,
  '3m': 3,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '4h': 240,
  '6h': 360,
  '8h': 480,
  '12h': 720,
  '1d': 1_440,
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
  const minutes = INTERVALS[interval];
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

/** Candles of one minute, and longer ones made of them. */
export class Candles {
  readonly #minutes: Candle[] = [];

  /** Begins with a made-up past that ends at the first price. */
  constructor(instrument: Instrument, random: Random, nowMs: number) {
    const lastMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
    const { tickSize, startPrice, stepSize, levelQuantity } = instrument;
    let close = startPrice;
    for (let age = 0; age < DAY_MINUTES; age += 1) {
      const open = floorTo(close.times(decimal(Math.exp(0.0005 * normal(random)))), tickSize);
      const [low, high] = open.lt(close) ? [open, close] : [close, open];
      const volume = floorTo(levelQuantity.times(decimal(random())), stepSize).plus(stepSize);
      const half = floorTo(volume.div(2), stepSize);
      const openMs = lastMs - age * MINUTE_MS;
      const trades = 1 + Math.floor(20 * random());
      const quoteVolume = volume.times(close);
      const [buyVolume, buyQuoteVolume] = [half, half.times(close)];
      this.#minutes.unshift({
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
  }

  add(timeMs: number, price: Decimal, quantity: Decimal, bought: boolean): void {
    const openMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
    let candle = this.#minutes.at(-1);
    // Time may have been set back: what is older than the last candle goes into it.
    if (candle === undefined || candle.openMs < openMs) {
      candle = newCandle(openMs, price);
      this.#minutes.push(candle);
      if (this.#minutes.length > MAX_MINUTES) this.#minutes.shift();
    }
    merge(candle, {
      ...newCandle(openMs, price),
      volume: quantity,
      quoteVolume: quantity.times(price),
      trades: 1,
      buyVolume: bought ? quantity : ZERO,
      buyQuoteVolume: bought ? quantity.times(price) : ZERO,
    });
  }

  /** The candles of an interval that begin from `fromMs` to `toMs`, oldest first. */
  list(lengthMs: number, fromMs: number, toMs: number): Candle[] {
    const candles: Candle[] = [];
    for (const minute of this.#minutes) {
      const openMs = Math.floor(minute.openMs / lengthMs) * lengthMs;
      if (openMs < fromMs || openMs > toMs) continue;
      const last = candles.at(-1);
      if (last !== undefined && last.openMs === openMs) merge(last, minute);
      else candles.push({ ...minute, openMs });
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
