import { recordBytesBound, writeRecord, type RecordContent } from '../../protocol/market-record.ts';
import { IpcError } from '../errors.ts';
import { storePosition } from './position.ts';
import { FILLER_TOPIC, INTENT_WORD, TAIL_WORD, type RingMemory } from './ring-layout.ts';

/** How much is announced at a time: atomic stores are per so many bytes and not per record. */
const ANNOUNCED_BYTES = 65_536;

/** The one writer of a ring. It waits for nobody. */
export class RingWriter {
  readonly #ring: RingMemory;
  readonly #announcedBytes: number;
  readonly #maxRecordBytes: number;
  #position: number;
  #published: number;
  #intent: number;
  /** Where in the data the position is. */
  #offset: number;

  /** @param from - the position of the first record, a multiple of 8 */
  constructor(ring: RingMemory, from = 0) {
    this.#ring = ring;
    this.#announcedBytes = Math.min(ANNOUNCED_BYTES, ring.capacityBytes / 8);
    this.#maxRecordBytes = ring.capacityBytes / 4;
    this.#position = from;
    this.#published = from;
    this.#intent = from;
    this.#offset = from % ring.capacityBytes;
    ring.initialize(from);
  }

  /** Where the next record goes. */
  get position(): number {
    return this.#position;
  }

  /** Readers see what is before this. */
  get published(): number {
    return this.#published;
  }

  /**
   * Writes a record, which nobody sees before {@link publish}.
   *
   * @throws {IpcError} code `RECORD_TOO_LARGE`
   */
  append(
    topicId: number,
    seq: number,
    publishedAtMs: number,
    event: RecordContent,
    json: Uint8Array | undefined,
  ): void {
    const bound = recordBytesBound(event, json);
    if (bound > this.#maxRecordBytes) throw this.#tooLarge(event, bound);
    const room = this.#ring.capacityBytes - this.#offset;
    const fillBytes = bound > room ? room : 0;
    if (this.#position + fillBytes + bound > this.#intent) this.#announce(fillBytes + bound);
    if (fillBytes > 0) this.#fill(fillBytes);
    const { data } = this.#ring;
    this.#advance(writeRecord(data, this.#offset, topicId, seq, publishedAtMs, event, json));
  }

  /** Bytes that wait for {@link publish}. */
  get unpublishedBytes(): number {
    return this.#position - this.#published;
  }

  publish(): void {
    this.#published = this.#position;
    storePosition(this.#ring.header, TAIL_WORD, this.#position);
  }

  /** Readers that find the announcement after copying throw away what it covers. */
  #announce(bytes: number): void {
    this.#ring.mark(this.#position);
    this.#intent = this.#position + Math.max(bytes, this.#announcedBytes);
    storePosition(this.#ring.header, INTENT_WORD, this.#intent);
  }

  #fill(bytes: number): void {
    const { view } = this.#ring.data;
    view.setUint32(this.#offset, bytes, true);
    view.setUint32(this.#offset + 4, FILLER_TOPIC, true);
    this.#advance(bytes);
  }

  #advance(bytes: number): void {
    this.#position += bytes;
    this.#offset += bytes;
    if (this.#offset === this.#ring.capacityBytes) this.#offset = 0;
  }

  #tooLarge(event: RecordContent, bytes: number): IpcError {
    const what = event === null ? 'no event' : `${event.symbol} (${event.type})`;
    return new IpcError(
      'RECORD_TOO_LARGE',
      `a record of ${what} takes up to ${bytes} bytes, a ring of ${this.#ring.capacityBytes} bytes takes ${this.#maxRecordBytes}: choose a larger ring`,
      { bytes, maxBytes: this.#maxRecordBytes, record: what },
    );
  }
}
