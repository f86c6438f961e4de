import { machineNowMs } from '../base/machine-clock.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import { messageOf, quote } from '../base/errors.ts';
import type { MarketTransport } from '../ipc/market-transport.ts';
import type { Bar } from '../model/bar.ts';
import { parseDataType, type DataType } from '../model/data-type.ts';
import { InvalidDataTypeError, InvalidMarketDataError } from '../model/errors.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { parseSymbol } from '../model/symbol.ts';
import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import { recordBytesBound } from '../protocol/market-record.ts';
import type { Positions } from '../protocol/positions.ts';
import { WorkerError } from './errors.ts';
import { statsOf, type BrokerStats, type TopicStats } from './broker-stats.ts';
import { normalizeInput, type MarketInput } from './market-input.ts';
import {
  Subscribers,
  type DataSubscription,
  type SnapshotOptions,
  type StartSnapshot,
} from './subscribers.ts';
import { encodeRecords, TopicRecords, type PastEvent } from './topic-records.ts';
import { TopicBook, type Topic, type TopicRegistry } from './topic-book.ts';
import { barsOf, newestOf, takePast } from './topic-past.ts';

export interface DataBrokerOptions {
  /** Events of each topic that are kept for late joiners and refills. @default 1_000 */
  readonly historyLimit?: number;
  /** @default the system's clock */
  readonly clock?: Clock;
  /** Where the numbers of topics are kept. @default nowhere */
  readonly topics?: TopicRegistry;
}

/** Changes or drops (by null) an event before it gets its number. Runs on the publishing path. */
export type Preprocessor = (event: MarketEvent) => MarketEvent | null;

/**
 * Who wants which data, and what was last known of it. Numbers the events of each topic from 1, keeps
 * the newest, and hands what is wanted to the transport.
 */
export class DataBroker {
  readonly #transport: MarketTransport;
  readonly #clock: Clock;
  readonly #book: TopicBook;
  readonly #records = new TopicRecords();
  readonly #subscribers: Subscribers;
  readonly #preprocessors = new Set<Preprocessor>();
  /** Workers whose topics the host sees to. */
  readonly #assigned = new Set<string>();
  #published = 0;
  #sent = 0;
  #filtered = 0;
  #oversized = 0;

  /** `source` is a `ZmqManager` or anything else that has a market data transport. */
  constructor(source: { readonly marketData: MarketTransport }, options: DataBrokerOptions = {}) {
    this.#transport = source.marketData;
    this.#clock = options.clock ?? systemClock;
    this.#book = new TopicBook(options.historyLimit ?? 1_000, options.topics);
    this.#subscribers = new Subscribers(this.#transport);
  }

  /** The transport's name, for status. */
  get transportName(): string {
    return this.#transport.name;
  }

  /** After how many events a worker that must not lose any has to say so. */
  get progressEvery(): number {
    return this.#transport.losslessWindow / 4;
  }

  /**
   * Adds every one of `symbols` in every one of `dataTypes` to what `workerId` gets. Bar types without
   * a timeframe take `timeframe` (default `1m`).
   *
   * @throws {InvalidSymbolError} code `INVALID_SYMBOL`
   * @throws {InvalidDataTypeError} code `INVALID_DATA_TYPE`
   * @throws {WorkerError} code `WORKER_SUBSCRIBED` for a worker that runs
   */
  subscribe(
    workerId: string,
    symbols: readonly string[],
    dataTypes: readonly string[],
    timeframe?: string,
  ): DataSubscription {
    this.#checkNotAssigned(workerId);
    return this.#subscribers.add(workerId, this.#topicsOf(symbols, dataTypes, timeframe, true));
  }

