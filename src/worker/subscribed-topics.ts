import type { Bar } from '../model/bar.ts';
import { timeframeOf, type DataType } from '../model/data-type.ts';
import type { SubscribedTopic } from '../protocol/host-message.ts';
import type { CallbackName } from '../strategy/definition.ts';
import { quote } from '../base/errors.ts';
import type { Positions } from '../protocol/positions.ts';
import { BarSeries } from './bar-series.ts';
import { StrategyUsageError } from './errors.ts';
import type { LoadedStrategy } from './strategy-loader.ts';

/** Bars of each topic that `ctx.history` can give, if the strategy's warm-up does not ask for more. */
const DEFAULT_HISTORY_BARS = 1_000;

/** A topic as its events arrive in this worker. */
export interface TopicState {
  readonly topicId: number;
  readonly symbol: string;
  readonly dataType: DataType;
  readonly timeframe: string;
  /** Milliseconds from an event's timestamp to when it is known: a bar's length, else 0. */
  readonly knownAfterMs: number;
  /** A trade or quote topic: for a worker that is behind, only the newest counts. */
  readonly isTick: boolean;
  /** The strategy's callback for this topic; undefined if it has none. */
  readonly callback: CallbackName | undefined;
  /** Bars seen so far; undefined unless this is a bar topic. */
  readonly bars: BarSeries | undefined;
  /** Sequence number of the last event taken. */
  lastSeq: number;
  /** It is known from where its events are shown. */
  begun: boolean;
}

/** The topics of one worker, by id for each event and by name for `ctx.history`. */
export class SubscribedTopics {
  readonly #strategy: LoadedStrategy;
  readonly #historyBars: number;
  readonly #lengthOf: (timeframe: string) => number;
  #byId: (TopicState | undefined)[] = [];

  constructor(strategy: LoadedStrategy, warmup: number, lengthOf: (timeframe: string) => number) {
    this.#strategy = strategy;
    this.#historyBars = Math.max(DEFAULT_HISTORY_BARS, warmup);
    this.#lengthOf = lengthOf;
  }

  get(topicId: number): TopicState | undefined {
    return this.#byId[topicId];
  }

  /** How far each topic is. */
  positions(): Positions {
    const positions = new Map<number, number>();
    for (const topic of this.#byId) {
      if (topic?.begun === true) positions.set(topic.topicId, topic.lastSeq);
    }
    return positions;
  }

  describe(): (SubscribedTopic & { readonly lastSeq: number })[] {
    return this.#byId.flatMap((topic) => {
      if (topic?.begun !== true) return [];
      const { topicId, symbol, dataType, lastSeq } = topic;
      return [{ topicId, symbol, dataType, lastSeq }];
    });
  }

  /** Replaces the set; a topic that stays keeps its place and its bars. Returns those that are left. */
  replace(topics: readonly SubscribedTopic[]): readonly TopicState[] {
    const next: (TopicState | undefined)[] = [];
    for (const { topicId, symbol, dataType } of topics) {
      next[topicId] =
        this.#known(topicId, symbol, dataType) ??
        this.#create(topicId, symbol, dataType as DataType);
    }
    const kept = new Set(next.map((topic) => topic && `${topic.dataType}:${topic.symbol}`));
    const left = this.#byId.filter(
      (topic) => topic && !kept.has(`${topic.dataType}:${topic.symbol}`),
    );
    this.#byId = next;
    return left as TopicState[];
  }

  /** The topic as it is here, if need be under the number that another host gives it. */
  #known(topicId: number, symbol: string, dataType: string): TopicState | undefined {
    const isIt = (topic: TopicState | undefined): boolean =>
      topic?.symbol === symbol && topic.dataType === dataType;
    const same = this.#byId[topicId];
    if (isIt(same)) return same;
    const renumbered = this.#byId.find(isIt);
    return renumbered && { ...renumbered, topicId };
  }

  history(symbol: string, timeframe: string, count: number): readonly Bar[] {
    for (const topic of this.#byId) {
      if (topic?.bars !== undefined && topic.symbol === symbol && topic.timeframe === timeframe) {
        return topic.bars.toArray(count);
      }
    }
    const known = this.#byId.flatMap((topic) =>
      topic?.bars ? [`${topic.symbol} ${topic.timeframe}`] : [],
    );
    throw new StrategyUsageError(
      'NOT_SUBSCRIBED',
      `history(${quote(symbol)}, ${quote(timeframe)}): this worker gets bars of ${known.join(', ') || 'nothing'}`,
      { symbol, timeframe },
    );
  }

  #create(topicId: number, symbol: string, dataType: DataType): TopicState {
    const timeframe = timeframeOf(dataType);
    const isBar = timeframe !== undefined;
    return {
      topicId,
      symbol,
      dataType,
      timeframe: timeframe ?? '',
      knownAfterMs: isBar ? this.#lengthOf(timeframe) : 0,
      isTick: dataType === 'trade' || dataType === 'quote',
      callback: callbackFor(dataType, this.#strategy),
      bars: isBar ? new BarSeries(symbol, timeframe, this.#historyBars) : undefined,
      lastSeq: 0,
      begun: false,
    };
  }
}

function callbackFor(dataType: DataType, strategy: LoadedStrategy): CallbackName | undefined {
  const has = (name: CallbackName): boolean => strategy[name] !== undefined;
  if (dataType === 'depth') return has('onOrderBook') ? 'onOrderBook' : undefined;
  if (dataType === 'trade' && has('onTrade')) return 'onTrade';
  if (dataType === 'quote' && has('onQuote')) return 'onQuote';
  if (dataType === 'trade' || dataType === 'quote') return has('onTick') ? 'onTick' : undefined;
  return has('onBar') ? 'onBar' : undefined;
}
