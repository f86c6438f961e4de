import type { IncomingMessage } from 'node:http';
import type { Hono } from 'hono';
import type { Logger } from '../../base/logger.ts';
import { authenticate, notAuthenticated, type Authenticator, type Caller } from './authenticate.ts';
import { bodyLimit, jsonCheck, MAX_BODY_BYTES, MAX_ORDER_BODY_BYTES } from './body-limit.ts';
import { contentTypeCheck, type TypesOf } from './content-type.ts';
import {
  addressOf,
  type SecurityContext,
  type SecurityEnv,
  type SecurityMiddleware,
} from './environment.ts';
import { securityHeaders } from './headers.ts';
import { hostCheck, type AllowedHosts } from './host-check.ts';
import { originCheck, type AllowedOrigins } from './origin-check.ts';
import { onApiError, onUnknownRoute } from './problem.ts';
import { rateLimit, type RateLimits } from './rate-limit.ts';
import { requestIds } from './request-id.ts';

export interface Guards {
  readonly hosts: AllowedHosts;
  readonly origins: AllowedOrigins;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  readonly isTls: boolean;
  readonly logger: Logger;
  /** Routes that need nobody. All others, also those that are not there, do. */
  readonly isPublic: (c: SecurityContext) => boolean;
  /** What the limits never refuse: whether the server lives, and a halt. */
  readonly isUnlimited: (c: SecurityContext) => boolean;
  /** Where a body is no JSON. @default JSON everywhere */
  readonly typesOf?: TypesOf;
}

/**
 * What a WebSocket upgrade has to pass, which no middleware sees; `refuseUpgrade` answers what is thrown.
 *
 * @throws {SecurityError}
 */
export function guardUpgrade(
  request: IncomingMessage,
  guards: Pick<Guards, 'hosts' | 'origins' | 'authenticator' | 'limits'>,
): Caller {
  guards.hosts.require(request);
  guards.origins.require(request);
  const caller = guards.authenticator.check(request);
  if (caller === undefined) {
    guards.limits.take('unknown', addressOf(request));
    throw notAuthenticated('there is no token');
  }
  guards.limits.take('known', caller.identity.tokenId);
  return caller;
}

/** Puts everything before the routes of an app that each request has to pass, in this order. */
export function guard(app: Hono<SecurityEnv>, guards: Guards): void {
  const { hosts, origins, authenticator, limits, isTls, logger, isPublic, isUnlimited } = guards;
  app.onError(onApiError(logger));
  app.notFound(onUnknownRoute);
  app.use(
    requestIds(),
    securityHeaders({ isTls }),
    hostCheck(hosts),
    originCheck(origins),
    authenticate(authenticator, { isPublic, isTls }),
    rateLimit(limits, isUnlimited),
    contentTypeCheck(guards.typesOf),
    bodyLimitByCaller(),
    jsonCheck(),
  );
}

/** Who is not known yet has a token to say, and no source: many of them are not to fill the memory. */
function bodyLimitByCaller(): SecurityMiddleware {
  const [ofKnown, ofUnknown] = [bodyLimit(MAX_BODY_BYTES), bodyLimit(MAX_ORDER_BODY_BYTES)];
  return (c, next) => (c.get('identity') === undefined ? ofUnknown : ofKnown)(c, next);
}
