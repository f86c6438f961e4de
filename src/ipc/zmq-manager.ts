import { EventEmitter } from 'node:events';
import * as zmq from 'zeromq';
import { systemClock } from '../base/clock.ts';
import { messageOf, quote } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import { RateGate } from '../base/rate-gate.ts';
import { removeIfPossible } from '../base/remove-if-possible.ts';
import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import { Message } from '../protocol/message.ts';
import {
  endpointsOf,
  isIpv6,
  socketPathOf,
  type EndpointOptions,
  type Endpoints,
} from './endpoints.ts';
import { errnoOf, IpcError } from './errors.ts';
import { isListening } from './listening.ts';
import { SerialSender } from './serial-sender.ts';
import { ZmqMarketTransport } from './zmq-market-transport.ts';

export interface ZmqManagerOptions {
  /** Where the sockets are: a private directory, or loopback ports. */
  readonly endpoints: EndpointOptions;
  /** Messages that wait for one slow peer before the next is dropped. @default 2_048 */
  readonly highWaterMark?: number;
  /** @default silent */
  readonly logger?: Logger;
}

export interface ZmqStats {
  readonly controlReceived: number;
  readonly controlSent: number;
  readonly statusReceived: number;
  readonly marketFramesSent: number;
  readonly marketBytesSent: number;
  /** Market frames that the socket refused. */
  readonly marketFramesRefused: number;
  /** Messages that were not what the protocol allows. */
  readonly malformed: number;
}

/** First byte of what a SUB socket says to the XPUB socket. */
const SUBSCRIBE = 1;
const UNSUBSCRIBE = 0;

interface ZmqEvents {
  /** A message on the control socket, and what is attached to it; `peer` is the sender's routing id. */
  control: [peer: string, message: Message, attachment: Buffer | undefined];
  status: [message: Message];
  /** The message could not be read, or was not acceptable. */
  malformed: [error: Error];
}

/**
 * The host's three sockets: PUB for market data (XPUB, which also tells who subscribes), ROUTER for
 * commands and their answers, PULL for status.
 */
