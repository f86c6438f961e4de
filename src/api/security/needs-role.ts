import { mayAct, type Role } from '../../model/role.ts';
import type { Identity } from '../../system/access/access-tokens.ts';
import { notAuthenticated } from './authenticate.ts';
import type { SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';

/** Lets through whoever has this role or more. */
export function needsRole(needed: Role): SecurityMiddleware {
  return async (c, next) => {
    requireRole(c.get('identity'), needed);
    await next();
  };
}

/** @throws {SecurityError} codes `NOT_AUTHENTICATED`, `ROLE_TOO_LOW` */
export function requireRole(identity: Identity | undefined, needed: Role): void {
  if (identity === undefined) {
    throw notAuthenticated('there is no token');
  }
  if (mayAct(identity.role, needed)) return;
  throw new SecurityError(
    'ROLE_TOO_LOW',
    `this needs the role ${needed}, and the token "${identity.name}" has ${identity.role}`,
    { role: identity.role, needed },
  );
}
