import * as zmq from 'zeromq';
import { MAX_FRAME_BYTES } from '../protocol/limits.ts';
import type { Message } from '../protocol/message.ts';
import { isIpv6, type Endpoints } from './endpoints.ts';
import { IpcError } from './errors.ts';
import { SerialSender } from './serial-sender.ts';
import { WorkerMarketReceiver } from './worker-market-receiver.ts';
import { ZmqMarketReceiver } from './zmq-market-receiver.ts';

/** Messages that may wait for the host before the next status message is dropped. */
const STATUS_QUEUE_LIMIT = 1_000;
/** Market frames that wait for a worker that is busy, before the host's own queue fills. */
const MARKET_HIGH_WATER_MARK = 2_048;

const CONTROL_QUEUE_LIMIT = 10_000;

/** How long a closing socket goes on trying to deliver its last messages, milliseconds. */
const LINGER_MS = 1_000;

/** The two sockets on which a worker and its host speak. */
interface Conversation {
  readonly control: zmq.Dealer;
  readonly status: zmq.Push;
  readonly controlSender: SerialSender;
  readonly statusSender: SerialSender;
}

/** The worker's sockets: DEALER for commands, PUSH for status, and SUB for market data if that comes so. */
export class WorkerSockets {
  readonly market: WorkerMarketReceiver;
  readonly #endpoints: Endpoints;
  readonly #routingId: string;
  #market: zmq.Subscriber | undefined;
  /** Undefined while there is no host. */
  #conversation: Conversation | undefined;
  /** Called once there is a conversation again, or never will be. */
  #onReconnected: () => void = () => undefined;
  #statusDropped = 0;

  constructor(endpoints: Endpoints, routingId: string) {
    this.#endpoints = endpoints;
    this.#routingId = routingId;
    this.#conversation = this.#connect();
    this.market = new WorkerMarketReceiver(() => this.#openMarket());
  }

  /** Status messages that found the queue full. */
  get statusDropped(): number {
    return this.#statusDropped;
  }

  /** Resolves once the socket has taken the message. */
  async sendControl(message: Message, attachment?: Uint8Array): Promise<void> {
    const json = message.toJson();
    const frames = attachment === undefined ? [json] : [json, attachment];
    if (this.#conversation === undefined)
      throw new IpcError('SOCKETS_CLOSED', 'there is no host to speak with');
    await this.#conversation.controlSender.send(frames);
  }

  /** Hands the message over, or drops and counts it if the host has not read for long. */
  sendStatus(message: Message): void {
    this.#conversation?.statusSender.send([message.toJson()]).catch(() => {
      this.#statusDropped += 1;
    });
  }

  /** What the host says, until closed: the JSON and, where there is one, the attachment. */
  async *commands(): AsyncGenerator<{ json: Buffer; attachment: Buffer | undefined }> {
    let conversation = this.#conversation;
    while (conversation !== undefined) {
      const reconnected = new Promise<void>((resolve) => {
        this.#onReconnected = resolve;
      });
      for await (const [json, attachment] of conversation.control) {
        if (json !== undefined) yield { json, attachment };
      }
      await reconnected;
      conversation = this.#conversation;
    }
  }

  /**
   * The host is gone: what was not sent yet was for it. Closed at once, so that the next host never knows two
   * connections of this worker.
   */
  disconnect(): void {
    const conversation = this.#conversation;
    this.#conversation = undefined;
    for (const socket of [conversation?.control, conversation?.status]) {
      if (socket === undefined) continue;
      socket.linger = 0;
      socket.close();
    }
  }

  /** Begins a conversation with the next host. */
  reconnect(): void {
    this.#conversation = this.#connect();
    this.#onReconnected();
  }

  close(): void {
    this.market.close();
    this.#market?.close();
    this.#conversation?.control.close();
    this.#conversation?.status.close();
    this.#conversation = undefined;
    this.#onReconnected();
  }

  #openMarket(): ZmqMarketReceiver {
    this.#market = new zmq.Subscriber({
      linger: 0,
      maxMessageSize: MAX_FRAME_BYTES,
      ipv6: isIpv6(this.#endpoints.control),
      receiveHighWaterMark: MARKET_HIGH_WATER_MARK,
    });
    this.#market.connect(this.#endpoints.market);
    return new ZmqMarketReceiver(this.#market);
  }

  #connect(): Conversation {
    const common = {
      linger: LINGER_MS,
      maxMessageSize: MAX_FRAME_BYTES,
      ipv6: isIpv6(this.#endpoints.control),
    };
    const control = new zmq.Dealer({ ...common, routingId: this.#routingId });
    const status = new zmq.Push(common);
    control.connect(this.#endpoints.control);
    status.connect(this.#endpoints.status);
    return {
      control,
      status,
      controlSender: new SerialSender((frames) => control.send([...frames]), CONTROL_QUEUE_LIMIT),
      statusSender: new SerialSender((frames) => status.send([...frames]), STATUS_QUEUE_LIMIT),
    };
  }
}
