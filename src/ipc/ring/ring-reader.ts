import { RECORD_HEADER_BYTES, RecordBuffer } from '../../protocol/market-record.ts';
import { loadPosition } from './position.ts';
import {
  FILLER_BYTES,
  FILLER_TOPIC,
  INTENT_WORD,
  TAIL_WORD,
  type RingMemory,
} from './ring-layout.ts';

/** Records are given out in batches of at most so many and so much, so that others get their turn between. */
const MAX_BATCH_RECORDS = 2_048;
const MAX_BATCH_BYTES = 65_536;
/** How much of other topics is passed over before others get their turn. */
const MAX_SPAN_BYTES = 1_048_576;
/** Fewer bytes than this are copied faster word by word than by a call. */
const SMALL_COPY_BYTES = 256;
/** For batches up to this length the objects that show the buffer are made once. */
const SMALL_BATCH_BYTES = 1_024;

const NEVER = Number.POSITIVE_INFINITY;

/** Where a reader was too slow: the memory from here to there was written over before it was read. */
export interface Overrun {
  readonly fromPosition: number;
  readonly toPosition: number;
}

/**
 * Reads the records of some topics from a ring, in order. What it gives out is a copy, which was checked
 * after copying not to have been written over meanwhile. It never writes to the ring.
 */
export class RingReader {
  readonly #ring: RingMemory;
  /** Only to be written to: a locked instruction keeps the loads before it before those behind it. */
  readonly #fence = new Int32Array(1);
  /** By topic id: position of the first record that is wanted. */
  #wantedFrom = new Float64Array();
  #position: number;
  #bytes = Buffer.allocUnsafeSlow(MAX_BATCH_BYTES);
  #words = wordsOf(this.#bytes);
  /** By length in bytes. */
  #smallBatches: (RecordBuffer | undefined)[] = [];
  #walkedBytes = 0;
  #copiedBytes = 0;
  #overruns = 0;
  #overrunBytes = 0;
  #malformed = 0;
  #lastOverrun: Overrun | undefined;

  /** What the last {@link take} copied; good until the next one. Undefined if that was nothing. */
  batch: RecordBuffer | undefined;

  constructor(ring: RingMemory, position: number) {
    this.#ring = ring;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get overruns(): number {
    return this.#overruns;
  }

  /** Bytes written over before they were read, of all topics. */
  get overrunBytes(): number {
    return this.#overrunBytes;
  }

  get lastOverrun(): Overrun | undefined {
    return this.#lastOverrun;
  }

  /** Places where the ring did not hold a record although nothing was written over. */
  get malformed(): number {
    return this.#malformed;
  }

  /**
   * Wants the records of `topicIds` from a position on, also if the reader is past it already. What was
   * given out is not given out again.
   */
  add(topicIds: readonly number[], fromPosition: number): void {
    this.#makeRoomFor(topicIds);
    const wantedFrom = this.#wantedFrom;
    if (fromPosition < this.#position) {
      const donePosition = this.#position;
      wantedFrom.forEach((from, topicId) => (wantedFrom[topicId] = Math.max(from, donePosition)));
      this.#position = fromPosition;
    }
    for (const topicId of topicIds) {
      if (wantedFrom[topicId] === NEVER) wantedFrom[topicId] = fromPosition;
    }
  }

  /** Wants nothing of `topicIds` any more. */
  drop(topicIds: readonly number[]): void {
    for (const topicId of topicIds) this.#wantedFrom[topicId] = NEVER;
  }

