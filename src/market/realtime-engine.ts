import { systemClock, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import type { Bar } from '../model/bar.ts';
import { timeframeOf, type DataType } from '../model/data-type.ts';
import { topicName, type MarketTopic } from '../model/subscription.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { BarAggregator } from './bar-aggregator.ts';
import type { RealtimeEngineStats } from './engine-stats.ts';
import { MarketEngineStateError } from './errors.ts';
import { EventRouter } from './event-router.ts';
import type { MarketFeed, MarketSink } from './market-feed.ts';
import { sourceOfTopic } from './topic-source.ts';
import { settledOrAborted } from './waiting.ts';

export interface RealtimeEngineOptions {
  readonly feed: MarketFeed;
  /** Where events go, a batch for each batch of the feed that has any. Its promise holds the feed back, if the feed can wait. */
  readonly sink: MarketSink;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default nothing is logged */
  readonly logger?: Logger;
}

/** What becomes of the topics that are asked for. */
interface SubscriptionPlan {
  /** Those that are not published yet. */
  readonly fresh: readonly MarketTopic[];
  /** The feed's own data type for each of them. */
  readonly sources: readonly DataType[];
  /** What the feed is to be asked for, by name. */
  readonly native: ReadonlyMap<string, MarketTopic>;
  readonly isRunning: boolean;
}

/**
 * Runs one feed: asks it for what is subscribed, makes bars of the timeframes that it does not have
 * (see `BarAggregator`), and passes everything on in order (see `EventRouter`).
 *
 * At the end of the data the bars still open are told too; after `stop` they are not, since their span
 * may have gone on. Bars asked for while a market is live, or a run under way, begin with the first whole one.
 */
export class RealtimeEngine implements AsyncDisposable {
  /** Resolves when the feed has ended or was stopped; rejects with the feed's or the sink's error. */
  readonly ended: Promise<void>;
  readonly #feed: MarketFeed;
  readonly #sink: MarketSink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #router = new EventRouter();
  readonly #subscribed = new Set<string>();
  /** Bars that are made of a topic of the feed, by its name. */
  readonly #wholesOf = new Map<string, readonly MarketTopic[]>();
  readonly #nativeTopics = new Map<string, MarketTopic>();
  readonly #stopping = new AbortController();
  #resolveEnded!: () => void;
  #rejectEnded!: (error: unknown) => void;
  #startedAtMs: number | undefined;
  #endedAtMs: number | undefined;

  constructor(options: RealtimeEngineOptions) {
    this.#feed = options.feed;
    this.#sink = options.sink;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.ended = new Promise((resolve, reject) => {
      this.#resolveEnded = resolve;
      this.#rejectEnded = reject;
    });
    // The failure is in the log as well; a caller who does not look at `ended` is not to die of it.
    this.ended.catch(() => undefined);
  }

  /**
   * Publishes `topics` from now on; those that are already published are passed over. All or none: a topic that
   * can't be served leaves the others unsubscribed.
   *
   * @throws {UnknownMarketSymbolError} code `UNKNOWN_MARKET_SYMBOL`
   * @throws {MarketDataUnavailableError} code `MARKET_DATA_UNAVAILABLE`
   * @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME`
   * @throws {MarketEngineStateError} code `MARKET_ENGINE_STATE`, after the end, or while running if the
   * feed's topics are fixed
   */
  subscribe(topics: readonly MarketTopic[]): void {
    const { fresh, sources, native, isRunning } = this.#plan(topics);
    for (const [index, topic] of fresh.entries()) {
      const source = sources[index] as DataType;
      this.#router.add(topic, source, isRunning || !this.#feed.replays);
      const sourceName = topicName(topic.symbol, source);
      if (source !== topic.dataType) {
        this.#wholesOf.set(sourceName, [...(this.#wholesOf.get(sourceName) ?? []), topic]);
      }
      this.#subscribed.add(topicName(topic.symbol, topic.dataType));
    }
    for (const [name, topic] of native) this.#nativeTopics.set(name, topic);
    if (isRunning && native.size > 0) this.#feed.addTopics?.([...native.values()]);
  }

  /** Whether `subscribe` would do; nothing changes. @throws as `subscribe` */
  check(topics: readonly MarketTopic[]): void {
    this.#plan(topics);
  }

  /** Whether a topic is published, also from a start that is still to come. */
  has({ symbol, dataType }: MarketTopic): boolean {
    return this.#subscribed.has(topicName(symbol, dataType));
  }

  /** What is published of a topic of the feed: itself, and the larger bars that are made of it. */
  madeOf(topic: MarketTopic): readonly MarketTopic[] {
    return [topic, ...(this.#wholesOf.get(topicName(topic.symbol, topic.dataType)) ?? [])];
  }

  /**
   * The newest `count` bars of a topic that are over, oldest first, from the feed's past; fewer where it has no more,
   * and none where it has no past or the bars are made of trades.
   *
   * @throws as `subscribe`, and what the feed throws if its past can't be read
   */
  async history(topic: MarketTopic, count: number): Promise<readonly Bar[]> {
    const dataType = sourceOfTopic(this.#feed, topic);
    const [timeframe, ownTimeframe] = [timeframeOf(topic.dataType), timeframeOf(dataType)];
    if (timeframe === undefined || ownTimeframe === undefined) return [];
    const { signal } = this.#stopping;
    if (dataType === topic.dataType) {
      return (await this.#feed.history?.(topic, count, signal)) ?? [];
    }
    const { symbol } = topic;
    const partsInWhole = timeframeMs(timeframe) / timeframeMs(ownTimeframe);
    const parts = (count + 1) * partsInWhole;
    const bars = (await this.#feed.history?.({ symbol, dataType }, parts, signal)) ?? [];
    const whole = new BarAggregator({ symbol, timeframe, discardFirstPartial: true });
    return bars.flatMap((bar) => whole.add(bar)).slice(-count);
  }

  /** @throws {MarketEngineStateError} code `MARKET_ENGINE_STATE`, if it was started or stopped before */
  start(): void {
    if (this.#startedAtMs !== undefined) throw this.#stateError('start', 'was started before');
    if (this.#isOver) throw this.#stateError('start', 'was stopped before');
    this.#startedAtMs = this.#clock.now();
    void this.#run();
  }

  /** Stops the feed and waits until it has. Does nothing where it has ended; does not throw the feed's error. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#startedAtMs === undefined && this.#endedAtMs === undefined) this.#end();
    await this.ended.catch(() => undefined);
  }

  getStats(): RealtimeEngineStats {
    return {
      ...this.#router.getCounts(),
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#endedAtMs,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #isOver(): boolean {
    return this.#endedAtMs !== undefined || this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const sink: MarketSink = {
      publish: (events) => {
        if (signal.aborted) return undefined;
        const out = this.#router.route(events);
        return out.length === 0 ? undefined : this.#sink.publish(out);
      },
      newestMs: (topic) => this.#newestMs(topic),
    };
    try {
      await this.#feed.run([...this.#nativeTopics.values()], sink, signal);
      const rest = signal.aborted ? [] : this.#router.flush();
      const published = rest.length === 0 ? undefined : this.#sink.publish(rest);
      if (published !== undefined) await settledOrAborted(published, signal);
      this.#end();
    } catch (error) {
      if (signal.aborted && error instanceof Error && error.name === 'AbortError') {
        this.#end();
        return;
      }
      this.#endedAtMs = this.#clock.now();
      this.#logger.log('error', `the ${this.#feed.name} feed failed: ${messageOf(error)}`, {
        feed: this.#feed.name,
        error,
      });
      this.#rejectEnded(error);
    }
  }

  /**
   * Where a topic of the feed is to go on. One that only goes into larger bars goes on behind the last of these that
   * is known, so that the first one made here is whole.
   */
  #newestMs(topic: MarketTopic): number | undefined {
    if (this.has(topic)) return this.#sink.newestMs?.(topic);
    const partMs = lengthOf(topic);
    const wholes = this.#wholesOf.get(topicName(topic.symbol, topic.dataType)) ?? [];
    const ends = wholes.flatMap((whole) => {
      const newestMs = this.#sink.newestMs?.(whole);
      return newestMs === undefined ? [] : [newestMs + lengthOf(whole)];
    });
    return partMs === 0 || ends.length === 0 ? undefined : Math.min(...ends) - partMs;
  }

  /** What is to be asked of the feed for topics that are not published yet. @throws as `subscribe` */
  #plan(topics: readonly MarketTopic[]): SubscriptionPlan {
    const fresh = topics.filter((topic) => !this.has(topic));
    const native = new Map<string, MarketTopic>();
    const isRunning = this.#startedAtMs !== undefined;
    if (fresh.length === 0) return { fresh, sources: [], native, isRunning };
    if (this.#isOver) throw this.#stateError('subscribe to more topics', 'has ended');
    const sources = fresh.map((topic) => sourceOfTopic(this.#feed, topic));
    for (const [index, { symbol }] of fresh.entries()) {
      const dataType = sources[index] as DataType;
      const name = topicName(symbol, dataType);
      if (!this.#nativeTopics.has(name)) native.set(name, { symbol, dataType });
    }
    if (isRunning && native.size > 0 && this.#feed.addTopics === undefined) {
      throw this.#stateError(
        `subscribe to ${[...native.keys()].join(', ')}`,
        `is running, and the topics of the ${this.#feed.name} feed are fixed from its start`,
      );
    }
    return { fresh, sources, native, isRunning };
  }

  #end(): void {
    this.#endedAtMs = this.#clock.now();
    this.#resolveEnded();
  }

  #stateError(wanted: string, reason: string): MarketEngineStateError {
    return new MarketEngineStateError(`can't ${wanted}: the engine ${reason}`, {
      feed: this.#feed.name,
    });
  }
}

/** Length of a bar, milliseconds; 0 for topics of anything else. */
function lengthOf({ dataType }: MarketTopic): number {
  const timeframe = timeframeOf(dataType);
  return timeframe === undefined ? 0 : timeframeMs(timeframe);
}
