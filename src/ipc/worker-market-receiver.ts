import type { MarketAttachment, MarketReceiver, RecordsHandler } from './market-transport.ts';
import { RingMarketReceiver } from './ring/ring-market-receiver.ts';
import type { ZmqMarketReceiver } from './zmq-market-receiver.ts';

/**
 * A worker's market data, from whichever transport the host chose. Either is set up with the first
 * attachment that needs it: what a worker does without takes no memory.
 */
export class WorkerMarketReceiver implements MarketReceiver {
  readonly #openZeromq: () => ZmqMarketReceiver;
  #zeromq: ZmqMarketReceiver | undefined;
  #ring: RingMarketReceiver | undefined;
  #onRecords: RecordsHandler | undefined;

  constructor(openZeromq: () => ZmqMarketReceiver) {
    this.#openZeromq = openZeromq;
  }

  get malformedFrames(): number {
    return (this.#zeromq?.malformedFrames ?? 0) + (this.#ring?.malformedFrames ?? 0);
  }

  get quiet(): boolean {
    return (this.#zeromq?.quiet ?? true) && (this.#ring?.quiet ?? true);
  }

  attach(attachment: MarketAttachment): void {
    if (attachment.transport === 'zeromq') {
      if (this.#zeromq === undefined) {
        this.#zeromq = this.#openZeromq();
        if (this.#onRecords !== undefined) void this.#zeromq.run(this.#onRecords);
      }
      this.#zeromq.attach(attachment);
      return;
    }
    if (this.#ring === undefined) {
      this.#ring = new RingMarketReceiver();
      if (this.#onRecords !== undefined) void this.#ring.run(this.#onRecords);
    }
    this.#ring.attach(attachment);
  }

  detach(attachment: MarketAttachment): void {
    if (attachment.transport === 'zeromq') this.#zeromq?.detach(attachment);
    else this.#ring?.detach(attachment);
  }

  async run(onRecords: RecordsHandler): Promise<void> {
    this.#onRecords = onRecords;
    await Promise.all([this.#zeromq?.run(onRecords), this.#ring?.run(onRecords)]);
  }

  close(): void {
    this.#ring?.close();
  }
}
