import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { messageOf, quote } from '../../base/errors.ts';
import type { Service } from '../../system/service/service.ts';
import { STREAM_CLOSE, STREAM_PATH } from '../contract/stream.ts';
import { ApiError } from '../errors.ts';
import { SecurityError } from '../security/errors.ts';
import { guardUpgrade, type Guards } from '../security/guards.ts';
import { refuseUpgrade } from '../security/problem.ts';
import { VERSION } from '../version.ts';
import { Connection } from './connection.ts';
import { sourcesOf } from './sources.ts';
import { TopicBook } from './topic-book.ts';

export interface StreamServerParts {
  readonly service: Service;
  readonly guards: Pick<Guards, 'hosts' | 'origins' | 'authenticator' | 'limits'>;
  readonly maxStreams: number;
  readonly streamsPerToken: number;
}

/** Of a message of a client, bytes. */
const MAX_MESSAGE_BYTES = 65_536;
/** How often slow clients are looked at, milliseconds. */
const LOOK_EVERY_MS = 100;
/** How often a client has to show that it is there, milliseconds. */
const PING_EVERY_MS = 15_000;

/** The stream: `GET /api/v1/stream`, upgraded to a WebSocket. Who may read may be shown everything here. */
export class StreamServer {
  readonly #parts: StreamServerParts;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #topics: TopicBook;
  readonly #connections = new Set<Connection>();
  readonly #epoch = randomUUID();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(parts: StreamServerParts) {
    this.#parts = parts;
    const { service } = parts;
    const system = {
      service,
      version: VERSION,
      sample: () => service.samples.system,
      streamClients: () => this.clients,
    };
    this.#topics = new TopicBook(sourcesOf(service, system), service.logger);
    this.#timers = [
      setInterval(() => this.#look(), LOOK_EVERY_MS),
      setInterval(() => this.#ping(), PING_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  get clients(): number {
    return this.#connections.size;
  }

  /** Takes a request to upgrade, or refuses it as any other request would be. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { guards, service } = this.#parts;
    try {
      const caller = guardUpgrade(request, guards);
      // Not as a URL: what is none is another path as well.
      const [path = ''] = (request.url ?? '').split('?', 1);
      if (path !== STREAM_PATH) {
        throw new SecurityError(
          'UNKNOWN_ROUTE',
          `there is no stream at ${quote(path)}: it is at ${STREAM_PATH}`,
        );
      }
      this.#checkRoom(caller.identity.tokenId);
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new Connection(webSocket, {
          caller,
          line: socket,
          topics: this.#topics,
          epoch: this.#epoch,
          logger: service.logger,
        });
        this.#connections.add(connection);
        webSocket.on('close', () => this.#connections.delete(connection));
      });
    } catch (thrown) {
      refuseUpgrade(socket, thrown, randomUUID());
    }
  }

  /** Ends all streams with a word of why. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of this.#connections) {
      connection.close(STREAM_CLOSE.GOING_AWAY, 'the server stops');
    }
    this.#topics.close();
    this.#sockets.close();
  }

  #checkRoom(tokenId: string): void {
    const { maxStreams, streamsPerToken } = this.#parts;
    const ofToken = [...this.#connections].filter(
      ({ caller }) => caller.identity.tokenId === tokenId,
    );
    if (this.#connections.size < maxStreams && ofToken.length < streamsPerToken) return;
    throw new ApiError(
      'TOO_MANY_STREAMS',
      `${ofToken.length} streams of this token and ${this.#connections.size} in all are open: at most ${streamsPerToken} and ${maxStreams} (server.streamsPerToken, server.maxStreams)`,
    );
  }

  #look(): void {
    const { guards, service } = this.#parts;
    const nowMs = performance.now();
    for (const connection of this.#connections) {
      try {
        if (guards.authenticator.mayStay(connection.caller)) connection.look(nowMs);
        else connection.close(STREAM_CLOSE.UNAUTHORIZED, 'the token or the session has ended');
      } catch (thrown) {
        // Of a source: it must end neither the others nor the process.
        service.logger.log('error', `a stream can't catch up: ${messageOf(thrown)}`);
      }
    }
  }

  #ping(): void {
    for (const connection of this.#connections) connection.ping();
  }
}
