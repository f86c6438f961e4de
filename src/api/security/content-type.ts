import { quote } from '../../base/errors.ts';
import { isWrite, type SecurityContext, type SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';

const JSON_TYPE = 'application/json';

/** What a request may have as its body. */
export type TypesOf = (c: SecurityContext) => readonly string[];

/**
 * Refuses writes with a body of another kind, with `WRONG_CONTENT_TYPE`. A form of another page can send
 * text and forms, but no JSON.
 */
export function contentTypeCheck(typesOf: TypesOf = () => [JSON_TYPE]): SecurityMiddleware {
  return async (c, next) => {
    if (isWrite(c.req.method) && hasBody(c)) {
      const sent = c.req.header('content-type');
      const type = sent?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      const allowed = typesOf(c);
      if (!allowed.includes(type)) {
        throw new SecurityError(
          'WRONG_CONTENT_TYPE',
          `a body of the type ${quote(sent ?? null)} is not taken: send Content-Type: ${allowed.join(' or ')}`,
          { contentType: quote(sent ?? null), expected: allowed },
        );
      }
    }
    await next();
  };
}

function hasBody(c: SecurityContext): boolean {
  const length = c.req.header('content-length');
  return (
    c.req.header('transfer-encoding') !== undefined || (length !== undefined && length !== '0')
  );
}
