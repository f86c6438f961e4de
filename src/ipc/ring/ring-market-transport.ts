import type { RecordContent } from '../../protocol/market-record.ts';
import { join } from 'node:path';
import { IpcError } from '../errors.ts';
import type { MarketLine, MarketTransport, SharedMemoryAttachment } from '../market-transport.ts';
import { MappedFile } from './mapped-file.ts';
import type { RingTrace } from './past-ring.ts';
import { RingDirectory, sweepRingDirectories } from './ring-directory.ts';
import { checkRingBytes, checkTopicIds, RING_HEADER_BYTES, RingMemory } from './ring-layout.ts';
import { RingLine, type RingLineStats } from './ring-line.ts';
import { RingWriter } from './ring-writer.ts';
import { sharedMemoryAvailable, sharedMemoryParent } from './shared-memory.ts';

export interface RingOptions {
  /** The ring's own directory is made here if /dev/shm can't be had. */
  readonly runDirectory: string;
  /** How far back the ring reaches, bytes: a power of two. A worker that is further behind loses data. @default 33_554_432 */
  readonly ringBytes?: number;
  /** The home whose next host may want what was published, if this one is killed. @default none */
  readonly keptFor?: string | undefined;
}

export interface RingStats {
  readonly ringBytes: number;
  /** Bytes published since the start. */
  readonly publishedBytes: number;
  readonly flushes: number;
  readonly lines: readonly RingLineStats[];
}

const DEFAULT_RING_BYTES = 33_554_432;

/** What may be published in one turn of the event loop before sleeping workers are told, bytes. */
const MAX_UNRUNG_BYTES = 65_536;

/** What a burst may come to before its beginning is published. */
const MAX_UNPUBLISHED_BYTES = 65_536;

/**
 * Market data through a ring in shared memory: written once, read by every worker. Publishing waits for
 * nobody; a worker that falls behind by more than the ring loses what was written over.
 */
export class RingMarketTransport implements MarketTransport, Disposable {
  readonly name = 'shared-memory';
  readonly losslessWindow = 65_536;
  readonly #directory: RingDirectory;
  readonly #file: MappedFile;
  readonly #writer: RingWriter;
  readonly #ringBytes: number;
  readonly #maxUnpublishedBytes: number;
  readonly #lines = new Set<RingLine>();
  /** By topic id. */
  readonly #routes: (RingLine[] | undefined)[] = [];
  /** By topic id: number of the flush that its last event is part of. */
  readonly #appendedFor: number[] = [];
  #topicsToFlush: number[] = [];
  #flush = 1;
  #nextLine = 1;
  /** Where the records begin that no sleeping worker was told of yet. */
  #unrungFrom: number | undefined;
  #rungThisTurn = false;
  #open = true;

  /**
   * Makes the ring, and removes what hosts that crashed left behind.
   *
   * @throws {IpcError} codes `SHARED_MEMORY_UNAVAILABLE`, `SHARED_MEMORY_FAILED`, `INVALID_RING_SIZE`;
   *   nothing is left behind then
   */
  constructor(options: RingOptions) {
    const { ringBytes = DEFAULT_RING_BYTES } = options;
    checkRingBytes(ringBytes);
    const available = sharedMemoryAvailable();
    if (!available.ok) throw new IpcError('SHARED_MEMORY_UNAVAILABLE', available.reason);
    const parent = sharedMemoryParent(options.runDirectory);
    sweepRingDirectories(parent, options.keptFor);
    const { directory, file } = openRing(parent, ringBytes, options.keptFor);
    this.#directory = directory;
    this.#file = file;
    this.#ringBytes = ringBytes;
    this.#maxUnpublishedBytes = Math.min(MAX_UNPUBLISHED_BYTES, ringBytes / 8);
    this.#writer = new RingWriter(new RingMemory(this.#file.memory));
  }

