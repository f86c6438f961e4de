import { settlesWithin } from '../base/deadline.ts';
import { messageOf, QuantCellError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { DataBroker } from '../host/data-broker.ts';
import type { MarketFeed } from '../market/market-feed.ts';
import type { RealtimeEngine } from '../market/realtime-engine.ts';
import { sourceOfTopic } from '../market/topic-source.ts';
import type { Bar } from '../model/bar.ts';
import { klineOf, timeframeOf, type DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { topicName, type MarketTopic } from '../model/subscription.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { BarWindow } from './bar-window.ts';

/** An answer of the feed is good for so long, and so is that there was none, milliseconds. */
const PAST_FOR_MS = 10_000;
const MAX_PASTS = 100;
/** Nobody waits longer than this for the feed's past, milliseconds. */
const MAX_WAIT_MS = 8_000;
/** Bars that the feed is asked for at most, whatever is made of them. */
const MAX_PARTS = 10_000;

export interface MarketBarsParts {
  readonly feed: MarketFeed;
  readonly engine: Pick<RealtimeEngine, 'history'>;
  readonly broker: () => Pick<DataBroker, 'getBars' | 'getHistory' | 'topics'>;
  readonly logger: Logger;
}

interface Past {
  readonly count: number;
  readonly askedAtMs: number;
  readonly bars: Promise<readonly Bar[]>;
}

/** Bars of any symbol and timeframe, for people to look at: from what was published, and from the past of the feed. */
export class MarketBars {
  readonly #parts: MarketBarsParts;
  readonly #pasts = new Map<string, Past>();

  constructor(parts: MarketBarsParts) {
    this.#parts = parts;
  }

  /**
   * The newest `count` bars that are over and known, oldest first; fewer where no more are known.
   *
   * @throws {UnknownMarketSymbolError} code `UNKNOWN_MARKET_SYMBOL`
   * @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME`
   */
  async known(symbol: string, timeframe: string, count: number): Promise<readonly Bar[]> {
    const topic = this.topicOf(symbol, timeframe);
    const published = this.#parts.broker().getBars(symbol, topic.dataType, count);
    if (published.length >= count) return published;
    const past = await this.past(topic, count);
    return this.windowOf(topic, count, past).whole(count);
  }

  /** The topic of such bars. @throws as `known` */
  topicOf(symbol: string, timeframe: string): MarketTopic {
    const { feed, broker } = this.#parts;
    const topic = { symbol, dataType: klineOf(timeframe) };
    const isKnown =
      feed.dataTypesOf(symbol).length > 0 ||
      broker().topics.some((other) => other.symbol === symbol && other.last !== null);
    // It throws, and names those that may have been meant.
    if (!isKnown) sourceOfTopic(feed, topic);
    return topic;
  }

  /** A window of bars with everything that is known by now, and `past` before it. */
  windowOf(topic: MarketTopic, most: number, past: readonly Bar[] = []): BarWindow {
    const { symbol, dataType } = topic;
    const window = new BarWindow(symbol, timeframeOf(dataType) as string, most);
    for (const event of past) window.add(event);
    for (const event of this.#pieces(topic)) window.add(event);
    for (const bar of this.#parts.broker().getBars(symbol, dataType, most)) window.add(bar);
    return window;
  }

  /**
   * The newest bars of the feed's own past, oldest first; none where it has none or can't be asked, which is
   * logged. Whoever asks for the same shortly after gets the same. Never rejects.
   */
  async past(topic: MarketTopic, count: number): Promise<readonly Bar[]> {
    const most = this.#mostOf(topic, count);
    if (most <= 0) return [];
    const name = topicName(topic.symbol, topic.dataType);
    const now = performance.now();
    let past = this.#pasts.get(name);
    if (past === undefined || past.count < most || now - past.askedAtMs > PAST_FOR_MS) {
      past = { count: most, askedAtMs: now, bars: this.#ask(topic, most) };
      this.#pasts.delete(name);
      this.#pasts.set(name, past);
      const [oldest] = this.#pasts.keys();
      if (this.#pasts.size > MAX_PASTS && oldest !== undefined) this.#pasts.delete(oldest);
    }
    return (await settlesWithin(past.bars, MAX_WAIT_MS)) ? past.bars : [];
  }

  async #ask(topic: MarketTopic, count: number): Promise<readonly Bar[]> {
    try {
      return await this.#parts.engine.history(topic, count);
    } catch (thrown) {
      const name = topicName(topic.symbol, topic.dataType);
      this.#parts.logger.log('warn', `the past of ${name} can't be had: ${messageOf(thrown)}`);
      return [];
    }
  }

  /** How many bars the feed may be asked for; 0 if it has none. */
  #mostOf(topic: MarketTopic, count: number): number {
    const { feed } = this.#parts;
    if (feed.history === undefined) return 0;
    let source: DataType;
    try {
      source = sourceOfTopic(feed, topic);
    } catch (thrown) {
      if (thrown instanceof QuantCellError) return 0;
      throw thrown;
    }
    const partMs = lengthOf(source);
    if (partMs === 0) return 0;
    return Math.min(count, Math.floor(MAX_PARTS / (lengthOf(topic.dataType) / partMs)) - 1);
  }

  /** What is remembered of smaller bars and of one kind of ticks, in the order in which it was known. */
  #pieces({ symbol, dataType }: MarketTopic): readonly MarketEvent[] {
    const broker = this.#parts.broker();
    const types = broker.topics
      .filter((topic) => topic.symbol === symbol && topic.last !== null)
      .map((topic) => topic.dataType);
    const smaller = types.filter(
      (type) => timeframeOf(type) !== undefined && lengthOf(type) < lengthOf(dataType),
    );
    const ticks = (['trade', 'quote', 'depth'] as const).find((type) => types.includes(type));
    return [...smaller, ...(ticks === undefined ? [] : [ticks])]
      .flatMap((type) => {
        const ms = lengthOf(type);
        return broker
          .getHistory(symbol, type)
          .map((event) => ({ event, at: event.timestamp + ms }));
      })
      .toSorted((one, other) => one.at - other.at)
      .map(({ event }) => event);
  }
}

/** Of a bar, milliseconds; 0 for topics of anything else. */
function lengthOf(dataType: DataType): number {
  const timeframe = timeframeOf(dataType);
  return timeframe === undefined ? 0 : timeframeMs(timeframe);
}
