import { systemClock, type Clock } from '../base/clock.ts';
import { klineOf, type DataType } from '../model/data-type.ts';
import type { MarketTopic } from '../model/subscription.ts';
import { InvalidMarketOptionError } from './errors.ts';
import type { MarketFeed, MarketSink } from './market-feed.ts';
import { Pacer, speedFactor, type FeedSpeed } from './pacer.ts';
import { MarketFile } from './recorded/market-file.ts';
import type { RecordedEvent } from './recorded/row-parser.ts';
import { requireWholeNumber } from './option-checks.ts';
import { ReplayMerge } from './replay-merge.ts';
import { ReplaySource } from './replay-source.ts';
import { eventLoopTurn, settledOrAborted, systemSleep, type Sleep } from './waiting.ts';

/** A recorded file and which symbol, or symbols, its rows are of: see `MarketFileOptions`. */
export interface ReplayFile {
  readonly path: string;
  /** The same as `symbols` with one entry. */
  readonly symbol?: string;
  /** @default those named in the file's symbol column */
  readonly symbols?: readonly string[];
  /** Timeframe of the bars. @default told by their spacing */
  readonly timeframe?: string;
}

export interface ReplayFeedOptions {
  /** Files of bars or trade ticks; several of one symbol may follow one another but not overlap. */
  readonly files: readonly ReplayFile[];
  /** `max` never sleeps and waits only for the sink; 60 is 60 times as fast as the market was. @default 'max' */
  readonly speed?: FeedSpeed;
  /** Most events in one batch. @default 256 */
  readonly maxBatchEvents?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default a timer */
  readonly sleep?: Sleep;
}

/** How far a replay has come. */
export interface ReplayProgress {
  readonly eventsSent: number;
  /** Share of the bytes of all files asked for that has been read, 0 to 1; 1 once all is sent. */
  readonly fraction: number;
  /** Timestamp of the last event sent, ms since the epoch. */
  readonly marketTimeMs: number | undefined;
}

const DEFAULT_MAX_BATCH_EVENTS = 256;

/**
 * Replays recorded files, merged by time. The same files give the same events in the same order at every
 * speed; only `max` also cuts them into the same batches. A bar is sent when its span is over, as it
 * would be in a market, although its timestamp is when it began.
 */
export class ReplayFeed implements MarketFeed {
  readonly name = 'replay';
  readonly replays = true;
  readonly symbols: readonly string[];
  readonly #files: readonly MarketFile[];
  readonly #dataTypes: ReadonlyMap<string, readonly DataType[]>;
  readonly #options: Required<ReplayFeedOptions>;
  #sources: readonly ReplaySource[] = [];
  #eventsSent = 0;
  #marketTimeMs: number | undefined;

