import type { Clock } from '../../base/clock.ts';
import { timeframeOf, type DataType } from '../../model/data-type.ts';
import { topicName, type MarketTopic } from '../../model/subscription.ts';
import { timeframeMs } from '../../model/timeframe.ts';

/** What is known of the connection of a topic at a moment. */
export interface LineSign {
  /** It waits for the exchange's next words. */
  readonly isWatching: boolean;
  /** False where bars are only asked for. */
  readonly hasStream: boolean;
  /** Since when the connection has said nothing, milliseconds. */
  readonly silentMs: number;
}

export interface FreshnessListener {
  /** Nothing was heard of a topic since `sinceMs`, ms since the epoch. */
  onStale(symbol: string, dataType: DataType, sinceMs: number): void;
  /** The topic is up to date again. */
  onFresh(symbol: string, dataType: DataType): void;
}

interface Watched {
  readonly topic: MarketTopic;
  readonly sign: () => LineSign;
  /** How long nothing may be heard of the topic itself; undefined where the connection alone counts. */
  readonly ownLimitMs: number | undefined;
  /** Monotonic times. */
  heardMs: number;
  aliveMs: number;
  isStale: boolean;
}

/**
 * Which topics are up to date. A topic is stale when its connection has been silent for longer than
 * `staleAfterMs`, pings included; one of bars also when nothing was heard of it for a bar's length more than that.
 */
export class Freshness {
  readonly #clock: Clock;
  readonly #staleAfterMs: number;
  readonly #listener: FreshnessListener;
  readonly #topics = new Map<string, Watched>();
  readonly #eventMs = new Map<string, number>();

  constructor(clock: Clock, staleAfterMs: number, listener: FreshnessListener) {
    this.#clock = clock;
    this.#staleAfterMs = staleAfterMs;
    this.#listener = listener;
  }

  add(topic: MarketTopic, sign: () => LineSign): void {
    const timeframe = timeframeOf(topic.dataType);
    const nowMs = this.#clock.monotonic();
    this.#topics.set(topicName(topic.symbol, topic.dataType), {
      topic,
      sign,
      ownLimitMs: timeframe === undefined ? undefined : timeframeMs(timeframe) + this.#staleAfterMs,
      heardMs: nowMs,
      aliveMs: nowMs,
      isStale: false,
    });
  }

  clear(): void {
    this.#topics.clear();
  }

  /** The exchange has said something about a topic; with `isEvent`, something that was passed on. */
  heard({ symbol, dataType }: MarketTopic, isEvent: boolean): void {
    if (isEvent) this.#eventMs.set(symbol, this.#clock.now());
    const watched = this.#topics.get(topicName(symbol, dataType));
    if (watched === undefined) return;
    watched.heardMs = this.#clock.monotonic();
    // While a topic's stream is down, its archive says nothing about the present.
    const { hasStream, isWatching } = watched.sign();
    if (!hasStream || isWatching) watched.aliveMs = watched.heardMs;
    this.#look(watched);
  }

  /** To be called a few times within `staleAfterMs`. */
  look(): void {
    for (const watched of this.#topics.values()) this.#look(watched);
  }

  /** True if any topic of the symbol is stale, and for a symbol that has none: nothing is known of it. */
  isStale(symbol: string): boolean {
    const ofSymbol = [...this.#topics.values()].filter(({ topic }) => topic.symbol === symbol);
    for (const watched of ofSymbol) this.#look(watched);
    return ofSymbol.length === 0 || ofSymbol.some(({ isStale }) => isStale);
  }

  /** When the last event of the symbol was passed on, ms since the epoch. */
  lastEventAt(symbol: string): number | undefined {
    return this.#eventMs.get(symbol);
  }

  /** How old the newest event of all is, milliseconds; undefined before there was one. */
  get lastEventAgeMs(): number | undefined {
    if (this.#eventMs.size === 0) return undefined;
    return Math.max(0, this.#clock.now() - Math.max(...this.#eventMs.values()));
  }

  get staleTopics(): number {
    return [...this.#topics.values()].filter(({ isStale }) => isStale).length;
  }

  #look(watched: Watched): void {
    const nowMs = this.#clock.monotonic();
    const { isWatching, hasStream, silentMs } = watched.sign();
    if (isWatching) watched.aliveMs = Math.max(watched.aliveMs, nowMs - silentMs);
    const isSilent = hasStream && nowMs - watched.aliveMs > this.#staleAfterMs;
    const { ownLimitMs = Number.POSITIVE_INFINITY } = watched;
    const isStale = isSilent || nowMs - watched.heardMs > ownLimitMs;
    if (isStale === watched.isStale) return;
    watched.isStale = isStale;
    const { symbol, dataType } = watched.topic;
    const lastMs = isSilent ? watched.aliveMs : watched.heardMs;
    if (isStale) this.#listener.onStale(symbol, dataType, this.#clock.now() - (nowMs - lastMs));
    else this.#listener.onFresh(symbol, dataType);
  }
}