  /** True if there is something to {@link take}. */
  hasNews(): boolean {
    return loadPosition(this.#ring.header, TAIL_WORD) > this.#position;
  }

  /** Goes on from `position`, if that is further ahead: the caller knows that nothing here is of interest. */
  skipTo(position: number): void {
    if (position > this.#position) this.#position = position;
  }

  /** Takes the next records into `batch`, perhaps none that is of interest. False if there was nothing new. */
  take(): boolean {
    this.batch = undefined;
    const tail = loadPosition(this.#ring.header, TAIL_WORD);
    const start = this.#position;
    // Also false if the tail is not a number.
    if (!(tail > start)) return false;
    const wellFormed = this.#copy(tail - start);
    Atomics.add(this.#fence, 0, 1);
    const intent = loadPosition(this.#ring.header, INTENT_WORD);
    // Nothing that was copied may be believed before this.
    if (!(start >= intent - this.#ring.capacityBytes)) {
      this.#overruns += 1;
      this.#jump(tail);
    } else if (!wellFormed) {
      this.#malformed += 1;
      this.#jump(tail);
    } else {
      this.#position += this.#walkedBytes;
      if (this.#copiedBytes > 0) this.batch = this.#batchOf(this.#copiedBytes);
    }
    return true;
  }

  /** Leaves what is lost behind. The newest there is comes next, so that the reader has the most time. */
  #jump(knownTail: number): void {
    const newest = loadPosition(this.#ring.header, TAIL_WORD);
    const toPosition = Math.max(knownTail, Number.isNaN(newest) ? 0 : newest);
    this.#lastOverrun = { fromPosition: this.#position, toPosition };
    this.#overrunBytes += toPosition - this.#position;
    this.#position = toPosition;
  }

  /**
   * Copies the records of interest among the next `aheadBytes`, as many as are one batch. False where it
   * comes to what can't be a record.
   */
  #copy(aheadBytes: number): boolean {
    const { words, capacityBytes } = this.#ring;
    const wantedFrom = this.#wantedFrom;
    const start = this.#position;
    const maxRecordBytes = capacityBytes / 4;
    const limitBytes = Math.min(aheadBytes, MAX_SPAN_BYTES);
    if (this.#bytes.length > MAX_BATCH_BYTES) this.#allocate(MAX_BATCH_BYTES);
    let offset = start % capacityBytes;
    let walked = 0;
    let records = 0;
    // Neighbours are copied as one.
    let runBytes = 0;
    this.#copiedBytes = 0;
    while (walked < limitBytes && records < MAX_BATCH_RECORDS) {
      const length = words[offset >> 2] as number;
      const topicId = (words[(offset >> 2) + 1] as number) >>> 0;
      const atLeast = topicId === FILLER_TOPIC ? FILLER_BYTES : RECORD_HEADER_BYTES;
      const atMost = Math.min(maxRecordBytes, capacityBytes - offset, aheadBytes - walked);
      if (length < atLeast || length > atMost || (length & 7) !== 0) return false;
      // Beyond the end of the table there is no position, and no comparison holds.
      if (start + walked >= (wantedFrom[topicId] as number)) {
        if (this.#copiedBytes + runBytes + length > this.#bytes.length) {
          if (this.#copiedBytes + runBytes > 0) break;
          this.#allocate(length);
        }
        runBytes += length;
        records += 1;
      } else if (runBytes > 0) {
        this.#copyRun(offset, runBytes);
        runBytes = 0;
      }
      walked += length;
      offset += length;
      if (offset === capacityBytes) {
        if (runBytes > 0) this.#copyRun(offset, runBytes);
        runBytes = 0;
        offset = 0;
      }
    }
    if (runBytes > 0) this.#copyRun(offset, runBytes);
    this.#walkedBytes = walked;
    return true;
  }

  #copyRun(endOffset: number, bytes: number): void {
    const { words } = this.#ring;
    const target = this.#words;
    const from = (endOffset - bytes) >> 2;
    const to = this.#copiedBytes >> 2;
    const count = bytes >> 2;
    if (bytes > SMALL_COPY_BYTES) {
      target.set(words.subarray(from, from + count), to);
    } else {
      for (let word = 0; word < count; word += 1) target[to + word] = words[from + word] as number;
    }
    this.#copiedBytes += bytes;
  }

  #makeRoomFor(topicIds: readonly number[]): void {
    const size = topicIds.reduce((most, topicId) => Math.max(most, topicId + 1), 0);
    if (size <= this.#wantedFrom.length) return;
    const larger = new Float64Array(size).fill(NEVER);
    larger.set(this.#wantedFrom);
    this.#wantedFrom = larger;
  }

  /** The buffer's beginning. */
  #batchOf(bytes: number): RecordBuffer {
    const kept = this.#smallBatches[bytes];
    if (kept !== undefined) return kept;
    const batch = new RecordBuffer(this.#bytes.subarray(0, bytes));
    if (bytes <= SMALL_BATCH_BYTES) this.#smallBatches[bytes] = batch;
    return batch;
  }

  #allocate(bytes: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
    this.#words = wordsOf(this.#bytes);
    this.#smallBatches = [];
  }
}

function wordsOf(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
