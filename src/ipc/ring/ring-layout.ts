import { quote } from '../../base/errors.ts';
import { RecordBuffer } from '../../protocol/market-record.ts';
import { IpcError } from '../errors.ts';
import { loadPosition, POSITION_WORDS, storePosition } from './position.ts';

/*
 * The ring file, little-endian. What the writer stores often has a cache line for itself.
 *
 *    0 u32 magic                 64 tail: records before this position are complete
 *    4 u32 version              128 intent: writing may be under way up to this position, so that what
 *    8 u32 capacity, bytes          is more than the capacity before it may be written over
 *  256 marks: 16 positions, for      4096 data, `capacity` bytes
 *      each part of the ring one
 *      where a record begins
 *
 * A record that starts at a position is at the position modulo the capacity, in one piece: where the
 * next record does not fit before the end, a record of topic 0 fills the rest.
 */
export const RING_HEADER_BYTES = 4_096;
export const TAIL_WORD = 16;
export const INTENT_WORD = 32;
/** Of the marks; each takes the words of a position. */
const MARKS_WORD = 64;
const MARKS = 16;

/** Bytes of the smallest record there is: one that only fills, of a length and a topic. */
export const FILLER_BYTES = 8;
export const FILLER_TOPIC = 0;

/** Readers have a table by topic id: ids are small integers. */
const MAX_TOPIC_ID = 1_048_575;

const MAGIC = 0x5143_5247;
const VERSION = 1;
const MIN_RING_BYTES = 4_096;
const MAX_RING_BYTES = 1_073_741_824;

/** The memory of a ring, seen as the header's words, the data's words and the data's records. */
export class RingMemory {
  readonly capacityBytes: number;
  readonly header: Int32Array;
  readonly words: Int32Array;
  readonly data: RecordBuffer;

  constructor(memory: ArrayBuffer) {
    this.capacityBytes = memory.byteLength - RING_HEADER_BYTES;
    this.header = new Int32Array(memory, 0, RING_HEADER_BYTES / 4);
    this.words = new Int32Array(memory, RING_HEADER_BYTES);
    this.data = new RecordBuffer(new Uint8Array(memory, RING_HEADER_BYTES));
  }

  /** Makes zeroed memory into an empty ring. `from` is the position of the first record. */
  initialize(from: number): void {
    storePosition(this.header, INTENT_WORD, from);
    storePosition(this.header, TAIL_WORD, from);
    this.header[2] = this.capacityBytes;
    this.header[1] = VERSION;
    Atomics.store(this.header, 0, MAGIC);
  }

  /** Notes that a record begins at a position, for whoever reads the ring of a host that died. */
  mark(position: number): void {
    const part = Math.floor((position % this.capacityBytes) / (this.capacityBytes / MARKS));
    storePosition(this.header, MARKS_WORD + part * POSITION_WORDS, position);
  }

  /** Positions where a record begins, or began before it was written over. */
  get marks(): readonly number[] {
    return Array.from({ length: MARKS }, (_, part) =>
      loadPosition(this.header, MARKS_WORD + part * POSITION_WORDS),
    );
  }

  /** @throws {IpcError} code `SHARED_MEMORY_FAILED` */
  check(path: string): void {
    const [magic, version, capacity] = this.header;
    if (magic !== MAGIC || version !== VERSION || capacity !== this.capacityBytes) {
      throw new IpcError(
        'SHARED_MEMORY_FAILED',
        `${quote(path)} is not a ring of version ${VERSION} with ${this.capacityBytes} bytes: magic ${magic}, version ${version}, ${capacity} bytes`,
        { path, magic, version, capacity },
      );
    }
  }
}

/** @throws {IpcError} code `INVALID_RING_SIZE` */
export function checkRingBytes(ringBytes: number): void {
  const inRange = ringBytes >= MIN_RING_BYTES && ringBytes <= MAX_RING_BYTES;
  if (!inRange || !Number.isInteger(Math.log2(ringBytes))) {
    throw new IpcError(
      'INVALID_RING_SIZE',
      `ringBytes ${quote(ringBytes)} is not a power of two from ${MIN_RING_BYTES} to ${MAX_RING_BYTES}`,
      { ringBytes },
    );
  }
}

/** @throws {IpcError} code `INVALID_TOPIC_ID` */
export function checkTopicIds(topicIds: readonly number[]): void {
  for (const topicId of topicIds) {
    if (!Number.isInteger(topicId) || topicId < 1 || topicId > MAX_TOPIC_ID) {
      throw new IpcError(
        'INVALID_TOPIC_ID',
        `topic id ${quote(topicId)} is not a whole number from 1 to ${MAX_TOPIC_ID}`,
        { topicId },
      );
    }
  }
}
