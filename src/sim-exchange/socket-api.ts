import type { WebSocket } from 'ws';
import { Refusal } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { Params } from './params.ts';
import { checkKey, checkSignature, socketPayload, type Credentials } from './signature.ts';
import { sendTo } from './socket.ts';
import type { UserStreams } from './user-streams.ts';

interface Request {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Requests over WebSocket, as far as it takes to have the user data stream. */
export class SocketApi {
  readonly #exchange: Exchange;
  readonly #credentials: Credentials;
  readonly #users: UserStreams;

  constructor(exchange: Exchange, credentials: Credentials, users: UserStreams) {
    this.#exchange = exchange;
    this.#credentials = credentials;
    this.#users = users;
  }

  accept(socket: WebSocket): void {
    socket.on('message', (data) => {
      // oxlint-disable-next-line typescript/no-base-to-string
      sendTo(socket, this.#answer(socket, String(data)));
    });
  }

  #answer(socket: WebSocket, text: string): unknown {
    let request: Request;
    try {
      request = JSON.parse(text) as Request;
    } catch {
      return { id: null, status: 400, error: { code: -1135, msg: 'Invalid JSON Request' } };
    }
    const id = request.id ?? null;
    try {
      return { id, status: 200, result: this.#run(socket, request) };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return { id, status: thrown.status, error: thrown };
    }
  }

  #run(socket: WebSocket, { method, params = {} }: Request): unknown {
    switch (method) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: this.#exchange.nowMs };
      case 'userDataStream.subscribe.signature':
        this.#check(params);
        return { subscriptionId: this.#users.subscribe(socket) };
      case 'userDataStream.unsubscribe':
        this.#users.unsubscribe(socket);
        return {};
      default:
        throw new Refusal(-1601, `Unknown method ${JSON.stringify(method)}.`);
    }
  }

  #check(params: Readonly<Record<string, unknown>>): void {
    const values = new Map(Object.entries(params).map(([name, value]) => [name, String(value)]));
    checkKey(values.get('apiKey'), this.#credentials);
    const nowMs = this.#exchange.nowMs;
    checkSignature(new Params(values), socketPayload(values), this.#credentials, nowMs);
  }
}
