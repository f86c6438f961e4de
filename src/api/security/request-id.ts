import { randomUUID } from 'node:crypto';
import type { SecurityMiddleware } from './environment.ts';

/** Gives each request an id of ours, by which a line of the log, an entry of the audit log and an answer are found. */
export function requestIds(newId: () => string = randomUUID): SecurityMiddleware {
  return async (c, next) => {
    const id = newId();
    c.set('requestId', id);
    await next();
    c.res.headers.set('X-Request-Id', id);
  };
}
