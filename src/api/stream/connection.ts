import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Logger } from '../../base/logger.ts';
import { messageOf } from '../../base/errors.ts';
import type { Caller } from '../security/authenticate.ts';
import { parseJson } from '../security/parse-json.ts';
import { problemOf } from '../security/problem.ts';
import { ApiError } from '../errors.ts';
import { clientMessage, STREAM_CLOSE, subscriptionId } from '../contract/stream.ts';
import { VERSION } from '../version.ts';
import { Subscription } from './subscription.ts';
import type { TopicBook } from './topic-book.ts';

/** What a socket has not sent yet, bytes: past this, changes are left out; past that, it is cut at once. */
const HIGH_WATER_BYTES = 262_144;
const MAX_WAITING_BYTES = 16_777_216;
/** A client that does not read for so long is cut, milliseconds. */
const SLOW_LIMIT_MS = 10_000;
/** For a client to answer that its stream is closed, milliseconds. */
const CLOSE_LIMIT_MS = 1_000;
const MAX_SUBSCRIPTIONS = 100;
/** Messages of a client in a second. */
const MAX_MESSAGES_PER_SECOND = 100;
/** More than this is written at once, bytes. */
const MAX_HELD_BYTES = 65_536;
const TEXT = { binary: false };

export interface ConnectionParts {
  /** Who it is, and how that was shown. */
  readonly caller: Caller;
  readonly topics: TopicBook;
  /** Numbers the starts of the server. */
  readonly epoch: string;
  readonly logger: Logger;
  /**
   * What the socket writes to. It is held back, so that what is sent in one turn of the event loop is one write.
   *
   * @default unknown: each message is a write
   */
  readonly line?: Duplex;
}

/** One client of the stream. */
export class Connection {
  readonly caller: Caller;
  readonly #socket: WebSocket;
  readonly #line: Duplex | undefined;
  #isHeldBack = false;
  readonly #topics: TopicBook;
  readonly #epoch: string;
  readonly #logger: Logger;
  readonly #subscriptions = new Map<number, Subscription>();
  #slowSinceMs: number | undefined;
  #second = 0;
  #messages = 0;
  /** Answered since it was asked last. */
  #isAlive = true;

  constructor(socket: WebSocket, { caller, line, topics, epoch, logger }: ConnectionParts) {
    this.#socket = socket;
    this.#line = line;
    this.#epoch = epoch;
    this.caller = caller;
    this.#topics = topics;
    this.#logger = logger;
    socket.on('message', (data: Buffer, isBinary) => {
      // What is still on its way once it was closed would be done for nobody.
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) this.close(STREAM_CLOSE.INVALID, 'messages are text');
      else this.#hear(data.toString('utf8'));
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('close', () => this.#end());
    // A close follows.
    socket.on('error', () => undefined);
    this.#say({ type: 'hello', epoch, version: VERSION });
  }

  /** Whether a change is to be left out for now. */
  get isSlow(): boolean {
    return this.#socket.bufferedAmount > HIGH_WATER_BYTES;
  }

  /** JSON, as text or as the bytes of it. */
  send(message: string | Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#holdBack();
    this.#socket.send(message, TEXT);
    // What waits for the write alone is not to make the client a slow one.
    if (this.#isHeldBack && this.#socket.bufferedAmount > MAX_HELD_BYTES) this.#letGo();
  }

  /** Ends it with a word of why. Whoever does not answer that is cut. */
  close(code: number, reason: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_LIMIT_MS).unref();
  }

  /** Cuts a client that is gone or does not read, and shows others what they have missed. To be called often. */
  look(nowMs: number): void {
    if (!this.isSlow) {
      this.#slowSinceMs = undefined;
      for (const subscription of this.#subscriptions.values()) subscription.catchUp();
      return;
    }
    this.#slowSinceMs ??= nowMs;
    const tooLong = nowMs - this.#slowSinceMs > SLOW_LIMIT_MS;
    if (!tooLong && this.#socket.bufferedAmount <= MAX_WAITING_BYTES) return;
    this.close(STREAM_CLOSE.TOO_SLOW, 'the client reads too slowly');
    // It may never read the word of it.
    this.#socket.terminate();
  }

  /** False if it has not answered since the last time. */
  ping(): boolean {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return false;
    }
    this.#isAlive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
    return true;
  }

  #hear(text: string): void {
    if (this.#isFlooding()) {
      this.close(STREAM_CLOSE.INVALID, `more than ${MAX_MESSAGES_PER_SECOND} messages a second`);
      return;
    }
    let id: number | null = null;
    try {
      const raw = parseJson(text);
      id = idOf(raw);
      const message = clientMessage.safeParse(raw);
      if (!message.success) {
        const [issue] = message.error.issues;
        const where = issue?.path.join('.') ?? '';
        throw new ApiError(
          'INVALID_INPUT',
          `${where === '' ? 'the message' : where}: ${issue?.message}`,
        );
      }
      const { data } = message;
      if (data.type === 'ping') this.#say({ type: 'pong' });
      else if (data.type === 'unsubscribe') this.#unsubscribe(data.id);
      else this.#subscribe(data.id, data.to);
    } catch (thrown) {
      const problem = problemOf(thrown, '');
      this.#say({ type: 'error', id, problem });
      if (problem.status < 500) return;
      this.#logger.log('error', `a message of a stream failed: ${messageOf(thrown)}`);
    }
  }

  #subscribe(id: number, to: Subscription['channel']): void {
    if (this.#subscriptions.has(id)) {
      throw new ApiError('INVALID_INPUT', `id ${id} is subscribed already: take another one`);
    }
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new ApiError(
        'INVALID_INPUT',
        `there are ${MAX_SUBSCRIPTIONS} subscriptions, the most there may be`,
      );
    }
    const topic = this.#topics.take(to);
    const subscription = new Subscription(id, to, topic, this);
    this.#subscriptions.set(id, subscription);
    try {
      subscription.begin(this.#epoch);
    } catch (thrown) {
      this.#drop(subscription);
      throw thrown;
    }
  }

  #unsubscribe(id: number): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) {
      throw new ApiError('INVALID_INPUT', `id ${id} is not subscribed`);
    }
    this.#drop(subscription);
    this.#say({ type: 'unsubscribed', id });
  }

  #drop(subscription: Subscription): void {
    this.#subscriptions.delete(subscription.id);
    subscription.end();
    this.#topics.release(subscription.channel);
  }

  #end(): void {
    for (const subscription of this.#subscriptions.values()) this.#drop(subscription);
  }

  #say(message: Readonly<Record<string, unknown>>): void {
    this.send(JSON.stringify({ ...message, at: Date.now() }));
  }

  /** Topics that are looked at equally often are so in the same turn of the event loop. */
  #holdBack(): void {
    const line = this.#line;
    if (this.#isHeldBack || line === undefined) return;
    this.#isHeldBack = true;
    line.cork();
    setImmediate(() => this.#letGo());
  }

  #letGo(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    this.#line?.uncork();
  }

  #isFlooding(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    this.#messages = second === this.#second ? this.#messages + 1 : 1;
    this.#second = second;
    return this.#messages > MAX_MESSAGES_PER_SECOND;
  }
}

function idOf(raw: unknown): number | null {
  const id: unknown = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
  // One that no subscription can have is not the id of one.
  return subscriptionId.safeParse(id).data ?? null;
}
