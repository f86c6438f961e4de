import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { messageOf } from '../base/errors.ts';
import { SimExchangeError } from './errors.ts';
import type { RestAnswer, RestRequest } from './rest-api.ts';

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 65_536;
const MAX_MESSAGE_BYTES = 262_144;

export interface ServerHandlers {
  rest(request: RestRequest): Promise<RestAnswer | 'close' | 'silence'>;
  /** A WebSocket was opened, unless false is returned. */
  socket(path: string, query: URLSearchParams): ((socket: WebSocket) => void) | undefined;
  /** It can't go on. */
  failed(error: unknown): void;
}

/** HTTP and WebSocket on one port of this machine. */
export class SimServer {
  readonly #handlers: ServerHandlers;
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  readonly #connections = new Set<Socket>();

  constructor(handlers: ServerHandlers) {
    this.#handlers = handlers;
    this.#http = createServer((request, response) => {
      this.#serve(request, response).catch((thrown: unknown) => {
        response.destroy();
        // A client that goes away while it sends is no failure of the exchange.
        if (!request.destroyed || request.complete) handlers.failed(thrown);
      });
    });
    this.#http.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /**
   * Listens; returns the port.
   *
   * @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED`
   */
  async listen(port: number): Promise<number> {
    this.#http.listen(port, HOST);
    try {
      await once(this.#http, 'listening');
    } catch (thrown) {
      const message = `can't listen on ${HOST}:${port}: ${messageOf(thrown)}`;
      throw new SimExchangeError(message, { port }, thrown);
    }
    return (this.#http.address() as AddressInfo).port;
  }

  /** Ends all WebSockets, and the connections that wait for a next request, without a word. */
  cutSockets(): void {
    this.#http.closeIdleConnections();
    for (const socket of this.#webSockets.clients) socket.terminate();
  }

  /** WebSockets that are open. */
  get sockets(): number {
    return this.#webSockets.clients.size;
  }

  async close(): Promise<void> {
    this.#webSockets.close();
    if (!this.#http.listening) return;
    const closed = once(this.#http, 'close');
    this.#http.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = targetOf(request);
    const apiKey = request.headers['x-mbx-apikey'];
    const body = await bodyOf(request);
    if (body === undefined) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const answer = await this.#handlers.rest({
      name: `${request.method} ${path}`,
      query,
      body,
      apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    });
    if (answer === 'silence') return;
    if (answer === 'close') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { path, query } = targetOf(request);
    const accept = this.#handlers.socket(path, new URLSearchParams(query));
    if (accept === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      accept(webSocket);
    });
  }
}

function targetOf({ url = '/' }: IncomingMessage): { path: string; query: string } {
  const [path = '/', query = ''] = url.split(/\?(.*)/s);
  return { path, query };
}

/** Undefined if it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
