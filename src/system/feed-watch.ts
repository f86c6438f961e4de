import { messageOf } from '../base/errors.ts';
import type { WorkerManager } from '../host/worker-manager.ts';
import type { MarketFeed } from '../market/market-feed.ts';
import type { RealtimeEngine } from '../market/realtime-engine.ts';
import { topicName, type MarketTopic } from '../model/subscription.ts';
import type { Trading } from './trading/trading.ts';

export interface FeedWatchParts {
  readonly feed: MarketFeed;
  readonly engine: Pick<RealtimeEngine, 'madeOf' | 'has' | 'ended'>;
  readonly manager: Pick<WorkerManager, 'tellFeedStatus'>;
  readonly trading: Trading | undefined;
}

/** A topic of the feed of which nothing was heard for too long. */
export interface StaleTopic {
  readonly topic: MarketTopic;
  /** Milliseconds since the Unix epoch. */
  readonly sinceMs: number;
}

/** Tells the strategies and whoever executes their orders which market data is stale, as far as the feed says so. */
export class FeedWatch {
  readonly #parts: FeedWatchParts;
  /** Topics of the feed, by name. */
  readonly #stale = new Map<string, StaleTopic>();
  readonly #unlisten: (() => void) | undefined;
  #failure: string | null = null;

  constructor(parts: FeedWatchParts) {
    this.#parts = parts;
    this.#unlisten = parts.feed.listen?.({
      onStale: (symbol, dataType, sinceMs) => this.#onStale({ symbol, dataType }, sinceMs),
      onFresh: (symbol, dataType) => this.#onFresh({ symbol, dataType }),
    });
    parts.engine.ended.catch((thrown: unknown) => {
      this.#failure = messageOf(thrown);
    });
  }

  /** Why the feed has ended before its time; null if it has not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** What is published of the topics that are stale: themselves, if anybody has asked for them, and the bars that are made of them. */
  get stalePublished(): readonly StaleTopic[] {
    const { engine } = this.#parts;
    return this.stale.flatMap(({ topic, sinceMs }) =>
      engine
        .madeOf(topic)
        .filter((made) => engine.has(made))
        .map((made) => ({ topic: made, sinceMs })),
    );
  }

  /** Other topics are published: they may be made of one that is stale. */
  look(): void {
    for (const { topic, sinceMs } of this.#stale.values()) this.#tellStale(topic, sinceMs);
  }

  get stale(): readonly StaleTopic[] {
    return [...this.#stale.values()];
  }

  stop(): void {
    this.#unlisten?.();
  }

  #onStale(topic: MarketTopic, sinceMs: number): void {
    this.#stale.set(topicName(topic.symbol, topic.dataType), { topic, sinceMs });
    // Nothing leaves on what a strategy does not know to be old yet.
    this.#tellTrading(topic.symbol);
    this.#tellStale(topic, sinceMs);
  }

  #onFresh(topic: MarketTopic): void {
    this.#stale.delete(topicName(topic.symbol, topic.dataType));
    this.#tellTrading(topic.symbol);
    const sinceMs = Date.now();
    for (const made of this.#parts.engine.madeOf(topic))
      this.#parts.manager.tellFeedStatus({ ...made, status: 'live', sinceMs });
  }

  #tellStale(topic: MarketTopic, sinceMs: number): void {
    const reason = reasonOf({ topic, sinceMs });
    for (const made of this.#parts.engine.madeOf(topic))
      this.#parts.manager.tellFeedStatus({ ...made, status: 'stale', sinceMs, reason });
  }

  /** A symbol is stale while any of its topics is. */
  #tellTrading(symbol: string): void {
    const ofSymbol = [...this.#stale.values()].filter(({ topic }) => topic.symbol === symbol);
    const reason = ofSymbol.length === 0 ? null : ofSymbol.map(reasonOf).join(', ');
    this.#parts.trading?.setStale(symbol, reason);
  }
}

function reasonOf({ topic, sinceMs }: StaleTopic): string {
  return `nothing was heard of ${topic.dataType} since ${new Date(sinceMs).toISOString()}`;
}
