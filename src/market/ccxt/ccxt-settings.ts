import type { CcxtClient, Json } from '../../exchange/ccxt-types.ts';

/** Streams that Binance allows on one connection. */
const MAX_STREAMS = 1_024;

/** What must be said differently to some exchanges. */
export interface CcxtWords {
  readonly watchTrades: () => Json;
  /** How to ask for the trades after one that is known; by time where the exchange has no better way. */
  readonly tradesAfter: (
    tradeId: string,
    timestampMs: number,
  ) => { sinceMs?: number; params: Json };
  readonly watchTicker: () => Json;
}

const PLAIN: CcxtWords = {
  watchTrades: () => ({}),
  tradesAfter: (_, timestampMs) => ({ sinceMs: timestampMs, params: {} }),
  watchTicker: () => ({}),
};

// The archive without a key has aggregate trades, so that the stream must have the same, with the same ids.
const BINANCE: CcxtWords = {
  watchTrades: () => ({ name: 'aggTrade' }),
  tradesAfter: (tradeId) => ({ params: { fromId: tradeId } }),
  watchTicker: () => ({ name: 'ticker' }),
};

/** Each call makes objects anew: ccxt writes into what it is given. */
export function wordsOf(exchangeId: string): CcxtWords {
  return exchangeId.startsWith('binance') ? BINANCE : PLAIN;
}

/**
 * Sets ccxt so that it waits for nobody before it opens a socket (when to try again is decided here, for all
 * topics at once), pings often enough to find a dead connection in time, and does not spread over sockets.
 */
export function settle(client: CcxtClient, pingMs: number): void {
  const { options } = client;
  options['ws'] = { ...(options['ws'] as Json), keepAlive: pingMs, backoff: { base: 0 } };
  if (!client.id.startsWith('binance')) return;
  options['streamLimits'] = ofEach(options['streamLimits'], 1);
  options['subscriptionLimitByStream'] = ofEach(options['subscriptionLimitByStream'], MAX_STREAMS);
}

function ofEach(limits: unknown, limit: number): Json {
  return Object.fromEntries(Object.keys((limits ?? {}) as Json).map((name) => [name, limit]));
}
