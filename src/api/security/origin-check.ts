import type { IncomingMessage } from 'node:http';
import { quote } from '../../base/errors.ts';
import { isWrite, type SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';

/** What a browser says of where a request comes from; programs say none of it. */
interface Provenance {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly fetchSite: string | undefined;
}

export interface AllowedOriginsOptions {
  /** Other pages that may write, such as `https://ops.example.com`. @default [] */
  readonly origins?: readonly string[];
  /** This server speaks TLS itself: a page without it, which somebody may have changed on its way, is another one. @default false */
  readonly isTls?: boolean;
}

/**
 * The pages that may change something: those of this server, which have in their address what the request
 * has as Host, and those that are named.
 */
export class AllowedOrigins {
  readonly #origins: ReadonlySet<string>;
  readonly #isTls: boolean;

  constructor({ origins = [], isTls = false }: AllowedOriginsOptions = {}) {
    this.#origins = new Set(origins.map(originOf));
    this.#isTls = isTls;
  }

  allows({ origin, host, fetchSite }: Provenance): boolean {
    if (origin === undefined) return fetchSite !== 'cross-site' && fetchSite !== 'same-site';
    const lower = origin.toLowerCase();
    if (this.#origins.has(lower)) return true;
    const [, scheme, name] = /^(https?):\/\/([^/?#@]+)$/.exec(lower) ?? [];
    if (scheme === undefined || name !== host?.toLowerCase()) return false;
    return scheme === 'https' || !this.#isTls;
  }

  /**
   * For a WebSocket upgrade, which a browser allows every page and which no middleware sees.
   *
   * @throws {SecurityError} code `WRONG_ORIGIN`
   */
  require({ headers }: IncomingMessage): void {
    const site = headers['sec-fetch-site'];
    const fetchSite = Array.isArray(site) ? site[0] : site;
    requireOrigin(this, { origin: headers.origin, host: headers.host, fetchSite });
  }
}

/**
 * Refuses writes that a page of elsewhere makes, with `WRONG_ORIGIN`. There are no CORS headers on any answer,
 * so that such a page can't read anything either.
 */
export function originCheck(origins: AllowedOrigins): SecurityMiddleware {
  return async (c, next) => {
    if (isWrite(c.req.method)) {
      requireOrigin(origins, {
        origin: c.req.header('origin'),
        host: c.req.header('host'),
        fetchSite: c.req.header('sec-fetch-site'),
      });
    }
    await next();
  };
}

function requireOrigin(origins: AllowedOrigins, provenance: Provenance): void {
  if (origins.allows(provenance)) return;
  const { origin, fetchSite } = provenance;
  const from =
    origin === undefined ? `Sec-Fetch-Site: ${quote(fetchSite)}` : `the origin ${quote(origin)}`;
  throw new SecurityError(
    'WRONG_ORIGIN',
    `${from} may not change anything here: use the page of this server, or add the origin to its configuration`,
    { origin: quote(origin ?? null) },
  );
}

function originOf(text: string): string {
  const lower = text.toLowerCase();
  if (/^https?:\/\/[^/?#@*]+$/.test(lower)) return lower;
  throw new SecurityError(
    'INVALID_ORIGIN',
    `${quote(text)} is no origin: expected a scheme and a host, such as "https://ops.example.com"`,
    { origin: quote(text) },
  );
}
