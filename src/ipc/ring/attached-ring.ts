import type { SharedMemoryAttachment } from '../market-transport.ts';
import { DoorbellListener } from './doorbell.ts';
import { MappedFile } from './mapped-file.ts';
import { ReaderPage } from './reader-page.ts';
import { RING_HEADER_BYTES, RingMemory } from './ring-layout.ts';
import { RingReader } from './ring-reader.ts';

interface AttachedLine {
  readonly attachment: SharedMemoryAttachment;
  readonly page: ReaderPage;
  readonly bell: DoorbellListener;
}

/**
 * A ring as a worker has it: one reader for all the lines that lead there. While a subscription changes
 * there are two lines for a moment, and events of a topic that both have must come once and in order.
 */
export class AttachedRing {
  readonly path: string;
  readonly reader: RingReader;
  readonly #file: MappedFile;
  readonly #onBell: () => void;
  #lines: readonly AttachedLine[] = [];

  /** @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE` */
  constructor(attachment: SharedMemoryAttachment, onBell: () => void) {
    this.path = attachment.ringPath;
    this.#onBell = onBell;
    const bytes = RING_HEADER_BYTES + attachment.ringBytes;
    this.#file = MappedFile.open(attachment.ringPath, bytes, 'read');
    try {
      const ring = new RingMemory(this.#file.memory);
      ring.check(this.path);
      const line = this.#open(attachment);
      this.reader = new RingReader(ring, line.page.cursor);
      this.#join(line);
    } catch (thrown) {
      this.#file.close();
      throw thrown;
    }
  }

  /** True if no line leads here any more. */
  get unused(): boolean {
    return this.#lines.length === 0;
  }

  /** @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE` */
  add(attachment: SharedMemoryAttachment): void {
    const line = this.#open(attachment);
    // Nobody read it meanwhile: what lies between is of no interest, and may be written over.
    if (this.unused) this.reader.skipTo(line.page.cursor);
    this.#join(line);
  }

  remove({ pagePath, topicIds }: SharedMemoryAttachment): void {
    const gone = this.#lines.find((line) => line.attachment.pagePath === pagePath);
    if (gone === undefined) return;
    this.#lines = this.#lines.filter((line) => line !== gone);
    const kept = new Set(this.#lines.flatMap((line) => line.attachment.topicIds));
    this.reader.drop(topicIds.filter((topicId) => !kept.has(topicId)));
    gone.bell.close();
    gone.page.close();
  }

  /** Tells the host how far the reader is. */
  showPosition(): void {
    for (const line of this.#lines) line.page.cursor = this.reader.position;
  }

  /** Asks the host to ring for the next event of interest. */
  fallAsleep(): void {
    for (const line of this.#lines) line.page.asleep = true;
  }

  /** Asks for no more rings. */
  stayAwake(): void {
    for (const line of this.#lines) line.page.asleep = false;
  }

  /**
   * After a sleep: what came of other topics meanwhile need not even be passed over. A line's word holds
   * for its own topics, so that with two lines neither counts.
   */
  wakeUp(): void {
    this.stayAwake();
    const [line, ...others] = this.#lines;
    if (line !== undefined && others.length === 0) this.reader.skipTo(line.page.news);
  }

  close(): void {
    for (const line of this.#lines) {
      line.bell.close();
      line.page.close();
    }
    this.#lines = [];
    this.#file.close();
  }

  #open(attachment: SharedMemoryAttachment): AttachedLine {
    const page = ReaderPage.open(attachment.pagePath);
    try {
      return { attachment, page, bell: new DoorbellListener(attachment.bellPath, this.#onBell) };
    } catch (thrown) {
      page.close();
      throw thrown;
    }
  }

  /** The line's topics are wanted from where the host made the line, which may be behind the reader. */
  #join(line: AttachedLine): void {
    this.#lines = [...this.#lines, line];
    this.reader.add(line.attachment.topicIds, line.page.cursor);
  }
}
