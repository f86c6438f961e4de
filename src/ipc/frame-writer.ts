import { MAX_MARKET_FRAME_BYTES } from '../protocol/limits.ts';
import { FRAME_HEADER_BYTES, writeFrameHeader } from '../protocol/market-frame.ts';
import {
  RecordBuffer,
  recordBytesBound,
  writeRecord,
  type RecordContent,
} from '../protocol/market-record.ts';

const FIRST_BYTES = 1_024;

/**
 * Collects the records of one channel into frames. The buffer is reused: a finished frame is copied
 * out, since the socket keeps what it is given.
 */
export class FrameWriter {
  readonly #channelId: number;
  readonly #emit: (frame: Buffer) => void;
  #buffer: RecordBuffer;
  #cursor = FRAME_HEADER_BYTES;

  constructor(channelId: number, emit: (frame: Buffer) => void) {
    this.#channelId = channelId;
    this.#emit = emit;
    this.#buffer = new RecordBuffer(Buffer.alloc(FIRST_BYTES));
  }

  append(
    topicId: number,
    seq: number,
    publishedAtMs: number,
    event: RecordContent,
    json: Uint8Array | undefined,
  ): void {
    const bound = recordBytesBound(event, json);
    if (this.#cursor + bound > MAX_MARKET_FRAME_BYTES) this.flush();
    if (this.#cursor + bound > this.#buffer.bytes.length) this.#grow(this.#cursor + bound);
    this.#cursor += writeRecord(
      this.#buffer,
      this.#cursor,
      topicId,
      seq,
      publishedAtMs,
      event,
      json,
    );
  }

  flush(): void {
    if (this.#cursor === FRAME_HEADER_BYTES) return;
    writeFrameHeader(this.#buffer.view, 0, this.#channelId);
    this.#emit(Buffer.from(this.#buffer.bytes.subarray(0, this.#cursor)));
    this.#cursor = FRAME_HEADER_BYTES;
  }

  #grow(neededBytes: number): void {
    const larger = Buffer.alloc(Math.max(neededBytes, this.#buffer.bytes.length * 2));
    larger.set(this.#buffer.bytes.subarray(0, this.#cursor));
    this.#buffer = new RecordBuffer(larger);
  }
}
