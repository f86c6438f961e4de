/** Plain data of an exchange, as ccxt hands it on. */
export type Json = Record<string, unknown>;

/** A number as ccxt parsed it: text on the trading side, a number on the market data side; often missing. */
export type CcxtNumber = string | number | null | undefined;

export interface CcxtMarket {
  readonly id: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly active?: boolean | undefined;
  readonly spot?: boolean | undefined;
  readonly contract?: boolean | undefined;
  readonly linear?: boolean | undefined;
  readonly option?: boolean | undefined;
  readonly contractSize?: CcxtNumber;
  readonly maker?: CcxtNumber;
  readonly taker?: CcxtNumber;
  readonly precision: { readonly amount?: CcxtNumber; readonly price?: CcxtNumber };
  readonly limits?: {
    readonly amount?: { readonly min?: CcxtNumber; readonly max?: CcxtNumber } | undefined;
    readonly cost?: { readonly min?: CcxtNumber } | undefined;
  };
  readonly info?: unknown;
}

export interface CcxtFee {
  readonly cost?: CcxtNumber;
  readonly currency?: string | undefined;
}

export interface CcxtOrder {
  readonly id?: string | undefined;
  readonly clientOrderId?: string | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly amount?: CcxtNumber;
  readonly filled?: CcxtNumber;
  readonly price?: CcxtNumber;
  readonly triggerPrice?: CcxtNumber;
  readonly stopLossPrice?: CcxtNumber;
  readonly timestamp?: number | undefined;
  readonly lastUpdateTimestamp?: number | undefined;
  readonly lastTradeTimestamp?: number | undefined;
  readonly info?: unknown;
}

export interface CcxtTrade {
  readonly id?: string | undefined;
  readonly order?: string | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  readonly amount?: CcxtNumber;
  readonly price?: CcxtNumber;
  readonly takerOrMaker?: string | undefined;
  readonly fee?: CcxtFee | undefined;
  readonly fees?: readonly CcxtFee[] | undefined;
  readonly timestamp?: number | undefined;
  readonly info?: unknown;
}

export interface CcxtPosition {
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  readonly contracts?: CcxtNumber;
}

/** One WebSocket connection of ccxt. */
export interface CcxtSocket {
  /** Rejects if the connection is closed. */
  send(message: unknown): Promise<unknown>;
  readonly url: string;
  readonly isConnected: boolean;
  /** Pending answers by what they answer; ccxt also keeps some that are settled. */
  readonly futures: Record<string, Promise<unknown>>;
  future(messageHash: string): Promise<unknown>;
  close(): unknown;
}

/** How a call ends: `since` and `limit` are milliseconds since the epoch and a count. */
type List<T> = (
  symbol?: string,
  since?: number,
  limit?: number,
  params?: Json,
) => Promise<readonly T[]>;

/**
 * The part of a ccxt exchange that is used here. ccxt's own types take a second to check and promise more
 * than it keeps.
 */
export interface CcxtClient {
  readonly id: string;
  readonly name: string;
  readonly has: Record<string, unknown>;
  readonly options: Json;
  readonly urls: { api: unknown } & Json;
  readonly timeframes?: Readonly<Record<string, unknown>>;
  readonly features?: Json;
  readonly precisionMode: number;
  readonly fees?: {
    readonly trading?: { readonly maker?: CcxtNumber; readonly taker?: CcxtNumber };
  };
  readonly markets: Record<string, CcxtMarket> | undefined;
  readonly clients: Record<string, CcxtSocket>;
  /** Of `enableRateLimit`: one at a time may spend. */
  throttler: { readonly queue: readonly unknown[]; readonly queueHead: number };
  /** Makes a number of the digits that came: `String` keeps them all. */
  number: (text: string) => unknown;
  loadMarkets(reload?: boolean): Promise<Record<string, CcxtMarket>>;
  setMarketsFromExchange(source: CcxtClient): unknown;
  loadTimeDifference(): Promise<number>;
  loadHttpProxyAgent(): Promise<unknown>;
  setSandboxMode(enabled: boolean): void;
  checkRequiredCredentials(error?: boolean): boolean;
  client(url: string): CcxtSocket;
  /** The amount or price that would be sent: cut or rounded to the market's steps. */
  amountToPrecision(symbol: string, amount: string): string | undefined;
  priceToPrecision(symbol: string, price: string): string | undefined;
  fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown>;
  handleErrors(status: number, ...rest: readonly unknown[]): unknown;
  close(): Promise<unknown>;

  fetchTime(): Promise<number | undefined>;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Json,
  ): Promise<readonly (readonly CcxtNumber[])[]>;
  fetchTrades(
    symbol: string,
    since?: number,
    limit?: number,
    params?: Json,
  ): Promise<readonly CcxtTrade[]>;
  fetchTicker(symbol: string, params?: Json): Promise<Json>;
  fetchOrderBook(symbol: string, limit?: number, params?: Json): Promise<Json>;
  watchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Json,
  ): Promise<readonly (readonly CcxtNumber[])[]>;
  watchTrades(
    symbol: string,
    since?: number,
    limit?: number,
    params?: Json,
  ): Promise<readonly CcxtTrade[]>;
  watchTicker(symbol: string, params?: Json): Promise<Json>;
  watchBidsAsks(symbols?: readonly string[], params?: Json): Promise<Record<string, Json>>;
  watchOrderBook(symbol: string, limit?: number, params?: Json): Promise<Json>;

  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price?: string,
    params?: Json,
  ): Promise<CcxtOrder>;
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount?: string,
    price?: string,
    params?: Json,
  ): Promise<CcxtOrder>;
  cancelOrder(id: string, symbol?: string, params?: Json): Promise<CcxtOrder>;
  fetchOrder(id: string, symbol?: string, params?: Json): Promise<CcxtOrder>;
  fetchOpenOrders: List<CcxtOrder>;
  fetchClosedOrders: List<CcxtOrder>;
  fetchCanceledOrders: List<CcxtOrder>;
  fetchOrders: List<CcxtOrder>;
  fetchMyTrades: List<CcxtTrade>;
  fetchBalance(params?: Json): Promise<Json>;
  fetchPositions(symbols?: readonly string[], params?: Json): Promise<readonly CcxtPosition[]>;
  watchOrders: List<CcxtOrder>;
  watchMyTrades: List<CcxtTrade>;
}
