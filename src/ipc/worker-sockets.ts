import * as zmq from 'zeromq';
import { MAX_FRAME_BYTES } from '../protocol/limits.ts';
import type { Message } from '../protocol/message.ts';
import { isIpv6, type Endpoints } from './endpoints.ts';
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

/** The worker's three sockets: SUB for market data, DEALER for commands, PUSH for status. */
export class WorkerSockets {
  readonly market: WorkerMarketReceiver;
  readonly #market: zmq.Subscriber;
  readonly #control: zmq.Dealer;
  readonly #status: zmq.Push;
  readonly #controlSender: SerialSender;
  readonly #statusSender: SerialSender;
  #statusDropped = 0;

  constructor(endpoints: Endpoints, routingId: string) {
    const common = {
      linger: LINGER_MS,
      maxMessageSize: MAX_FRAME_BYTES,
      ipv6: isIpv6(endpoints.control),
    };
    this.#market = new zmq.Subscriber({
      ...common,
      linger: 0,
      receiveHighWaterMark: MARKET_HIGH_WATER_MARK,
    });
    this.#control = new zmq.Dealer({ ...common, routingId });
    this.#status = new zmq.Push(common);
    this.#market.connect(endpoints.market);
    this.#control.connect(endpoints.control);
    this.#status.connect(endpoints.status);
    this.#controlSender = new SerialSender(
      (frames) => this.#control.send([...frames]),
      CONTROL_QUEUE_LIMIT,
    );
    this.#statusSender = new SerialSender(
      (frames) => this.#status.send([...frames]),
      STATUS_QUEUE_LIMIT,
    );
    this.market = new WorkerMarketReceiver(new ZmqMarketReceiver(this.#market));
  }

  /** Status messages that found the queue full. */
  get statusDropped(): number {
    return this.#statusDropped;
  }

  /** Resolves once the socket has taken the message. */
  async sendControl(message: Message, attachment?: Uint8Array): Promise<void> {
    const json = message.toJson();
    await this.#controlSender.send(attachment === undefined ? [json] : [json, attachment]);
  }

  /** Hands the message over, or drops and counts it if the host has not read for long. */
  sendStatus(message: Message): void {
    this.#statusSender.send([message.toJson()]).catch(() => {
      this.#statusDropped += 1;
    });
  }

  /** What the host says, until closed: the JSON and, where there is one, the attachment. */
  async *commands(): AsyncGenerator<{ json: Buffer; attachment: Buffer | undefined }> {
    for await (const [json, attachment] of this.#control) {
      if (json !== undefined) yield { json, attachment };
    }
  }

  close(): void {
    this.market.close();
    this.#market.close();
    this.#control.close();
    this.#status.close();
  }
}
