import { bodyLimit as honoBodyLimit } from 'hono/body-limit';
import { isWrite, type SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';
import { parseJson } from './parse-json.ts';

/** No body is larger. */
export const MAX_BODY_BYTES = 1_048_576;
/** Of an order, and of what else has a handful of fields. */
export const MAX_ORDER_BODY_BYTES = 65_536;

/** Refuses a larger body with `BODY_TOO_LARGE`: by its Content-Length before a byte of it is read, else where it gets there. */
export function bodyLimit(maxBytes: number): SecurityMiddleware {
  return honoBodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new SecurityError('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`, {
        maxBytes,
      });
    },
  });
}

/** Looks at each JSON body before a route does, as `parseJson` does. Stands behind the limit of its size. */
export function jsonCheck(): SecurityMiddleware {
  return async (c, next) => {
    if (isWrite(c.req.method) && isJson(c.req.header('content-type'))) {
      // The text stays with the request: a route that asks for it gets it again.
      const text = await c.req.text();
      if (text !== '') parseJson(text);
    }
    await next();
  };
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? '');
}
