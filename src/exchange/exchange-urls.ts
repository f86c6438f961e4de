import type { CcxtClient, Json } from './ccxt-types.ts';

/**
 * Addresses in place of ccxt's own, by their path in its `urls.api`, such as `private` or `ws.spot`.
 */
export type ExchangeUrls = Readonly<Record<string, string>>;

/** Nothing listens here (RFC 863 is long dead), and nothing sent here leaves the machine. */
const NOWHERE = 'http://127.0.0.1:9/not-overridden';

/** Where `quantcell sim-exchange` listens: the line that it prints at its start has these. */
export interface SimExchangeAddress {
  readonly rest: string;
  readonly stream: string;
  readonly wsApi: string;
}

/** The overrides that point ccxt's `binance` at a local exchange. */
export function simExchangeUrls({ rest, stream, wsApi }: SimExchangeAddress): ExchangeUrls {
  return {
    public: `${rest}/api/v3`,
    private: `${rest}/api/v3`,
    sapi: `${rest}/sapi/v1`,
    'ws.spot': stream,
    'ws.ws-api.spot': wsApi,
  };
}

/** Puts the overrides in place. Whatever else there is leads nowhere: a test order must not leave the machine. */
export function overrideUrls(client: CcxtClient, urls: ExchangeUrls): void {
  client.urls.api = replaced(client.urls.api, urls, '');
}

function replaced(node: unknown, urls: ExchangeUrls, path: string): unknown {
  if (typeof node === 'string') return urls[path] ?? NOWHERE;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node as Json).map(([name, value]) => {
    const below = path === '' ? name : `${path}.${name}`;
    return [name, replaced(value, urls, below)];
  });
  return Object.fromEntries(entries) as Json;
}
