import type { ServerOptions } from 'node:http';

export interface HttpLimits {
  /** For a whole request to arrive. @default 10,000 */
  readonly requestTimeoutMs?: number;
}

const MAX_HEADER_BYTES = 16_384;
const KEEP_ALIVE_MS = 5_000;
const CHECK_MS = 1_000;

/** What a server does not wait for and does not take: for `serverOptions`. */
export function httpLimits({ requestTimeoutMs = 10_000 }: HttpLimits = {}): ServerOptions {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node looks for those that are late only so often.
    connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
}
