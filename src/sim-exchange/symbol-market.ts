import type { Decimal } from 'decimal.js';
import { seededRandom } from '../base/random.ts';
import { Candles } from './candles.ts';
import { text } from './decimals.ts';
import type { Instrument } from './instrument.ts';
import { MarketQuotes } from './market-quotes.ts';
import type { Side } from './order.ts';
import { OrderBook } from './order-book.ts';

/** Trades kept for `GET /api/v3/trades`. */
const MAX_TRADES = 1_000;

/** Clients sort ids as text: all of them have the same length. */
const FIRST_TRADE_ID = 1_000_001;

/** A trade as everybody sees it. */
export interface PublicTrade {
  readonly id: number;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly timeMs: number;
  /** The side that came to the book. */
  readonly taker: Side;
}

/** One symbol: its book, its trades, and what the rest of the world wants. */
export class SymbolMarket {
  readonly instrument: Instrument;
  readonly book = new OrderBook();
  readonly quotes: MarketQuotes;
  readonly candles: Candles;
  readonly trades: PublicTrade[] = [];
  #lastPrice: Decimal;
  #nextTradeId = FIRST_TRADE_ID;

  constructor(instrument: Instrument, seed: number, nowMs: number) {
    this.instrument = instrument;
    // Each symbol has a market of its own, whichever others there are.
    const own = Buffer.from(instrument.id).reduce((sum, byte) => sum * 31 + byte, seed);
    this.quotes = new MarketQuotes(instrument, seededRandom(own));
    this.candles = new Candles(instrument, seededRandom(own + 1), nowMs);
    this.#lastPrice = instrument.startPrice;
  }

  get lastPrice(): Decimal {
    return this.#lastPrice;
  }

  /** A trade has happened. */
  print(price: Decimal, quantity: Decimal, taker: Side, timeMs: number): PublicTrade {
    const trade = { id: this.#nextTradeId, price, quantity, timeMs, taker };
    this.#nextTradeId += 1;
    this.#lastPrice = price;
    this.trades.push(trade);
    if (this.trades.length > MAX_TRADES) this.trades.shift();
    this.candles.add(timeMs, price, quantity, taker === 'BUY');
    return trade;
  }

  /** `GET /api/v3/ticker/24hr`. */
  describeDay(nowMs: number): Record<string, unknown> {
    const day = this.candles.day(nowMs);
    const last = this.#lastPrice;
    const change = last.minus(day.open);
    return {
      symbol: this.instrument.id,
      priceChange: change.toFixed(8),
      priceChangePercent: change.div(day.open).times(100).toFixed(3),
      weightedAvgPrice: text(day.volume.isZero() ? last : day.quoteVolume.div(day.volume)),
      prevClosePrice: text(day.open),
      lastPrice: text(last),
      lastQty: text(this.trades.at(-1)?.quantity ?? this.instrument.stepSize),
      ...this.describeBest(),
      openPrice: text(day.open),
      highPrice: text(day.high),
      lowPrice: text(day.low),
      volume: text(day.volume),
      quoteVolume: text(day.quoteVolume),
      openTime: day.openMs,
      closeTime: nowMs,
      firstId: this.trades[0]?.id ?? -1,
      lastId: this.trades.at(-1)?.id ?? -1,
      count: day.trades,
    };
  }

  describeBest(): { bidPrice: string; bidQty: string; askPrice: string; askQty: string } {
    const [bid] = this.book.levels('BUY', 1);
    const [ask] = this.book.levels('SELL', 1);
    return {
      bidPrice: bid === undefined ? '0.00000000' : text(bid[0]),
      bidQty: bid === undefined ? '0.00000000' : text(bid[1]),
      askPrice: ask === undefined ? '0.00000000' : text(ask[0]),
      askQty: ask === undefined ? '0.00000000' : text(ask[1]),
    };
  }
}