  private constructor(files: readonly MarketFile[], options: Required<ReplayFeedOptions>) {
    this.#files = files;
    this.#options = options;
    this.#dataTypes = dataTypesBySymbol(files);
    this.symbols = [...this.#dataTypes.keys()];
  }

  /**
   * Reads the beginning of each file, so that a file that can't be replayed is found before anything
   * runs.
   *
   * @throws what `MarketFile.open` throws
   * @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION`
   */
  static async open(options: ReplayFeedOptions): Promise<ReplayFeed> {
    const resolved = resolveOptions(options);
    const files = await Promise.all(resolved.files.map(openFile));
    return new ReplayFeed(files, resolved);
  }

  /** Timestamp of the first row of all files, ms since the epoch. */
  get beginsAtMs(): number {
    return Math.min(...this.#files.map((file) => file.beginsAtMs));
  }

  /** The files whose rows do not say which symbol they are of. */
  get pathsWithoutSymbolColumn(): readonly string[] {
    return this.#files.filter((file) => !file.hasSymbolColumn).map((file) => file.path);
  }

  dataTypesOf(symbol: string): readonly DataType[] {
    return this.#dataTypes.get(symbol) ?? [];
  }

  getProgress(): ReplayProgress {
    let totalBytes = 0;
    let readBytes = 0;
    for (const source of this.#sources.filter(({ isWanted }) => isWanted)) {
      totalBytes += source.file.sizeBytes;
      readBytes += source.file.sizeBytes * source.fraction;
    }
    return {
      eventsSent: this.#eventsSent,
      fraction: totalBytes === 0 ? 0 : readBytes / totalBytes,
      marketTimeMs: this.#marketTimeMs,
    };
  }

  addTopics(topics: readonly MarketTopic[]): void {
    for (const { symbol, dataType } of topics) {
      for (const source of this.#sources) {
        if (dataTypeOfFile(source.file) === dataType) source.want(symbol);
      }
    }
  }

  /**
   * Resolves when the files asked for have ended, at once if there are none.
   *
   * @throws what `MarketFile.events` throws, after the events before the fault have been published
   */
  async run(topics: readonly MarketTopic[], sink: MarketSink, signal: AbortSignal): Promise<void> {
    this.#sources = this.#files.map((file) => new ReplaySource(file));
    this.#eventsSent = 0;
    this.#marketTimeMs = undefined;
    this.addTopics(topics);
    const merge = new ReplayMerge(this.#sources);
    try {
      await this.#replay(merge, sink, signal);
    } finally {
      await merge.close();
    }
  }

  async #replay(merge: ReplayMerge, sink: MarketSink, signal: AbortSignal): Promise<void> {
    const { speed, clock, sleep } = this.#options;
    const pacer = new Pacer(speed, clock, sleep);
    while (!signal.aborted) {
      const batch: RecordedEvent[] = [];
      let failure: { readonly error: unknown } | undefined;
      let nextMs = Number.POSITIVE_INFINITY;
      try {
        nextMs = await this.#fill(batch, merge, pacer, signal);
      } catch (error) {
        // What stands before a bad row is good data and goes out first.
        failure = { error };
      }
      if (signal.aborted) return;
      if (batch.length > 0) await this.#send(batch, sink, signal);
      if (failure !== undefined) throw failure.error;
      if (batch.length > 0) continue;
      if (nextMs === Number.POSITIVE_INFINITY) return;
      await pacer.until(nextMs, signal);
    }
  }

  /** Collects what is due; tells when the next event is. */
  async #fill(
    batch: RecordedEvent[],
    merge: ReplayMerge,
    pacer: Pacer,
    signal: AbortSignal,
  ): Promise<number> {
    let nextMs: number;
    let isLoaded: boolean;
    do {
      await merge.load();
      nextMs = merge.nextDueMs();
      if (nextMs === Number.POSITIVE_INFINITY) return nextMs;
      isLoaded = merge.take(batch, this.#options.maxBatchEvents, pacer.horizonMs(nextMs));
    } while (!isLoaded && !signal.aborted);
    return nextMs;
  }

  async #send(batch: RecordedEvent[], sink: MarketSink, signal: AbortSignal): Promise<void> {
    this.#eventsSent += batch.length;
    this.#marketTimeMs = (batch[batch.length - 1] as RecordedEvent).timestamp;
    const published = sink.publish(batch);
    if (published !== undefined) await settledOrAborted(published, signal);
    await eventLoopTurn();
  }
}

function resolveOptions(options: ReplayFeedOptions): Required<ReplayFeedOptions> {
  const { speed = 'max', maxBatchEvents = DEFAULT_MAX_BATCH_EVENTS } = options;
  speedFactor(speed);
  if (options.files.length === 0) {
    throw new InvalidMarketOptionError('files is []: a replay needs at least one file', {});
  }
  requireWholeNumber('maxBatchEvents', maxBatchEvents);
  const { files, clock = systemClock, sleep = systemSleep } = options;
  return { files, speed, maxBatchEvents, clock, sleep };
}

function openFile(file: ReplayFile): Promise<MarketFile> {
  const symbols = file.symbols ?? (file.symbol === undefined ? undefined : [file.symbol]);
  return MarketFile.open(file.path, {
    ...(symbols === undefined ? {} : { symbols }),
    ...(file.timeframe === undefined ? {} : { timeframe: file.timeframe }),
  });
}

function dataTypeOfFile(file: MarketFile): DataType {
  return file.timeframe === undefined ? 'trade' : klineOf(file.timeframe);
}

function dataTypesBySymbol(files: readonly MarketFile[]): Map<string, DataType[]> {
  const dataTypes = new Map<string, DataType[]>();
  for (const file of files) {
    const dataType = dataTypeOfFile(file);
    for (const symbol of file.symbols) {
      const known = dataTypes.get(symbol);
      if (known === undefined) dataTypes.set(symbol, [dataType]);
      else if (!known.includes(dataType)) known.push(dataType);
    }
  }
  return dataTypes;
}
