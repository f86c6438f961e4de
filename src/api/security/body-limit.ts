import { isWrite, type SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';
import { parseJson } from './parse-json.ts';

/** No body is larger: a source of 1 MiB, as JSON. */
export const MAX_BODY_BYTES = 2_097_152;
/** Of an order, and of what else has a handful of fields. */
export const MAX_ORDER_BODY_BYTES = 65_536;

/** Refuses a larger body with `BODY_TOO_LARGE`: by its Content-Length before a byte of it is read, else where it gets there. */
export function bodyLimit(maxBytes: number): SecurityMiddleware {
  return async (c, next) => {
    const { headers, body } = c.req.raw;
    const said = headers.has('transfer-encoding') ? null : headers.get('content-length');
    if (said !== null && Number(said) > maxBytes) throw tooLarge(maxBytes);
    if (said === null && body !== null) {
      // Whoever asks for the body gets these bytes, another limit too. A request can't be made of another one here:
      // that of the server is none of the runtime's own. The cache holds promises, whatever its type says.
      const { bodyCache } = c.req;
      const known = bodyCache.arrayBuffer as Promise<ArrayBuffer> | undefined;
      const bytes = known === undefined ? await bytesOf(body, maxBytes) : await known;
      if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
      bodyCache.arrayBuffer = Promise.resolve(bytes) as unknown as ArrayBuffer;
    }
    await next();
  };
}

/** @throws {SecurityError} code `BODY_TOO_LARGE`, before more than that is in memory */
async function bytesOf(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.buffer;
}

function tooLarge(maxBytes: number): SecurityError {
  return new SecurityError('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`, {
    maxBytes,
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
