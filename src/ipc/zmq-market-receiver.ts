import type { Subscriber } from 'zeromq';
import { channelPrefix, checkFrame, FRAME_HEADER_BYTES } from '../protocol/market-frame.ts';
import { RecordBuffer } from '../protocol/market-record.ts';
import type { MarketReceiver, RecordsHandler, ZeromqAttachment } from './market-transport.ts';

/** What a host sent before it died is in the socket's queue, and comes without a pause. */
const QUIET_AFTER_MS = 50;

/** Market data from a SUB socket. */
export class ZmqMarketReceiver implements MarketReceiver<ZeromqAttachment> {
  readonly #socket: Subscriber;
  #malformedFrames = 0;
  /** When the last frame was taken, monotonic milliseconds. */
  #tookAtMs = Number.NEGATIVE_INFINITY;

  constructor(socket: Subscriber) {
    this.#socket = socket;
  }

  get malformedFrames(): number {
    return this.#malformedFrames;
  }

  get quiet(): boolean {
    return performance.now() - this.#tookAtMs > QUIET_AFTER_MS;
  }

  attach(attachment: ZeromqAttachment): void {
    // The fence goes last: the host takes its arrival as proof that the channel is in effect.
    this.#socket.subscribe(channelPrefix(attachment.channelId), attachment.fence);
  }

  detach(attachment: ZeromqAttachment): void {
    this.#socket.unsubscribe(channelPrefix(attachment.channelId), attachment.fence);
  }

  async run(onRecords: RecordsHandler): Promise<void> {
    for await (const frames of this.#socket) {
      this.#tookAtMs = performance.now();
      const frame = frames[0];
      if (frame === undefined || frames.length !== 1) {
        this.#malformedFrames += 1;
        continue;
      }
      const buffer = new RecordBuffer(frame);
      try {
        checkFrame(buffer.view);
      } catch {
        this.#malformedFrames += 1;
        continue;
      }
      const pending = onRecords(buffer, FRAME_HEADER_BYTES);
      if (pending !== undefined) await pending;
    }
  }
}
