import type { DepthFeed } from './depth-feed.ts';
import { intervalMs, klineRow } from './candles.ts';
import { text } from './decimals.ts';
import { Refusal } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { describeInstrument } from './instrument.ts';
import type { Params } from './params.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Route } from './route.ts';
import type { PublicTrade, SymbolMarket } from './symbol-market.ts';

function describeTrade({ id, price, quantity, timeMs, taker }: PublicTrade) {
  return {
    id,
    price: text(price),
    qty: text(quantity),
    quoteQty: text(price.times(quantity)),
    time: timeMs,
    isBuyerMaker: taker === 'SELL',
    isBestMatch: true,
  };
}

function describeAggregate({ id, price, quantity, timeMs, taker }: PublicTrade) {
  return {
    a: id,
    p: text(price),
    q: text(quantity),
    f: id,
    l: id,
    T: timeMs,
    m: taker === 'SELL',
    M: true,
  };
}

function tradesOf(market: SymbolMarket, params: Params, idName: string): PublicTrade[] {
  const fromId = params.integer(idName);
  const fromMs = params.integer('startTime') ?? 0;
  const toMs = params.integer('endTime') ?? Number.POSITIVE_INFINITY;
  const limit = params.limit(500, 1_000);
  const trades = market.trades.filter(
    ({ id, timeMs }) =>
      (fromId === undefined || id >= fromId) && timeMs >= fromMs && timeMs <= toMs,
  );
  const forward = fromId !== undefined || params.has('startTime');
  return forward ? trades.slice(0, limit) : trades.slice(-limit);
}

function klinesOf(market: SymbolMarket, params: Params): unknown[] {
  const lengthMs = intervalMs(params.required('interval'));
  if (lengthMs === undefined) throw new Refusal(-1120, 'Invalid interval.');
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime') ?? Number.POSITIVE_INFINITY;
  const limit = params.limit(500, 1_000);
  const candles = market.candles.list(lengthMs, fromMs ?? 0, toMs);
  const some = fromMs === undefined ? candles.slice(-limit) : candles.slice(0, limit);
  return some.map((candle) => klineRow(candle, lengthMs));
}

/** One for a single symbol, a list for several or all. */
function perSymbol(
  exchange: Exchange,
  params: Params,
  describe: (market: SymbolMarket) => unknown,
): unknown {
  const symbols = params.symbols();
  if (params.has('symbol')) return describe(exchange.market(params.required('symbol')));
  const markets = symbols?.map((id) => exchange.market(id)) ?? exchange.markets;
  return markets.map(describe);
}

/** What everybody may ask. */
export function marketRoutes(
  exchange: Exchange,
  limits: RateLimits,
  depth: (market: SymbolMarket) => DepthFeed,
): Route[] {
  const open = (
    path: string,
    weight: Route['weight'],
    run: (params: Params) => unknown,
  ): Route => ({
    name: `GET /api/v3/${path}`,
    kind: 'public',
    security: 'none',
    weight,
    run,
  });
  const market = (params: Params): SymbolMarket => exchange.market(params.required('symbol'));
  return [
    open('ping', 1, () => ({})),
    open('time', 1, () => ({ serverTime: exchange.nowMs })),
    open('exchangeInfo', 20, (params) => ({
      timezone: 'UTC',
      serverTime: exchange.nowMs,
      rateLimits: limits.describe(),
      exchangeFilters: [],
      symbols: (params.symbols()?.map((id) => exchange.market(id)) ?? exchange.markets).map(
        ({ instrument }) => describeInstrument(instrument),
      ),
    })),
    open('depth', 5, (params) => depth(market(params)).snapshot(params.limit(100, 5_000))),
    open('trades', 25, (params) =>
      tradesOf(market(params), params, 'fromId').map((trade) => describeTrade(trade)),
    ),
    open('aggTrades', 4, (params) =>
      tradesOf(market(params), params, 'fromId').map((trade) => describeAggregate(trade)),
    ),
    open('klines', 2, (params) => klinesOf(market(params), params)),
    open(
      'ticker/24hr',
      (params) => (params.has('symbol') ? 2 : 40),
      (params) => perSymbol(exchange, params, (one) => one.describeDay(exchange.nowMs)),
    ),
    open('ticker/price', 2, (params) =>
      perSymbol(exchange, params, (one) => ({
        symbol: one.instrument.id,
        price: text(one.lastPrice),
      })),
    ),
    open('ticker/bookTicker', 2, (params) =>
      perSymbol(exchange, params, (one) => ({ symbol: one.instrument.id, ...one.describeBest() })),
    ),
  ];
}
