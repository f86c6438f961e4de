import type { CcxtClient } from '../../exchange/ccxt-types.ts';

/** What ccxt calls for each request, beyond what its types say. */
interface Requester {
  undiciRequest?: (url: string, params: RequestParams) => Promise<unknown>;
}

type RequestParams = Record<string, unknown> & { readonly signal?: AbortSignal };

const ends = new WeakMap<CcxtClient, AbortSignal | undefined>();

/**
 * From now on, requests of a client end when `end` aborts; without it, when they are done or time out. ccxt itself
 * lets a request go on, and asks for an order book three times: up to half a minute in which a process can't end.
 */
export function endRequestsWith(client: CcxtClient, end: AbortSignal | undefined): void {
  const isWrapped = ends.has(client);
  ends.set(client, end);
  const requester = client as Requester;
  const request = requester.undiciRequest?.bind(client);
  if (isWrapped || request === undefined) return;
  requester.undiciRequest = (url, params) => {
    const signals = [params.signal, ends.get(client)].filter((signal) => signal !== undefined);
    return request(url, { ...params, signal: AbortSignal.any(signals) });
  };
}