  /** Takes symbols (in `dataTypes`, or all of them) away from what `workerId` gets. @throws {WorkerError} code `WORKER_SUBSCRIBED` */
  unsubscribe(workerId: string, symbols: readonly string[], dataTypes?: readonly string[]): void {
    this.#checkNotAssigned(workerId);
    const names = new Set(symbols.map(parseSymbol));
    const types = dataTypes && new Set(dataTypes.flatMap((name) => parseDataType(name)));
    this.#subscribers.remove(
      workerId,
      ({ symbol, dataType }) => names.has(symbol) && (types === undefined || types.has(dataType)),
    );
  }

  /** Forgets a worker. @throws {WorkerError} code `WORKER_SUBSCRIBED` */
  unsubscribeAll(workerId: string): void {
    this.#checkNotAssigned(workerId);
    this.#subscribers.drop(workerId);
  }

  /** Gives `workerId` exactly these topics instead of those it had. @throws as `subscribe` */
  resubscribe(
    workerId: string,
    symbols: readonly string[],
    dataTypes: readonly string[],
    timeframe?: string,
  ): DataSubscription {
    this.#checkNotAssigned(workerId);
    return this.#subscribers.replace(workerId, this.#topicsOf(symbols, dataTypes, timeframe, true));
  }

  /** As `resubscribe`, for a worker process of the host, which alone changes its topics from now on. */
  assign(
    workerId: string,
    symbols: readonly string[],
    dataTypes: readonly string[],
    timeframe?: string,
  ): DataSubscription {
    const topics = this.#topicsOf(symbols, dataTypes, timeframe, true);
    this.#assigned.add(workerId);
    return this.#subscribers.replace(workerId, topics);
  }

  /** Another process of a worker has taken the place of the one that had this name. */
  rename(from: string, to: string): void {
    this.#assigned.delete(from);
    this.#assigned.add(to);
    this.#subscribers.rename(from, to);
  }

  /** Forgets a worker process that has ended. */
  release(workerId: string): void {
    this.#assigned.delete(workerId);
    this.#subscribers.drop(workerId);
  }

  /**
   * Publishes one event given by name; resolves to the number of workers that subscribe to it.
   *
   * @throws {InvalidMarketDataError} code `INVALID_MARKET_DATA`
   */
  async publish(symbol: string, dataType: string, data: MarketInput): Promise<number> {
    parseSymbol(symbol);
    const timeframe = typeof data?.['timeframe'] === 'string' ? data['timeframe'] : undefined;
    const types = parseDataType(dataType, timeframe);
    // A tick is whichever kind of tick it has the prices of.
    const type = types.length > 1 ? (data?.['price'] === undefined ? 'quote' : 'trade') : types[0];
    if (type === undefined)
      throw new InvalidDataTypeError(`${dataType} names no topic`, { dataType });
    const { event, hasExtras } = normalizeInput(symbol, type, data, this.#clock.now());
    if (hasExtras) this.#markExtras(event, type);
    const bytes = recordBytesBound(event, this.#records.jsonOf(event));
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new InvalidMarketDataError(
        `${type} of ${symbol} takes ${bytes} bytes: expected at most ${MAX_MESSAGE_BYTES}`,
        { symbol, dataType: type, bytes },
      );
    }
    const topic = this.#book.findOrAdd(symbol, type);
    await this.publishBatch([event]);
    return topic.subscribers.size;
  }

  /**
   * Publishes events in their order, as one burst. A promise comes back only if a worker that must not
   * lose anything (a replay) is behind: it settles once there is room again.
   */
  publishBatch(events: readonly MarketEvent[]): void | Promise<void> {
    const publishedAtMs = machineNowMs();
    for (const given of events) {
      const event = this.#preprocessors.size === 0 ? given : this.#preprocess(given);
      if (event === null) {
        this.#filtered += 1;
        continue;
      }
      const topic = this.#book.ofEvent(event) ?? this.#book.addOf(event);
      topic.seq += 1;
      topic.recent.add(event);
      if (!this.#transport.wanted(topic.id)) continue;
      this.#send(topic, event, publishedAtMs);
    }
    this.#published += events.length;
    this.#transport.flush();
    return this.#subscribers.whenRoom(events.length);
  }

  #send(topic: Topic, event: MarketEvent, publishedAtMs: number): void {
    const { id, seq } = topic;
    try {
      this.#transport.append(id, seq, publishedAtMs, event, this.#records.jsonOf(event));
      this.#sent += 1;
    } catch {
      // Too large for the transport. It has its number: workers find the gap and ask for it.
      this.#oversized += 1;
    }
  }

  /** Adds a step that every event goes through; returns the function that takes it away. */
  addPreprocessor(preprocessor: Preprocessor): () => void {
    this.#preprocessors.add(preprocessor);
    return () => this.#preprocessors.delete(preprocessor);
  }

  getSubscribers(symbol: string, dataType: string): readonly string[] {
    const topics = this.#topicsOf([symbol], [dataType], undefined, false);
    return [...new Set(topics.flatMap((topic) => [...topic.subscribers]))];
  }

  /** Null for a topic that nobody subscribed to and nothing was published on. */
  getTopicStats(symbol: string, dataType: string): TopicStats | null {
    const [topic] = this.#topicsOf([symbol], [dataType], undefined, false);
    return topic === undefined ? null : statsOf(topic);
  }

  /** All topics that somebody subscribed to or something was published on, ever. */
  get topics(): readonly TopicStats[] {
    return this.#book.all.map(statsOf);
  }

  /** The newest events of a topic, oldest first. */
  getHistory(symbol: string, dataType: string, count?: number): readonly MarketEvent[] {
    const [topic] = this.#topicsOf([symbol], [dataType], undefined, false);
    return topic?.recent.toArray(count) ?? [];
  }

  /**
   * Takes in bars of a topic that were over before its events began here, oldest first. They are history for whoever
   * begins with a warm-up, and shown to nobody as events. Returns those that are newer than what is known.
   */
  addHistory(symbol: string, dataType: DataType, bars: readonly Bar[]): readonly Bar[] {
    return takePast(this.#book.findOrAdd(symbol, dataType), bars, this.#book.historyLimit);
  }

  /** The newest `count` bars of a topic that are known, of its past too, oldest first. */
  getBars(symbol: string, dataType: DataType, count: number): readonly Bar[] {
    const topic = this.#book.find(symbol, dataType);
    return topic === undefined ? [] : barsOf(topic, count);
  }

  /** Timestamp of the newest event or bar of a topic that is known. */
  newestMs(symbol: string, dataType: DataType): number | undefined {
    const topic = this.#book.find(symbol, dataType);
    return topic && newestOf(topic)?.timestamp;
  }

  getStats(): BrokerStats {
    return {
      topics: this.#book.all.length,
      subscribers: this.#subscribers.size,
      published: this.#published,
      sent: this.#sent,
      filtered: this.#filtered,
      oversized: this.#oversized,
    };
  }

  /**
   * What a worker that has just subscribed must know to go on without a hole: from the newest events, or
   * from where a process before it was.
   */
  snapshot(workerId: string, warmup: number, options?: SnapshotOptions): StartSnapshot {
    return this.#subscribers.snapshot(workerId, warmup, this.#records, options);
  }

  /**
   * Takes in what an earlier host published last: events of a topic that follow one another, the last one
   * with the number `lastSeq`. Workers that come back get them from here.
   */
  remember(topicId: number, lastSeq: number, events: readonly PastEvent[]): void {
    const topic = this.#book.byId(topicId);
    if (topic === undefined || lastSeq < topic.seq) return;
    topic.seq = lastSeq;
    for (const { event, hasExtras } of events) {
      if (hasExtras) this.#records.markExtras(event);
      topic.recent.add(event);
    }
  }

  /** Number of the last event of each topic that had any. */
  get lastSeqs(): Positions {
    return this.#book.lastSeqs;
  }

  /** An event of each topic counts as lost: it is not known which ones were. */
  passOver(): void {
    this.continueFrom(new Map([...this.lastSeqs].map(([id, seq]) => [id, seq + 1])));
  }

  /** Numbers the events of topics from where workers of an earlier host were. */
  continueFrom(positions: Positions): void {
    this.#book.continueFrom(positions);
  }

  /** The records of a topic from `fromSeq` to `toSeq`, as far as they are still known. */
  refill(topicId: number, fromSeq: number, toSeq: number): Uint8Array {
    const topic = this.#book.byId(topicId);
    return topic === undefined
      ? new Uint8Array()
      : encodeRecords(topic, fromSeq, toSeq, this.#records);
  }

  /** From now on publishing waits for this worker rather than lose events on the way to it. */
  waitFor(workerId: string): void {
    this.#subscribers.makeLossless(workerId);
  }

  /** A worker says how many events it is done with since it began. */
  progress(workerId: string, done: number): void {
    this.#subscribers.progress(workerId, done);
  }

  /** Events published for a worker that it has not said to be done with. */
  behind(workerId: string): number {
    return this.#subscribers.behind(workerId);
  }

  /**
   * Repeats the last sequence number of topics that have just fallen quiet, so that a loss at the end
   * of a burst is found. To be called a few times a second.
   */
  sendBeacons(): void {
    const nowMs = machineNowMs();
    const behind = this.#subscribers.idsBehind();
    for (const topic of this.#book.all) {
      const { id, seq, subscribers } = topic;
      const quiet = seq === topic.lookedSeq;
      topic.lookedSeq = seq;
      if (!quiet || seq === 0 || !this.#transport.wanted(id)) continue;
      // A beacon may be lost like any other record: it is repeated while somebody may need it.
      if (seq === topic.beaconSeq && ![...behind].some((workerId) => subscribers.has(workerId)))
        continue;
      topic.beaconSeq = seq;
      this.#transport.append(id, seq, nowMs, null, undefined);
    }
    this.#transport.flush();
  }

  /** Resolves once every worker that must not lose anything is done with everything published. */
  drained(): Promise<void> {
    return this.#subscribers.drained();
  }

  /** A running worker is told of its topics by the host alone: a change behind its back would cut its data. */
  #checkNotAssigned(workerId: string): void {
    if (!this.#assigned.has(workerId)) return;
    throw new WorkerError(
      'WORKER_SUBSCRIBED',
      `worker ${quote(workerId)} runs: change what it gets with reloadConfig, not at the broker`,
      { workerId },
    );
  }

  #markExtras(event: MarketEvent, dataType: DataType): void {
    const { symbol } = event;
    try {
      this.#records.markExtras(event);
    } catch (thrown) {
      throw new InvalidMarketDataError(
        `${dataType} of ${symbol} has members that are not plain data: ${messageOf(thrown)}`,
        { symbol, dataType },
      );
    }
  }

  #preprocess(given: MarketEvent): MarketEvent | null {
    let event: MarketEvent | null = given;
    for (const preprocessor of this.#preprocessors) {
      event = preprocessor(event);
      if (event === null) return null;
    }
    if (event !== given) this.#records.carryOver(given, event);
    return event;
  }

  #topicsOf(
    symbols: readonly string[],
    dataTypes: readonly string[],
    timeframe: string | undefined,
    add: boolean,
  ): Topic[] {
    const types = [...new Set(dataTypes.flatMap((name) => parseDataType(name, timeframe)))];
    return [...new Set(symbols.map(parseSymbol))].flatMap((symbol) =>
      types.flatMap((type) => {
        const topic = add ? this.#book.findOrAdd(symbol, type) : this.#book.find(symbol, type);
        return topic === undefined ? [] : [topic];
      }),
    );
  }
}
