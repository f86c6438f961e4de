import type { RecordContent } from '../protocol/market-record.ts';
import { randomUUID } from 'node:crypto';
import { IpcError } from './errors.ts';
import { FrameWriter } from './frame-writer.ts';
import type { MarketLine, MarketTransport, ZeromqAttachment } from './market-transport.ts';

/** Workers that subscribe to the same topics share a channel, and a channel gets one frame a batch. */
interface Channel {
  readonly id: number;
  readonly topicIds: readonly number[];
  readonly writer: FrameWriter;
  lines: number;
  dirty: boolean;
}

interface Fence {
  readonly passed: () => void;
  readonly broken: (error: Error) => void;
}

/** Market data over PUB/SUB. `send` hands one frame to the socket and never waits. */
export class ZmqMarketTransport implements MarketTransport {
  readonly name = 'zeromq';
  /** Well below the water mark of one socket, for events that go out one by one: one frame each. */
  readonly losslessWindow = 2_048;
  readonly #send: (frame: Buffer) => void;
  readonly #channelsByKey = new Map<string, Channel>();
  /** By topic id. */
  readonly #routes: (Channel[] | undefined)[] = [];
  readonly #fences = new Map<string, Fence>();
  #dirty: Channel[] = [];
  #nextChannelId = 1;
  #sentThisTurn = false;

  constructor(send: (frame: Buffer) => void) {
    this.#send = send;
  }

  open(topicIds: readonly number[]): MarketLine<ZeromqAttachment> {
    const channel = this.#channelOf(topicIds);
    const fence = `fence:${randomUUID()}`;
    const ready = new Promise<void>((passed, broken) =>
      this.#fences.set(fence, { passed, broken }),
    );
    // Whoever closes a line before it is ready may have no interest in the promise any more.
    ready.catch(() => undefined);
    let open = true;
    return {
      attachment: { transport: 'zeromq', channelId: channel.id, fence },
      ready,
      close: () => {
        if (!open) return;
        open = false;
        this.#fences
          .get(fence)
          ?.broken(new IpcError('SOCKETS_CLOSED', 'the market data line was closed'));
        this.#fences.delete(fence);
        this.#leave(channel);
      },
    };
  }

  /** A SUB socket has subscribed to `prefix`. Subscriptions of one socket arrive in its order. */
  subscribed(prefix: string): void {
    this.#fences.get(prefix)?.passed();
    this.#fences.delete(prefix);
  }

  /** A socket does not tell; its water marks are above the lossless window. */
  crowded(): boolean {
    return false;
  }

  wanted(topicId: number): boolean {
    return this.#routes[topicId] !== undefined;
  }

  append(
    topicId: number,
    seq: number,
    publishedAtMs: number,
    event: RecordContent,
    json: Uint8Array | undefined,
  ): void {
    const channels = this.#routes[topicId];
    if (channels === undefined) return;
    for (const channel of channels) {
      channel.writer.append(topicId, seq, publishedAtMs, event, json);
      if (!channel.dirty) {
        channel.dirty = true;
        this.#dirty.push(channel);
      }
    }
  }

  /**
   * The first burst of a turn of the event loop goes out at once; more of them in the same turn go
   * together at its end, since a frame costs the same whatever is in it.
   */
  flush(): void {
    if (this.#dirty.length === 0 || this.#sentThisTurn) return;
    this.#sentThisTurn = true;
    setImmediate(() => {
      this.#sentThisTurn = false;
      this.#sendFrames();
    });
    this.#sendFrames();
  }

  #sendFrames(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const channel of dirty) {
      channel.dirty = false;
      channel.writer.flush();
    }
  }

  #channelOf(topicIds: readonly number[]): Channel {
    const sorted = topicIds.toSorted((one, other) => one - other);
    const key = sorted.join();
    let channel = this.#channelsByKey.get(key);
    if (channel === undefined) {
      const id = this.#nextChannelId;
      this.#nextChannelId += 1;
      const writer = new FrameWriter(id, this.#send);
      channel = { id, topicIds: sorted, writer, lines: 0, dirty: false };
      this.#channelsByKey.set(key, channel);
      for (const topicId of sorted) {
        this.#routes[topicId] = [...(this.#routes[topicId] ?? []), channel];
      }
    }
    channel.lines += 1;
    return channel;
  }

  #leave(channel: Channel): void {
    channel.lines -= 1;
    if (channel.lines > 0) return;
    this.#channelsByKey.delete(channel.topicIds.join());
    for (const topicId of channel.topicIds) {
      const others = (this.#routes[topicId] ?? []).filter((other) => other !== channel);
      this.#routes[topicId] = others.length === 0 ? undefined : others;
    }
  }
}