  /** @throws {IpcError} codes `INVALID_TOPIC_ID`, `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_CLOSED` */
  open(topicIds: readonly number[]): MarketLine<SharedMemoryAttachment> {
    if (!this.#open)
      throw new IpcError('SHARED_MEMORY_CLOSED', 'the ring is closed: no line can be opened');
    checkTopicIds(topicIds);
    const name = `line-${this.#nextLine}`;
    this.#nextLine += 1;
    const attachment: SharedMemoryAttachment = {
      transport: 'shared-memory',
      ringPath: this.#file.path,
      ringBytes: this.#ringBytes,
      pagePath: this.#pathOf(`${name}.page`),
      bellPath: this.#pathOf(`${name}.bell`),
      topicIds: [...new Set(topicIds)],
    };
    const line = new RingLine(attachment, this.#writer.published, (closed) => this.#leave(closed));
    this.#lines.add(line);
    for (const topicId of attachment.topicIds) {
      this.#routes[topicId] = [...(this.#routes[topicId] ?? []), line];
    }
    return line;
  }

  /** By what a later host finds what this one published, if it dies. */
  get trace(): RingTrace {
    return { ringPath: this.#file.path, ringBytes: this.#ringBytes };
  }

  /** A reader is behind by more than half of the ring. */
  crowded(): boolean {
    const { published } = this.#writer;
    for (const line of this.#lines) {
      if (line.stats(published).behindBytes > this.#ringBytes / 2) return true;
    }
    return false;
  }

  wanted(topicId: number): boolean {
    return this.#routes[topicId] !== undefined;
  }

  /** @throws {IpcError} code `RECORD_TOO_LARGE`: it takes more than a quarter of the ring */
  append(
    topicId: number,
    seq: number,
    publishedAtMs: number,
    event: RecordContent,
    json: Uint8Array | undefined,
  ): void {
    if (this.#routes[topicId] === undefined) return;
    this.#writer.append(topicId, seq, publishedAtMs, event, json);
    if (this.#appendedFor[topicId] !== this.#flush) {
      this.#appendedFor[topicId] = this.#flush;
      this.#topicsToFlush.push(topicId);
    }
    if (this.#writer.unpublishedBytes > this.#maxUnpublishedBytes) this.flush();
  }

  flush(): void {
    if (this.#topicsToFlush.length === 0) return;
    const from = this.#writer.published;
    // Before looking who sleeps: a worker looks for news once more after it has said that it sleeps.
    this.#writer.publish();
    this.#unrungFrom ??= from;
    // The first burst of a turn is told at once. More of them in the same turn are told together: whoever
    // publishes without a pause would otherwise spend most of its time on bells.
    const unrungBytes = this.#writer.published - this.#unrungFrom;
    if (!this.#rungThisTurn || unrungBytes >= MAX_UNRUNG_BYTES) this.#ringBells();
    if (this.#rungThisTurn) return;
    this.#rungThisTurn = true;
    setImmediate(() => {
      this.#rungThisTurn = false;
      if (this.#open && this.#unrungFrom !== undefined) this.#ringBells();
    });
  }

  #ringBells(): void {
    const topicIds = this.#topicsToFlush;
    const from = this.#unrungFrom ?? this.#writer.published;
    this.#unrungFrom = undefined;
    for (const topicId of topicIds) {
      const lines = this.#routes[topicId];
      if (lines === undefined) continue;
      for (const line of lines) {
        if (line.lookedAt === this.#flush) continue;
        line.lookedAt = this.#flush;
        line.wake(from);
      }
    }
    this.#topicsToFlush = [];
    this.#flush += 1;
  }

  stats(): RingStats {
    const { published } = this.#writer;
    return {
      ringBytes: this.#ringBytes,
      publishedBytes: published,
      flushes: this.#flush - 1,
      lines: [...this.#lines].map((line) => line.stats(published)),
    };
  }

  /** Closes all lines and removes the ring. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const line of this.#lines) line.close();
    this.#topicsToFlush = [];
    this.#file.close();
    this.#directory.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #leave(line: RingLine): void {
    this.#lines.delete(line);
    for (const topicId of line.attachment.topicIds) {
      const others = (this.#routes[topicId] ?? []).filter((other) => other !== line);
      this.#routes[topicId] = others.length === 0 ? undefined : others;
    }
  }

  #pathOf(name: string): string {
    return join(this.#directory.path, name);
  }
}

interface OpenRing {
  readonly directory: RingDirectory;
  readonly file: MappedFile;
}

/** Where there is no memory for it, what waits for the next hosts on other homes goes. */
function openRing(parent: string, ringBytes: number, keptFor: string | undefined): OpenRing {
  try {
    return makeRing(parent, ringBytes, keptFor);
  } catch (thrown) {
    if (sweepRingDirectories(parent, keptFor, 'remove').length === 0) throw thrown;
    return makeRing(parent, ringBytes, keptFor);
  }
}

function makeRing(parent: string, ringBytes: number, keptFor: string | undefined): OpenRing {
  const directory = RingDirectory.create(parent, keptFor);
  try {
    const path = join(directory.path, 'ring');
    // A worker can't open it for writing even by mistake: nobody but who made it has it writable.
    return { directory, file: MappedFile.create(path, RING_HEADER_BYTES + ringBytes, 0o400) };
  } catch (thrown) {
    directory.close();
    throw thrown;
  }
}
