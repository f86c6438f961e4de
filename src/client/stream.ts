import type { Problem } from '../api/contract/common.ts';
import type {
  ChangeOf,
  ChannelInput,
  ChannelName,
  ClientMessage,
  ServerMessage,
  SnapshotOf,
} from '../api/contract/stream.ts';

/** What a connection tells. */
export interface SocketEvents {
  readonly onMessage: (text: string) => void;
  /** Once, also if it was never open. */
  readonly onClose: (code: number, reason: string) => void;
}

/** A connection: made of a browser's WebSocket, or of that of the package `ws`. */
export interface StreamSocket {
  send(text: string): void;
  close(): void;
}

/** `live` only while messages come: what was received before is old once it is not. */
export type StreamState = 'connecting' | 'live' | 'down';

export interface StreamOptions {
  /** Opens a new connection; called again after each end. */
  readonly connect: (events: SocketEvents) => StreamSocket;
  readonly onState?: (state: StreamState, reason: string) => void;
  /** Ends for which another connection won't do, such as an ended session (close code 4001). */
  readonly onUnauthorized?: () => void;
}

export interface StreamHandlers<Name extends ChannelName> {
  /** Everything as it is now; again after a reconnect or a gap. */
  readonly onSnapshot: (data: SnapshotOf<Name>) => void;
  readonly onChange: (data: ChangeOf<Name>) => void;
  /** In place of a snapshot after a reconnect: what was missed comes as changes. */
  readonly onResumed?: () => void;
  /** This side was too slow, and so many lines, orders, fills or alerts are left out; a snapshot follows. */
  readonly onMissed?: (count: number) => void;
  /** The subscription was refused. */
  readonly onError?: (problem: Problem) => void;
}

interface Subscription {
  readonly to: ChannelInput;
  readonly handlers: StreamHandlers<ChannelName>;
  /** Number of the last message; null before the first snapshot. */
  seq: number | null;
}

const UNAUTHORIZED = 4001;
const PING_EVERY_MS = 5_000;
/** Without any message for so long the server counts as gone. */
const SILENT_LIMIT_MS = 12_000;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/** One connection to the stream of a server, made again whenever it ends; subscriptions go on where they were. */
export class StreamClient {
  readonly #options: StreamOptions;
  readonly #subscriptions = new Map<number, Subscription>();
  #socket: StreamSocket | undefined;
  #state: StreamState = 'connecting';
  #epoch = '';
  #lastId = 0;
  #lastHeardMs = 0;
  #retryMs = FIRST_RETRY_MS;
  #isClosed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pings: ReturnType<typeof setInterval> | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#connect();
    this.#pings = setInterval(() => this.#look(), PING_EVERY_MS);
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Returns the function that ends it. */
  subscribe<Name extends ChannelName>(
    to: Extract<ChannelInput, { channel: Name }>,
    handlers: StreamHandlers<Name>,
  ): () => void {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#subscriptions.set(id, {
      to,
      handlers: handlers as unknown as StreamHandlers<ChannelName>,
      seq: null,
    });
    if (this.#state === 'live') this.#send({ type: 'subscribe', id, to });
    return () => {
      if (this.#subscriptions.delete(id) && this.#state === 'live')
        this.#send({ type: 'unsubscribe', id });
    };
  }

  /** Ends the connection for good. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pings);
    this.#subscriptions.clear();
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#isClosed) return;
    this.#lastHeardMs = performance.now();
    const socket = this.#options.connect({
      onMessage: (text) => {
        if (socket === this.#socket) this.#hear(JSON.parse(text) as ServerMessage);
      },
      onClose: (code, reason) => {
        if (socket === this.#socket) this.#end(code, reason);
      },
    });
    this.#socket = socket;
  }

  #end(code: number, reason: string): void {
    this.#socket = undefined;
    if (this.#isClosed) return;
    this.#setState('down', reason === '' ? `the connection ended (${code})` : reason);
    if (code === UNAUTHORIZED) {
      this.#options.onUnauthorized?.();
      return;
    }
    this.#retry = setTimeout(() => {
      this.#setState('connecting', 'connecting again');
      this.#connect();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  /** A connection may end without a word, as where a laptop slept or a network went away. */
  #look(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (performance.now() - this.#lastHeardMs > SILENT_LIMIT_MS) {
      socket.close();
      this.#end(1006, 'nothing was heard from the server');
    } else if (this.#state === 'live') {
      this.#send({ type: 'ping' });
    }
  }

  #hear(message: ServerMessage): void {
    this.#lastHeardMs = performance.now();
    if (message.type === 'hello') return this.#begin(message.epoch);
    if (message.type === 'pong' || message.type === 'unsubscribed') return;
    const { id } = message;
    const subscription = id === null ? undefined : this.#subscriptions.get(id);
    if (subscription === undefined) return;
    const { handlers } = subscription;
    if ('seq' in message) subscription.seq = message.seq;
    if (message.type === 'snapshot') handlers.onSnapshot(message.data as never);
    else if (message.type === 'change') handlers.onChange(message.data as never);
    else if (message.type === 'resumed') handlers.onResumed?.();
    else if (message.type === 'missed') handlers.onMissed?.(message.count);
    else if (message.type === 'error') handlers.onError?.(message.problem);
  }

  #begin(epoch: string): void {
    // Another start of the server: its numbers have nothing to do with those before.
    if (epoch !== this.#epoch) {
      for (const subscription of this.#subscriptions.values()) subscription.seq = null;
    }
    this.#epoch = epoch;
    this.#retryMs = FIRST_RETRY_MS;
    for (const [id, { to, seq }] of this.#subscriptions) {
      this.#send({
        type: 'subscribe',
        id,
        to: seq === null ? to : { ...to, resume: { epoch, seq } },
      });
    }
    // Behind them: what is subscribed to once this is told is sent at once.
    this.#setState('live', '');
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #setState(state: StreamState, reason: string): void {
    this.#state = state;
    this.#options.onState?.(state, reason);
  }
}
