import type { IncomingMessage } from 'node:http';
import { quote } from '../../base/errors.ts';
import type { SecurityMiddleware } from './environment.ts';
import { SecurityError } from './errors.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
/** A name, an IPv4 address, or an IPv6 address in brackets; then a port, or none. */
const HOST = /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/;

/**
 * The names by which this server may be called. A page of elsewhere whose name was made to lead to this machine
 * (DNS rebinding) comes with that name and is refused. The port says nothing of that: through a tunnel it
 * is another one.
 */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;

  /** `names` without ports, beside those of the machine itself; IPv6 addresses with or without brackets. */
  constructor(names: readonly string[] = []) {
    this.#names = new Set([...LOOPBACK_NAMES, ...names.map(nameOf)]);
  }

  /** Of a Host header; false without one. */
  allows(host: string | undefined): boolean {
    const name = HOST.exec(host?.toLowerCase() ?? '')?.[1];
    return name !== undefined && this.#names.has(name);
  }

  /**
   * For a WebSocket upgrade, which no middleware sees.
   *
   * @throws {SecurityError} code `WRONG_HOST`
   */
  require(request: IncomingMessage): void {
    requireHost(this, request.headers.host);
  }
}

/** Refuses requests to a name that is not ours, with `WRONG_HOST`. */
export function hostCheck(hosts: AllowedHosts): SecurityMiddleware {
  return async (c, next) => {
    requireHost(hosts, c.req.header('host'));
    await next();
  };
}

function requireHost(hosts: AllowedHosts, host: string | undefined): void {
  if (hosts.allows(host)) return;
  throw new SecurityError(
    'WRONG_HOST',
    `the Host header ${quote(host ?? null)} is none of this server: call it by 127.0.0.1 or localhost, or add the name to its configuration`,
    { host: quote(host ?? null) },
  );
}

function nameOf(name: string): string {
  const lower = name.toLowerCase();
  const bracketed = lower.includes(':') && !lower.startsWith('[') ? `[${lower}]` : lower;
  const match = HOST.exec(bracketed);
  if (match?.[1] !== undefined && match[2] === undefined) return bracketed;
  throw new SecurityError(
    'INVALID_HOST_NAME',
    `${quote(name)} is no name of a host: expected a name or an address without port and scheme, such as "quantcell.example.com"`,
    { name: quote(name) },
  );
}
