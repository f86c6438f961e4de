import type { Bar } from '../model/bar.ts';
import { timeframeOf, type DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { MarketTopic } from '../model/subscription.ts';
import { timeframeMs } from '../model/timeframe.ts';
import type { TradeTick } from '../model/trade-tick.ts';
import { BarAggregator } from './bar-aggregator.ts';
import type { Counter, DataTypeCounts } from './engine-stats.ts';

/** What becomes of the events of one symbol and data type. */
interface Channel {
  readonly counter: Counter;
  /** Somebody wants the events themselves, not only the bars made of them. */
  isPublished: boolean;
  /** Shortest timeframe first, so that bars that close together come in that order. */
  readonly makers: BarMaker[];
}

interface BarMaker {
  readonly aggregator: BarAggregator;
  readonly lengthMs: number;
  readonly counter: Counter;
}

/** The channels of one symbol, each where an event of its type is looked up. */
interface SymbolChannels {
  trade: Channel | undefined;
  quote: Channel | undefined;
  depth: Channel | undefined;
  readonly bars: Map<string, Channel>;
}

/**
 * Turns what a feed delivers into what is published: leaves out what nobody asked for, and adds the
 * bars made of it.
 *
 * Order: events keep that of the feed. A bar that an event shows to be over comes before that event,
 * and so after all of its parts; a bar that a smaller bar completes comes right after that one. Bars
 * that close together come shortest first.
 */
export class EventRouter {
  readonly #symbols = new Map<string, SymbolChannels>();
  readonly #counters = new Map<DataType, Counter>();
  #eventsOut = 0;
  #firstEventMs: number | undefined;
  #lastEventMs = Number.NEGATIVE_INFINITY;
  #eventsIn = 0;

  /** Publishes `topic` from here on, made of the feed's `source` if that is another data type. */
  add(topic: MarketTopic, source: DataType, discardFirstPartial: boolean): void {
    const channel = this.#channelOf(topic.symbol, source);
    const timeframe = timeframeOf(topic.dataType);
    if (topic.dataType === source || timeframe === undefined) {
      channel.isPublished = true;
      return;
    }
    const isKnown = channel.makers.some(({ aggregator }) => aggregator.timeframe === timeframe);
    if (isKnown) return;
    channel.makers.push({
      aggregator: new BarAggregator({ symbol: topic.symbol, timeframe, discardFirstPartial }),
      lengthMs: timeframeMs(timeframe),
      counter: this.#counterOf(topic.dataType),
    });
    channel.makers.sort((left, right) => left.lengthMs - right.lengthMs);
  }

  /** What to publish for a batch of the feed's events. */
  route(events: readonly MarketEvent[]): MarketEvent[] {
    const out: MarketEvent[] = [];
    for (const event of events) {
      const channel = this.#channelFor(event);
      if (channel === undefined) continue;
      channel.counter.in += 1;
      if (channel.makers.length === 0) {
        if (channel.isPublished) {
          channel.counter.out += 1;
          out.push(event);
        }
      } else {
        this.#routeWithBars(event as TradeTick | Bar, channel, out);
      }
      if (event.timestamp > this.#lastEventMs) this.#lastEventMs = event.timestamp;
    }
    this.#firstEventMs ??= events[0]?.timestamp;
    this.#eventsIn += events.length;
    this.#eventsOut += out.length;
    return out;
  }

  /** The bars still open at the end of the data, shortest first, symbols in the order they were asked for. */
  flush(): MarketEvent[] {
    const out: MarketEvent[] = [];
    for (const maker of this.#makers().sort((left, right) => left.lengthMs - right.lengthMs)) {
      pushBar(maker, maker.aggregator.flush(), out);
    }
    this.#eventsOut += out.length;
    return out;
  }

  getCounts(): {
    eventsIn: number;
    eventsOut: number;
    eventsLate: number;
    firstEventMs: number | undefined;
    lastEventMs: number | undefined;
    byDataType: Partial<Record<DataType, DataTypeCounts>>;
  } {
    const byDataType: Partial<Record<DataType, DataTypeCounts>> = {};
    for (const [dataType, counter] of this.#counters) byDataType[dataType] = { ...counter };
    let eventsLate = 0;
    for (const { aggregator } of this.#makers()) eventsLate += aggregator.late;
    return {
      eventsIn: this.#eventsIn,
      eventsOut: this.#eventsOut,
      eventsLate,
      firstEventMs: this.#firstEventMs,
      lastEventMs: Number.isFinite(this.#lastEventMs) ? this.#lastEventMs : undefined,
      byDataType,
    };
  }

  #routeWithBars(event: TradeTick | Bar, channel: Channel, out: MarketEvent[]): void {
    for (const maker of channel.makers) {
      pushBar(maker, maker.aggregator.closeBefore(event.timestamp), out);
    }
    if (channel.isPublished) {
      channel.counter.out += 1;
      out.push(event);
    }
    for (const maker of channel.makers) pushBar(maker, maker.aggregator.take(event), out);
  }

  #channelFor(event: MarketEvent): Channel | undefined {
    const channels = this.#symbols.get(event.symbol);
    if (channels === undefined) return undefined;
    switch (event.type) {
      case 'bar':
        return channels.bars.get(event.timeframe);
      case 'trade':
        return channels.trade;
      case 'quote':
        return channels.quote;
      case 'orderbook':
        return channels.depth;
    }
  }

  #channelOf(symbol: string, dataType: DataType): Channel {
    let channels = this.#symbols.get(symbol);
    if (channels === undefined) {
      channels = { trade: undefined, quote: undefined, depth: undefined, bars: new Map() };
      this.#symbols.set(symbol, channels);
    }
    const fresh = (): Channel => ({
      counter: this.#counterOf(dataType),
      isPublished: false,
      makers: [],
    });
    const timeframe = timeframeOf(dataType);
    if (timeframe === undefined) {
      return (channels[dataType as 'trade' | 'quote' | 'depth'] ??= fresh());
    }
    const known = channels.bars.get(timeframe) ?? fresh();
    channels.bars.set(timeframe, known);
    return known;
  }

  #counterOf(dataType: DataType): Counter {
    const counter = this.#counters.get(dataType) ?? { in: 0, out: 0 };
    this.#counters.set(dataType, counter);
    return counter;
  }

  #makers(): BarMaker[] {
    const makers: BarMaker[] = [];
    for (const { trade, bars } of this.#symbols.values()) {
      if (trade !== undefined) makers.push(...trade.makers);
      for (const channel of bars.values()) makers.push(...channel.makers);
    }
    return makers;
  }
}

function pushBar(maker: BarMaker, bar: Bar | undefined, out: MarketEvent[]): void {
  if (bar === undefined) return;
  maker.counter.out += 1;
  out.push(bar);
}
