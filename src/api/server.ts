import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { messageOf } from '../base/errors.ts';
import type { Service } from '../system/service/service.ts';
import { createApp } from './app.ts';
import { ApiError } from './errors.ts';
import { handlersOf } from './handlers.ts';
import { MetricsPage } from './metrics/metrics-page.ts';
import { readPageFiles } from './page-files.ts';
import { Authenticator } from './security/authenticate.ts';
import { checkBind, checkInspector } from './security/bind-rules.ts';
import { readCertificate } from './security/certificate.ts';
import { ConnectionRoom } from './security/connection-room.ts';
import { AllowedHosts } from './security/host-check.ts';
import { LockOut } from './security/lock-out.ts';
import { AllowedOrigins } from './security/origin-check.ts';
import { RateLimits } from './security/rate-limit.ts';
import { Sessions } from './security/sessions.ts';
import { StreamServer } from './stream/stream-server.ts';
import { VERSION } from './version.ts';

export interface ApiServerOptions {
  /** It is started already. */
  readonly service: Service;
  /** @default that of the configuration */
  readonly port?: number;
}

/** For a request to arrive, milliseconds. */
const REQUEST_LIMIT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 500;
const MAX_HEADER_BYTES = 16_384;
/** Requests that are being answered may take so long at the end, milliseconds. */
const STOP_LIMIT_MS = 2_000;
const PAGE_FOLDER = join(import.meta.dirname, '../web');

/** REST, stream, metrics and dashboard of a service, on one port. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #server: Server;
  readonly #stream: StreamServer;
  readonly #metrics: MetricsPage;
  readonly #isTls: boolean;

  /**
   * @throws {SecurityError} codes `INSECURE_BIND`, `INSPECTOR_ON`, `INVALID_HOST_NAME`
   * @throws {ApiError} code `TLS_UNUSABLE`
   */
  constructor(options: ApiServerOptions) {
    const { service } = options;
    const { logger, tokens, audit } = service;
    const { host, allowedHosts, tls, allowInsecure, ...limits } = service.config.server;
    this.#options = options;
    this.#isTls = tls !== null;
    checkInspector();
    const warning = checkBind({ host, tls: this.#isTls, allowInsecure });
    if (warning !== undefined) logger.log('warn', warning);
    const sessions = new Sessions({ isTokenLive: (id) => tokens.has(id) });
    const rates = new RateLimits({
      perKey: rateOf(limits.requestsPerSecond),
      overall: rateOf(limits.totalRequestsPerSecond),
    });
    const room = new ConnectionRoom(MAX_CONNECTIONS);
    const authenticator = new Authenticator({
      tokens,
      sessions,
      lockOut: new LockOut(),
      audit,
      limits: rates,
      room,
    });
    const hosts = new AllowedHosts(allowedHosts);
    const origins = new AllowedOrigins({ isTls: this.#isTls });
    const guards = { hosts, origins, authenticator, limits: rates, isTls: this.#isTls };
    this.#stream = new StreamServer({
      service,
      guards,
      maxStreams: limits.maxStreams,
      streamsPerToken: limits.streamsPerToken,
    });
    const { system, execution, alerts } = service;
    this.#metrics = new MetricsPage({ system, execution, alerts, version: VERSION });
    const handlers = handlersOf(service, () => this.#stream.clients);
    const app = createApp({
      handlers,
      guards,
      sessions,
      authenticator,
      audit,
      isTls: this.#isTls,
      metrics: this.#metrics,
      page: readPageFiles(PAGE_FOLDER),
      version: VERSION,
      logger,
    });
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    this.#server = createServer(tls, (request, response) => void listener(request, response));
    room.watch(this.#server, { isTls: this.#isTls });
    service.onReload = () => this.#renewCertificate();
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#stream.upgrade(request, socket, head);
    });
  }

  /**
   * Listens; resolves to the address, such as `http://127.0.0.1:7411`.
   *
   * @throws {ApiError} codes `PORT_IN_USE`, `CANNOT_LISTEN`
   */
  async start(): Promise<string> {
    const { host, port: configured } = this.#options.service.config.server;
    const port = this.#options.port ?? configured;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(listenError(error, host, port));
      });
      this.#server.listen(port, host, resolve);
    });
    const { port: bound } = this.#server.address() as AddressInfo;
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    return `${this.#isTls ? 'https' : 'http'}://${name}:${bound}`;
  }

  /** A certificate is good for weeks, and a service runs for months. One that can't be used leaves the one before. */
  #renewCertificate(): void {
    const { logger, config } = this.#options.service;
    const { tls } = config.server;
    if (tls === null || !(this.#server instanceof HttpsServer)) return;
    try {
      this.#server.setSecureContext(readCertificate(tls));
      logger.log('info', `the certificate ${tls.cert} is read again`);
    } catch (thrown) {
      logger.log('error', `the certificate stays as it is: ${messageOf(thrown)}`);
    }
  }

  /** Ends the streams, lets requests that are being answered end, and closes the port. */
  async stop(): Promise<void> {
    this.#stream.stop();
    this.#metrics.stop();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), STOP_LIMIT_MS);
    await closed;
    clearTimeout(cut);
  }
}

type Tls = Service['config']['server']['tls'];
type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function createServer(tls: Tls, listener: Listener): Server {
  const limits = {
    requestTimeout: REQUEST_LIMIT_MS,
    headersTimeout: REQUEST_LIMIT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: 1_000,
  };
  if (tls === null) return createHttpServer(limits, listener);
  return createHttpsServer({ ...limits, ...readCertificate(tls) }, listener);
}

/** Twice the rate at once: a page that is opened asks for many things. */
function rateOf(perSecond: number): { perSecond: number; burst: number } {
  return { perSecond, burst: 2 * perSecond };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ApiError {
  if (error.code === 'EADDRINUSE') {
    return new ApiError(
      'PORT_IN_USE',
      `port ${port} of ${host} is taken, perhaps by another QuantCell: end that, or take another port with --port`,
      { host, port },
    );
  }
  return new ApiError(
    'CANNOT_LISTEN',
    `the server can't listen on ${host} port ${port}: ${messageOf(error)}`,
    { host, port },
  );
}
