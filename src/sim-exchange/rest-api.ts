import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './errors.ts';
import type { FaultRule, Faults } from './faults.ts';
import { Params } from './params.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Route } from './route.ts';
import { checkKey, checkSignature, restPayload, type Credentials } from './signature.ts';

export interface RestRequest {
  /** Method and path. */
  readonly name: string;
  /** As it was sent, without the question mark. */
  readonly query: string;
  readonly body: string;
  readonly apiKey: string | undefined;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A string goes out as it is, all else as JSON. */
  readonly body: unknown;
}

export interface RestOptions {
  readonly routes: readonly Route[];
  readonly credentials: Credentials;
  readonly limits: RateLimits;
  readonly faults: Faults;
  readonly now: () => number;
  /** Ends all WebSockets at once. */
  readonly cutSockets: () => void;
}

/** As what stands before an exchange answers while that is closed: no JSON and no code. */
const CLOSED: RestAnswer = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>503 Service Unavailable</h1></body></html>',
};

/** How long `delay` delays if it does not say, milliseconds. */
const DELAY_MS = 200;

/** Answers requests: limits, keys and signatures, the endpoint, and the faults before and after it. */
export class RestApi {
  readonly #options: RestOptions;
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#routes = new Map(options.routes.map((route) => [route.name, route]));
  }

  /** The answer, or that the connection is closed or left open without one. */
  async answer(request: RestRequest): Promise<RestAnswer | 'close' | 'silence'> {
    const headers: Record<string, string> = {};
    try {
      const route = this.#routes.get(request.name);
      if (route === undefined) throw new Refusal(-1000, 'Not found.', { status: 404 });
      const { faults } = this.#options;
      if (faults.maintenance) return CLOSED;
      if (faults.strikes('error-before', route.kind) !== undefined) {
        throw new Refusal(-1000, 'Service Unavailable.', { status: 503 });
      }
      const late = faults.strikes('delay', route.kind);
      if (late !== undefined) await delay(waitOf(late));
      const body = this.#run(route, request, headers);
      if (faults.strikes('cut-sockets', route.kind) !== undefined) this.#options.cutSockets();
      if (faults.strikes('drop-answer', route.kind) !== undefined) return 'close';
      if (faults.strikes('no-answer', route.kind) !== undefined) return 'silence';
      if (faults.strikes('error-after', route.kind) !== undefined) {
        const message =
          'Timeout waiting for response from backend server. Send status unknown; execution status unknown.';
        throw new Refusal(-1007, message, { status: 504 });
      }
      return { status: 200, headers, body };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return { status: thrown.status, headers: { ...headers, ...thrown.headers }, body: thrown };
    }
  }

  #run(route: Route, request: RestRequest, headers: Record<string, string>): unknown {
    const { credentials, limits, now } = this.#options;
    const params = new Params([
      ...new URLSearchParams(request.query),
      ...new URLSearchParams(request.body),
    ]);
    const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
    Object.assign(headers, limits.use(weight, now()));
    if (route.security !== 'none') checkKey(request.apiKey, credentials);
    if (route.security === undefined) {
      checkSignature(params, restPayload(request.query, request.body), credentials, now());
    }
    if (route.placesOrder === true) Object.assign(headers, limits.useOrder(now()));
    return route.run(params);
  }
}

function waitOf({ ms = DELAY_MS }: FaultRule): number {
  return Math.max(0, ms);
}