export class ZmqManager extends EventEmitter<ZmqEvents> implements AsyncDisposable {
  readonly #options: ZmqManagerOptions;
  readonly #logger: Logger;
  readonly #gate = new RateGate(1_000, systemClock);
  readonly #counts = {
    controlReceived: 0,
    controlSent: 0,
    statusReceived: 0,
    marketFramesSent: 0,
    marketBytesSent: 0,
    marketFramesRefused: 0,
    malformed: 0,
  };
  #sockets: { market: zmq.XPublisher; control: zmq.Router; status: zmq.Pull } | undefined;
  #sender: SerialSender | undefined;
  #loops: Promise<void>[] = [];
  #endpoints: Endpoints | undefined;
  /** Socket files that are ours to remove. */
  #files: string[] = [];

  /** The market data transport over this manager's PUB socket. */
  readonly marketData: ZmqMarketTransport;

  constructor(options: ZmqManagerOptions) {
    super();
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.marketData = new ZmqMarketTransport((frame) => this.#sendMarket(frame));
  }

  /** Where the sockets are bound. Only while started. */
  get endpoints(): Endpoints {
    if (this.#endpoints === undefined) {
      throw new IpcError(
        'SOCKETS_CLOSED',
        'the sockets have endpoints only between start and stop',
      );
    }
    return this.#endpoints;
  }

  getStats(): ZmqStats {
    return { ...this.#counts };
  }

  /**
   * Binds the sockets.
   *
   * @throws {IpcError} codes `ENDPOINT_IN_USE`, `INVALID_ENDPOINT`, `SOCKET_PATH_TOO_LONG`; nothing is
   *   left bound then
   */
  async start(): Promise<void> {
    if (this.#sockets !== undefined) return;
    const wanted = endpointsOf(this.#options.endpoints);
    const highWaterMark = this.#options.highWaterMark ?? 2_048;
    // Water marks must be set before bind; a lingering message would keep the process from exiting.
    const common = { linger: 0, maxMessageSize: MAX_FRAME_BYTES, ipv6: isIpv6(wanted.control) };
    const sockets = {
      market: new zmq.XPublisher({ ...common, sendHighWaterMark: highWaterMark, sendTimeout: 0 }),
      control: new zmq.Router({ ...common, mandatory: true, sendTimeout: 0 }),
      status: new zmq.Pull({ ...common, receiveHighWaterMark: highWaterMark }),
    };
    this.#sockets = sockets;
    try {
      this.#endpoints = {
        market: await this.#bind(sockets.market, wanted.market),
        control: await this.#bind(sockets.control, wanted.control),
        status: await this.#bind(sockets.status, wanted.status),
      };
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
    this.#sender = new SerialSender((frames) => sockets.control.send([...frames]), 10_000);
    this.#loops = [
      this.#loop(sockets.market, (frames) => this.#onSubscription(frames)),
      this.#loop(sockets.control, (frames) => this.#onControl(frames)),
      this.#loop(sockets.status, (frames) => this.#onStatus(frames)),
    ];
  }

  /** Closes the sockets and removes their files. Does nothing if not started. */
  async stop(): Promise<void> {
    const sockets = this.#sockets;
    if (sockets === undefined) return;
    this.#sockets = undefined;
    this.#sender = undefined;
    for (const socket of Object.values(sockets)) socket.close();
    await Promise.all(this.#loops);
    this.#loops = [];
    this.#endpoints = undefined;
    // libzmq leaves the file of an ipc socket where it is.
    for (const file of this.#files) removeIfPossible(file);
    this.#files = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Sends a message to the worker process with routing id `peer`, and `attachment` (binary) after it.
   * Resolves once the socket has taken it.
   *
   * @throws {IpcError} codes `PEER_UNREACHABLE`, `SEND_QUEUE_FULL`, `SOCKETS_CLOSED`, `MESSAGE_TOO_LARGE`
   */
  async sendControl(peer: string, message: Message, attachment?: Uint8Array): Promise<void> {
    if (this.#sender === undefined) throw new IpcError('SOCKETS_CLOSED', 'the sockets are closed');
    const json = message.toJson();
    checkSize(message.msgType, Buffer.byteLength(json), MAX_MESSAGE_BYTES);
    checkSize(message.msgType, attachment?.length ?? 0, MAX_FRAME_BYTES);
    const frames = [peer, json, ...(attachment === undefined ? [] : [attachment])];
    try {
      await this.#sender.send(frames);
      this.#counts.controlSent += 1;
    } catch (thrown) {
      if (thrown instanceof IpcError) throw thrown;
      throw new IpcError(
        'PEER_UNREACHABLE',
        `${message.msgType} can't reach process ${quote(peer)}: ${messageOf(thrown)}`,
        { peer, msgType: message.msgType },
        thrown,
      );
    }
  }

  async #bind(socket: zmq.XPublisher | zmq.Router | zmq.Pull, endpoint: string): Promise<string> {
    const bound = await bind(socket, endpoint);
    const path = socketPathOf(endpoint);
    if (path !== undefined) this.#files.push(path);
    return bound;
  }

  #sendMarket(frame: Buffer): void {
    const socket = this.#sockets?.market;
    if (socket === undefined) return;
    this.#counts.marketFramesSent += 1;
    this.#counts.marketBytesSent += frame.length;
    const refused = (): void => {
      this.#counts.marketFramesRefused += 1;
    };
    try {
      // What the socket drops for a slow peer shows as a gap in that peer's sequence numbers.
      socket.send(frame).catch(refused);
    } catch {
      refused();
    }
  }

  async #loop(
    socket: zmq.XPublisher | zmq.Router | zmq.Pull,
    onFrames: (frames: Buffer[]) => void,
  ): Promise<void> {
    for await (const frames of socket) {
      try {
        onFrames(frames as Buffer[]);
      } catch (thrown) {
        this.reject(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
      }
    }
  }

  /** Counts a message that is not acceptable, and logs it at most once a second. */
  reject(error: Error): void {
    this.#counts.malformed += 1;
    this.emit('malformed', error);
    const held = this.#gate.pass();
    if (held !== undefined) {
      this.#logger.log('warn', `a message was ignored: ${error.message}`, { heldBack: held });
    }
  }

  #onSubscription(frames: Buffer[]): void {
    const [frame, ...rest] = frames;
    const kind = rest.length === 0 ? frame?.[0] : undefined;
    if (frame === undefined || (kind !== SUBSCRIBE && kind !== UNSUBSCRIBE)) {
      throw new IpcError('MALFORMED_MESSAGE', 'the market data socket takes subscriptions only');
    }
    if (kind === SUBSCRIBE) this.marketData.subscribed(frame.toString('latin1', 1));
  }

  #onControl(frames: Buffer[]): void {
    this.#counts.controlReceived += 1;
    const [peer, json, attachment, ...rest] = frames;
    if (peer === undefined || json === undefined || rest.length > 0) {
      throw new IpcError(
        'MALFORMED_MESSAGE',
        `a control message has one part or two, not ${frames.length - 1}`,
      );
    }
    this.emit('control', peer.toString('latin1'), Message.fromJson(json), attachment);
  }

  #onStatus(frames: Buffer[]): void {
    this.#counts.statusReceived += 1;
    const [json, ...rest] = frames;
    if (json === undefined || rest.length > 0) {
      throw new IpcError(
        'MALFORMED_MESSAGE',
        `a status message has one part, not ${frames.length}`,
      );
    }
    this.emit('status', Message.fromJson(json));
  }
}

/** The other side ignores what is larger, or breaks the connection. */
function checkSize(msgType: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new IpcError(
    'MESSAGE_TOO_LARGE',
    `${msgType} takes ${bytes} bytes: at most ${maxBytes} may be sent`,
    {
      msgType,
      bytes,
      maxBytes,
    },
  );
}

async function bind(
  socket: zmq.XPublisher | zmq.Router | zmq.Pull,
  endpoint: string,
): Promise<string> {
  const inUse = (cause?: unknown): IpcError =>
    new IpcError(
      'ENDPOINT_IN_USE',
      `${quote(endpoint)} is in use by another program`,
      { endpoint },
      cause,
    );
  const path = socketPathOf(endpoint);
  if (path !== undefined && (await isListening(path))) throw inUse();
  try {
    await socket.bind(endpoint);
  } catch (thrown) {
    if (errnoOf(thrown) === 'EADDRINUSE') throw inUse(thrown);
    throw new IpcError(
      'INVALID_ENDPOINT',
      `can't bind ${quote(endpoint)}: ${messageOf(thrown)}`,
      { endpoint },
      thrown,
    );
  }
  return socket.lastEndpoint ?? endpoint;
}
