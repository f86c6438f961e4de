import { join } from 'node:path';
import { quote } from '../base/errors.ts';
import { IpcError } from './errors.ts';

/** Where the three sockets of the host are. */
export interface Endpoints {
  readonly market: string;
  readonly control: string;
  readonly status: string;
}

/** How the host's sockets are reached: files in a private directory, or ports of this machine. */
export type EndpointOptions =
  | { readonly kind: 'ipc'; readonly directory: string }
  | {
      readonly kind: 'tcp';
      /** A loopback address. */
      readonly host: string;
      /** Ports of market data, control and status; 0 is any free one. */
      readonly ports: readonly [market: number, control: number, status: number];
    };

/** The kernel's limit for the path of a Unix socket, less the final NUL. */
const MAX_SOCKET_PATH_BYTES = 107;

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|::1|localhost)$/;

/**
 * The endpoints to bind, before free ports are known.
 *
 * @throws {IpcError} code `SOCKET_PATH_TOO_LONG` or `INVALID_ENDPOINT`
 */
export function endpointsOf(options: EndpointOptions): Endpoints {
  if (options.kind === 'ipc') {
    const at = (name: string): string => {
      const path = join(options.directory, name);
      if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
        throw new IpcError(
          'SOCKET_PATH_TOO_LONG',
          `the socket path ${quote(path)} has ${Buffer.byteLength(path)} bytes, the system allows ${MAX_SOCKET_PATH_BYTES}: choose a shorter directory`,
          { path },
        );
      }
      return `ipc://${path}`;
    };
    return { market: at('market.sock'), control: at('control.sock'), status: at('status.sock') };
  }
  const { host, ports } = options;
  if (!LOOPBACK.test(host)) {
    throw new IpcError(
      'INVALID_ENDPOINT',
      `tcp host ${quote(host)} is not a loopback address: unencrypted sockets are for this machine only, such as "127.0.0.1"`,
      { host },
    );
  }
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new IpcError(
        'INVALID_ENDPOINT',
        `port ${quote(port)} is not a whole number from 0 to 65535`,
        {
          port,
        },
      );
    }
  }
  const address = host === '::1' ? '[::1]' : host;
  const at = (port: number): string => `tcp://${address}:${port === 0 ? '*' : port}`;
  return { market: at(ports[0]), control: at(ports[1]), status: at(ports[2]) };
}

/** True for ports of an IPv6 address, which a socket has to be told. */
export function isIpv6(endpoint: string): boolean {
  return endpoint.startsWith('tcp://[');
}

/** The file of an ipc endpoint, undefined for the others. */
export function socketPathOf(endpoint: string): string | undefined {
  return endpoint.startsWith('ipc://') ? endpoint.slice('ipc://'.length) : undefined;
}
