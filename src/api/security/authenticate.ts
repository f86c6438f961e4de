import type { IncomingMessage } from 'node:http';
import { parse } from 'hono/utils/cookie';
import {
  ENVIRONMENT_TOKEN_ID,
  type AccessTokens,
  type Identity,
} from '../../system/access/access-tokens.ts';
import type { AuditLog } from '../../system/audit/audit-log.ts';
import { hashOfToken } from '../../system/access/token-text.ts';
import { BoundedMap } from './bounded-map.ts';
import type { ConnectionRoom } from './connection-room.ts';
import {
  addressOf,
  isWrite,
  type SecurityContext,
  type SecurityMiddleware,
} from './environment.ts';
import { SecurityError } from './errors.ts';
import type { LockOut } from './lock-out.ts';
import type { RateLimits } from './rate-limit.ts';
import { SESSION_COOKIE, setSessionCookie } from './session-cookie.ts';
import { isCsrf, type BrowserSession, type Session, type Sessions } from './sessions.ts';

/** With each write that comes with a cookie. */
const CSRF_HEADER = 'x-quantcell-csrf';
const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;
/** Names under which others take a token from an address, where it stays in logs and histories. */
const TOKEN_PARAMETERS: ReadonlySet<string> = new Set([
  'token',
  'access_token',
  'auth',
  'authorization',
  'bearer',
  'api_key',
  'apikey',
  SESSION_COOKIE,
]);
const MAX_KNOWN = 200;
const NOBODY = { tokenId: null, name: null, role: null } as const;

/** Who a request is from, and how it says so. */
export interface Caller {
  readonly identity: Identity;
  /** Undefined for a token in the header. */
  readonly session: BrowserSession | undefined;
}

export interface AuthenticatorParts {
  readonly tokens: AccessTokens;
  readonly sessions: Sessions;
  readonly lockOut: LockOut;
  readonly limits: RateLimits;
  /** Wrong tokens are written down there, some of them a minute. @default nowhere */
  readonly audit?: AuditLog | undefined;
  /** Is told which connections somebody has come in by. @default nobody */
  readonly room?: ConnectionRoom;
}

/** Finds out who a request is from: one for routes, logins and WebSocket upgrades alike. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;
  /** Tokens of the environment that were right once: whoever has one is not guessing. */
  readonly #known = new BoundedMap<string, true>(MAX_KNOWN);

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /**
   * By the header Authorization, else by the cookie; undefined for somebody who comes with neither, or with a
   * cookie of a session that is over.
   *
   * @throws {SecurityError} codes `TOKEN_IN_URL`, `NOT_AUTHENTICATED`, `LOCKED_OUT`, `TOO_MANY_REQUESTS`
   */
  check(request: IncomingMessage): Caller | undefined {
    const caller = this.#callerOf(request);
    if (caller !== undefined) this.#parts.room?.know(request.socket);
    return caller;
  }

  #callerOf(request: IncomingMessage): Caller | undefined {
    refuseTokenInUrl(request.url ?? '');
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1];
      if (token === undefined)
        throw notAuthenticated('the header Authorization is no bearer token');
      return { identity: this.login(token, addressOf(request)), session: undefined };
    }
    const id = parse(cookie ?? '', SESSION_COOKIE)[SESSION_COOKIE];
    const session = id === undefined ? undefined : this.#parts.sessions.get(id);
    if (id === undefined || session === undefined) return undefined;
    return { identity: session.identity, session: { ...session, id } };
  }

  /** Whether somebody who came in may stay: the token is not revoked, the session not over. Prolongs nothing. */
  mayStay({ identity, session }: Caller): boolean {
    const { tokens, sessions } = this.#parts;
    return tokens.has(identity.tokenId) && (session === undefined || sessions.has(session.id));
  }

  /**
   * Who has this token.
   *
   * A right one passes while its address is locked out: nobody guesses 256 random bits, and a stranger on the same
   * machine must not keep the owner from a halt. One that a person chose, in the environment, may be guessed: it
   * passes only if it was right before.
   *
   * @throws {SecurityError} codes `NOT_AUTHENTICATED`, `LOCKED_OUT`, `TOO_MANY_REQUESTS`
   */
  login(token: string, address: string): Identity {
    const { tokens, lockOut, limits, audit } = this.#parts;
    const identity = tokens.authenticate(token);
    const prefix = hashOfToken(token).toString('hex').slice(0, 16);
    const keys = [`address ${address}`, `token ${prefix}`];
    if (identity !== null) {
      const mayBeGuessed = identity.tokenId === ENVIRONMENT_TOKEN_ID;
      if (mayBeGuessed && this.#known.get(prefix) === undefined) {
        lockOut.require(keys);
        this.#known.set(prefix, true);
      }
      return identity;
    }
    limits.take('unknown', address);
    lockOut.require(keys);
    lockOut.fail(keys);
    audit?.append(
      { ...NOBODY, source: address, action: 'access.login', target: null },
      { result: 'denied', reason: 'NOT_AUTHENTICATED' },
    );
    throw notAuthenticated('this token is none, or was revoked');
  }
}

export interface AuthenticateOptions {
  /** Routes that need nobody, such as `/api/v1/health/live` and the page itself. All others do. */
  readonly isPublic: (c: SecurityContext) => boolean;
  readonly isTls: boolean;
}

/**
 * Lets through whoever is somebody, and leaves `identity` and `session` in the context. Writes with a cookie also
 * need the csrf value of their session in X-QuantCell-CSRF, else `WRONG_CSRF`.
 */
export function authenticate(
  authenticator: Authenticator,
  { isPublic, isTls }: AuthenticateOptions,
): SecurityMiddleware {
  return async (c, next) => {
    const caller = authenticator.check(c.env.incoming);
    if (caller === undefined && !isPublic(c)) {
      throw notAuthenticated('there is no token');
    }
    const session = caller?.session;
    if (session !== undefined && isWrite(c.req.method)) requireCsrf(session, c);
    c.set('identity', caller?.identity);
    c.set('session', session);
    await next();
    // The browser's copy lasts as long as ours, unless the route has just set or taken away one. Files of
    // the page are for a cache, and have none.
    const isApi = c.req.path.startsWith('/api/');
    if (session !== undefined && isApi && !c.res.headers.has('Set-Cookie')) {
      setSessionCookie(c, session, isTls);
    }
  };
}

function requireCsrf(session: Session, c: SecurityContext): void {
  if (isCsrf(session, c.req.header(CSRF_HEADER))) return;
  throw new SecurityError(
    'WRONG_CSRF',
    'a write with a cookie needs the header X-QuantCell-CSRF with the csrf value that the login answered; a program sends its token as Authorization: Bearer instead',
  );
}

function refuseTokenInUrl(url: string): void {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  for (const name of new URLSearchParams(query).keys()) {
    if (!TOKEN_PARAMETERS.has(name.toLowerCase())) continue;
    throw new SecurityError(
      'TOKEN_IN_URL',
      `${name} in an address would stay in logs and histories: send the token in the header Authorization: Bearer, and revoke this one`,
      { parameter: name },
    );
  }
}

export function notAuthenticated(why: string): SecurityError {
  return new SecurityError(
    'NOT_AUTHENTICATED',
    `${why}: send one in the header Authorization: Bearer, or log in`,
  );
}
