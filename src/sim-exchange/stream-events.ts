import { intervalMs } from './candles.ts';
import { text } from './decimals.ts';
import type { DepthChange } from './depth-feed.ts';
import type { PublicTrade, SymbolMarket } from './symbol-market.ts';

export type StreamEvent = Readonly<Record<string, unknown>>;

export function tradeEvent(id: string, trade: PublicTrade): StreamEvent {
  const { price, quantity, timeMs, taker } = trade;
  return {
    e: 'trade',
    E: timeMs,
    s: id,
    t: trade.id,
    p: text(price),
    q: text(quantity),
    T: timeMs,
    m: taker === 'SELL',
    M: true,
  };
}

export function aggregateTradeEvent(id: string, trade: PublicTrade): StreamEvent {
  const { price, quantity, timeMs, taker } = trade;
  return {
    e: 'aggTrade',
    E: timeMs,
    s: id,
    a: trade.id,
    p: text(price),
    q: text(quantity),
    f: trade.id,
    l: trade.id,
    T: timeMs,
    m: taker === 'SELL',
    M: true,
  };
}

export function depthEvent(id: string, change: DepthChange, nowMs: number): StreamEvent {
  const { updateId, bids, asks } = change;
  return { e: 'depthUpdate', E: nowMs, s: id, U: updateId, u: updateId, b: bids, a: asks };
}

export function bookTickerEvent(market: SymbolMarket, updateId: number): StreamEvent {
  const { bidPrice, bidQty, askPrice, askQty } = market.describeBest();
  return {
    u: updateId,
    s: market.instrument.id,
    b: bidPrice,
    B: bidQty,
    a: askPrice,
    A: askQty,
  };
}

export function tickerEvent(market: SymbolMarket, nowMs: number): StreamEvent {
  const day = market.describeDay(nowMs);
  return {
    e: '24hrTicker',
    E: nowMs,
    s: day['symbol'],
    p: day['priceChange'],
    P: day['priceChangePercent'],
    w: day['weightedAvgPrice'],
    x: day['prevClosePrice'],
    c: day['lastPrice'],
    Q: day['lastQty'],
    b: day['bidPrice'],
    B: day['bidQty'],
    a: day['askPrice'],
    A: day['askQty'],
    o: day['openPrice'],
    h: day['highPrice'],
    l: day['lowPrice'],
    v: day['volume'],
    q: day['quoteVolume'],
    O: day['openTime'],
    C: day['closeTime'],
    F: day['firstId'],
    L: day['lastId'],
    n: day['count'],
  };
}

export function miniTickerEvent(market: SymbolMarket, nowMs: number): StreamEvent {
  const { s, c, o, h, l, v, q } = tickerEvent(market, nowMs);
  return { e: '24hrMiniTicker', E: nowMs, s, c, o, h, l, v, q };
}

/** The candles that began from `fromMs` on, up to the one that is under way. */
export function klineEvents(
  market: SymbolMarket,
  interval: string,
  nowMs: number,
  fromMs: number,
): StreamEvent[] {
  const lengthMs = intervalMs(interval) as number;
  const candles = market.candles.list(lengthMs, fromMs, nowMs + lengthMs);
  const { id } = market.instrument;
  return candles.map((candle, index) => ({
    e: 'kline',
    E: nowMs,
    s: id,
    k: {
      t: candle.openMs,
      T: candle.openMs + lengthMs - 1,
      s: id,
      i: interval,
      f: market.trades[0]?.id ?? -1,
      L: market.trades.at(-1)?.id ?? -1,
      o: text(candle.open),
      c: text(candle.close),
      h: text(candle.high),
      l: text(candle.low),
      v: text(candle.volume),
      n: candle.trades,
      x: index < candles.length - 1 || nowMs >= candle.openMs + lengthMs,
      q: text(candle.quoteVolume),
      V: text(candle.buyVolume),
      Q: text(candle.buyQuoteVolume),
      B: '0',
    },
  }));
}

/** When the candle began that such an event is about. */
export function klineOpenMs(event: StreamEvent): number {
  return (event['k'] as { readonly t: number }).t;
}
