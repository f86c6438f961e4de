import { Recent } from '../base/recent.ts';
import type { Bar } from '../model/bar.ts';
import type { DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { parseSymbol } from '../model/symbol.ts';
import { topicName } from '../model/subscription.ts';

/** Bars of a topic from before its events: they have no numbers, as nobody was ever shown them. */
export interface TopicPast {
  readonly bars: readonly Bar[];
  /** Number of the first event after them. */
  readonly beforeSeq: number;
}

/** A topic as the broker keeps it. */
export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly symbol: string;
  readonly dataType: DataType;
  /** The newest events; the last one has sequence number `seq`. */
  readonly recent: Recent<MarketEvent>;
  /** Sequence number of the newest event, 0 if there was none. */
  seq: number;
  /** `seq` when beacons were last thought of. */
  lookedSeq: number;
  /** The last sequence number that a beacon repeated. */
  beaconSeq: number;
  /** For bars: those from before the events, if anybody has brought them. */
  past: TopicPast | undefined;
  /** Workers that subscribe to it. */
  readonly subscribers: Set<string>;
}

/** Where topics are kept over hosts, with their numbers. */
export interface TopicRegistry {
  load(): readonly { readonly id: number; readonly symbol: string; readonly dataType: DataType }[];
  add(topic: { readonly id: number; readonly symbol: string; readonly dataType: DataType }): void;
}

/** Finds topics: by event on the hot path, by name elsewhere, by id for workers. */
export class TopicBook {
  readonly historyLimit: number;
  readonly #registry: TopicRegistry | undefined;
  readonly #byId: Topic[] = [];
  readonly #byName = new Map<string, Topic>();
  // Of a symbol's topics there are few, so that looking through them beats building a name for each event.
  readonly #bySymbol = new Map<
    string,
    { readonly kind: string; readonly timeframe: string; readonly topic: Topic }[]
  >();

  constructor(historyLimit: number, registry?: TopicRegistry) {
    this.historyLimit = historyLimit;
    for (const { symbol, dataType } of registry?.load() ?? []) this.findOrAdd(symbol, dataType);
    this.#registry = registry;
  }

  get all(): readonly Topic[] {
    return this.#byId;
  }

  /** Numbers the events of topics from at least these on. */
  continueFrom(lastSeqs: ReadonlyMap<number, number>): void {
    for (const [topicId, seq] of lastSeqs) {
      const topic = this.byId(topicId);
      if (topic === undefined || topic.seq >= seq) continue;
      topic.seq = seq;
      // What is remembered has other numbers.
      topic.recent.clear();
    }
  }

  get lastSeqs(): ReadonlyMap<number, number> {
    const begun = this.#byId.filter(({ seq }) => seq > 0);
    return new Map(begun.map(({ id, seq }) => [id, seq]));
  }

  byId(id: number): Topic | undefined {
    return this.#byId[id - 1];
  }

  find(symbol: string, dataType: DataType): Topic | undefined {
    return this.#byName.get(topicName(symbol, dataType));
  }

  findOrAdd(symbol: string, dataType: DataType): Topic {
    const name = topicName(symbol, dataType);
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const topic: Topic = {
      id: this.#byId.length + 1,
      name,
      symbol,
      dataType,
      recent: new Recent<MarketEvent>(this.historyLimit),
      seq: 0,
      lookedSeq: 0,
      beaconSeq: 0,
      past: undefined,
      subscribers: new Set(),
    };
    this.#byId.push(topic);
    this.#byName.set(name, topic);
    const ofSymbol = this.#bySymbol.get(symbol) ?? [];
    ofSymbol.push({
      kind: EVENT_KIND[dataType] ?? 'bar',
      timeframe: dataType.slice('kline@'.length),
      topic,
    });
    this.#bySymbol.set(symbol, ofSymbol);
    this.#registry?.add(topic);
    return topic;
  }

  /** The topic of an event that `ofEvent` does not know. @throws {InvalidSymbolError} code `INVALID_SYMBOL` */
  addOf(event: MarketEvent): Topic {
    const dataType: DataType =
      event.type === 'bar'
        ? `kline@${event.timeframe}`
        : event.type === 'orderbook'
          ? 'depth'
          : event.type;
    return this.findOrAdd(parseSymbol(event.symbol), dataType);
  }

  /** The topic of an event; undefined if nobody ever named it. */
  ofEvent(event: MarketEvent): Topic | undefined {
    const ofSymbol = this.#bySymbol.get(event.symbol);
    if (ofSymbol === undefined) return undefined;
    const { type } = event;
    for (const { kind, timeframe, topic } of ofSymbol) {
      if (kind === type && (type !== 'bar' || timeframe === event.timeframe)) return topic;
    }
    return undefined;
  }
}

/** The event type of each data type that is not a bar's. */
const EVENT_KIND: Readonly<Record<string, MarketEvent['type']>> = {
  trade: 'trade',
  quote: 'quote',
  depth: 'orderbook',
};
