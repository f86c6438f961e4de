import type { Hono } from 'hono';
import { findTargetHandler } from 'hono/utils/handler';
import { mayAct, type Role } from '../../model/role.ts';
import type { Identity } from '../../system/access/access-tokens.ts';
import { notAuthenticated } from './authenticate.ts';
import type { SecurityEnv, SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';

/** Which role a middleware asks for. */
const roles = new WeakMap<object, Role>();

/** Lets through whoever has this role or more. */
export function needsRole(needed: Role): SecurityMiddleware {
  return declareRole(needed, async (c, next) => {
    requireRole(c.get('identity'), needed);
    await next();
  });
}

/** Says of a middleware that it asks for a role. */
export function declareRole(needed: Role, middleware: SecurityMiddleware): SecurityMiddleware {
  roles.set(middleware, needed);
  return middleware;
}

/** @throws {SecurityError} codes `NOT_AUTHENTICATED`, `ROLE_TOO_LOW` */
export function requireRole(identity: Identity | undefined, needed: Role): void {
  if (identity === undefined) throw notAuthenticated('there is no token');
  if (mayAct(identity.role, needed)) return;
  throw new SecurityError(
    'ROLE_TOO_LOW',
    `this needs the role ${needed}, and the token "${identity.name}" has ${identity.role}`,
    { role: identity.role, needed },
  );
}

/** A route and the role that it needs; null if it asks for none. */
export interface RouteRole {
  readonly method: string;
  readonly path: string;
  readonly role: Role | null;
}

/**
 * The routes of an app with their roles, so that a start can refuse one that asks for none and is not meant
 * to be public. What is for all methods (`app.use`) is no route.
 */
export function roleTable(app: Hono<SecurityEnv>): readonly RouteRole[] {
  const table = new Map<string, RouteRole>();
  for (const { method, path, handler } of app.routes) {
    if (method === 'ALL') continue;
    const key = `${method} ${path}`;
    const role = roles.get(findTargetHandler(handler)) ?? table.get(key)?.role ?? null;
    table.set(key, { method, path, role });
  }
  return [...table.values()];
}
