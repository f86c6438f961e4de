import { quote } from '../../base/errors.ts';
import { SecurityError } from './errors.ts';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[?::1\]?|localhost)$/i;
/** Node takes underscores for dashes. */
const INSPECT = /(?:^|[\s"'=])--inspect(?:[-_][a-z_-]+)?(?:[=\s"']|$)/;

export interface BindOptions {
  readonly host: string;
  /** Whether the server itself speaks TLS. */
  readonly tls: boolean;
  /** The explicit word that something in front of it does, or that nobody else is on that network. */
  readonly allowInsecure: boolean;
}

/**
 * Whether a server may listen there: on this machine alone, or with TLS, or with an explicit word.
 *
 * @returns what to warn of, or undefined
 * @throws {SecurityError} code `INSECURE_BIND`
 */
export function checkBind({ host, tls, allowInsecure }: BindOptions): string | undefined {
  if (isLoopback(host) || tls) return undefined;
  if (allowInsecure) {
    return `listening on ${host} without TLS: whoever is on that network can read tokens and orders`;
  }
  throw new SecurityError(
    'INSECURE_BIND',
    `${quote(host)} can be reached from other machines, and without TLS whoever is on the way reads the tokens: listen on 127.0.0.1 and come through a tunnel (ssh -L) or a proxy with TLS, give a certificate and a key, or allow it with an explicit word`,
    { host },
  );
}

function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * An inspector runs any code for whoever reaches its port, without a token.
 *
 * @throws {SecurityError} code `INSPECTOR_ON`
 */
export function checkInspector(
  env: Readonly<Record<string, string | undefined>> = process.env,
  execArgv: readonly string[] = process.execArgv,
): void {
  const options = [env['NODE_OPTIONS'] ?? '', ...execArgv].find((text) => INSPECT.test(text));
  if (options === undefined) return;
  throw new SecurityError(
    'INSPECTOR_ON',
    `node's inspector is on (${quote(options)}), by which anybody on this machine runs code in here: start without it`,
  );
}
