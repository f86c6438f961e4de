import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { Identity } from '../../system/access/access-tokens.ts';
import type { BrowserSession } from './sessions.ts';

/** What the middlewares leave in the context of a request, for the routes. */
export interface SecurityVariables {
  /** Also in the header X-Request-Id of the answer, and the `instance` of a problem. */
  requestId: string;
  /** Undefined only on routes that need nobody. */
  identity: Identity | undefined;
  /** Who came with a cookie. */
  session: BrowserSession | undefined;
}

/** For `new Hono<SecurityEnv>()` and `new OpenAPIHono<SecurityEnv>()`. */
export interface SecurityEnv {
  Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse };
  Variables: SecurityVariables;
}

export type SecurityContext = Context<SecurityEnv>;
export type SecurityMiddleware = MiddlewareHandler<SecurityEnv>;

/** The address of the other end of the connection. What headers say of another one is not believed. */
export function addressOf(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? 'unknown';
  // An IPv4 address through a socket for both is the same as without.
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something. */
export function isWrite(method: string): boolean {
  return !SAFE_METHODS.has(method);
}
