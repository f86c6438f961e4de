import { AsyncLocalStorage } from 'node:async_hooks';
import type { CcxtClient } from './ccxt-types.ts';

/** What a call of ccxt did on the wire, which its errors do not tell. */
export interface RequestTrace {
  /** Requests that left. With 0, nothing can have happened at the exchange. */
  sent: number;
  /** Those, other than GET, that the exchange answered well. */
  done: number;
  /** HTTP status of the last answer, null without one. */
  status: number | null;
  /** Nobody waits any more: what has not left yet, as it waits for the rate budget, stays here. */
  abandoned: boolean;
  /** Why nothing may leave any more, or null; asked for each request in the moment in which it would. */
  readonly heldBack: () => string | null;
  /** What `heldBack` said to a request that did not leave; null if none was kept. */
  withheld: string | null;
}

export function newTrace(heldBack: () => string | null = () => null): RequestTrace {
  return { sent: 0, done: 0, status: null, abandoned: false, heldBack, withheld: null };
}

const traces = new AsyncLocalStorage<RequestTrace>();

/** Writes down what the requests of a client do, for `traced`. To be called once for each client. */
export function watchRequests(client: CcxtClient): void {
  const fetch = client.fetch.bind(client);
  const handleErrors = client.handleErrors.bind(client);
  client.fetch = async (url, method = 'GET', headers, body) => {
    const trace = traces.getStore();
    if (trace !== undefined) {
      if (trace.abandoned) throw new Error('nobody waits for this request any more');
      trace.withheld = trace.heldBack();
      if (trace.withheld !== null) throw new Error(trace.withheld);
      trace.sent += 1;
      trace.status = null;
    }
    const answer = await fetch(url, method, headers, body);
    if (trace !== undefined && method !== 'GET') trace.done += 1;
    return answer;
  };
  client.handleErrors = (status, ...rest) => {
    const trace = traces.getStore();
    if (trace !== undefined) trace.status = status;
    return handleErrors(status, ...rest);
  };
}

/** Runs a call of a watched client; `trace` fills while it runs. */
export function traced<T>(trace: RequestTrace, call: () => Promise<T>): Promise<T> {
  return traces.run(trace, call);
}
