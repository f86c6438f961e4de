import { messageOf } from '../../base/errors.ts';
import { timeframeOf, type DataType } from '../../model/data-type.ts';
import type { Bar } from '../../model/bar.ts';
import { topicName, type MarketTopic } from '../../model/subscription.ts';
import { barOpenMs, timeframeMs } from '../../model/timeframe.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import { sourceOfTopic } from '../topic-source.ts';
import { fetchBars } from './bar-history.ts';
import { barOf } from './bar-row.ts';
import {
  resolveCcxtFeedOptions,
  type CcxtFeedOptions,
  type ResolvedCcxtFeedOptions,
} from './ccxt-feed-options.ts';
import type { CcxtFeedListener, CcxtFeedStats } from './ccxt-feed-stats.ts';
import { CcxtRun } from './ccxt-run.ts';
import { settle } from './ccxt-settings.ts';
import { endRequestsWith } from './request-ends.ts';
import { dataTypesOfExchange } from './ccxt-topics.ts';

/** Pings are sent so many times within the time after which silence is called stale. */
const PINGS = 3;

/**
 * The market data of an exchange, live, by way of ccxt. Streams that end are taken up again, and what was missed
 * meanwhile comes from the exchange's archive (REST), in order and before what follows: bars have no hole and
 * none comes twice.
 *
 * A bar is told when it is over: when one after it has come, or when the archive has it `settleMs` after its end.
 */
export class CcxtFeed implements MarketFeed {
  readonly name: string;
  readonly replays = false;
  readonly symbols: readonly string[];
  readonly #options: ResolvedCcxtFeedOptions;
  readonly #symbolSet: ReadonlySet<string>;
  readonly #dataTypes: readonly DataType[];
  readonly #listeners = new Set<CcxtFeedListener>();
  #run: CcxtRun | undefined;

  /** @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION` */
  constructor(options: CcxtFeedOptions) {
    this.#options = resolveCcxtFeedOptions(options);
    const { exchange, staleAfterMs } = this.#options;
    this.name = exchange.id;
    this.symbols = exchange.instruments.map(({ symbol }) => symbol);
    this.#symbolSet = new Set(this.symbols);
    this.#dataTypes = dataTypesOfExchange(exchange);
    settle(exchange.data, Math.ceil(staleAfterMs / PINGS));
    endRequestsWith(exchange.data, undefined);
  }

  dataTypesOf(symbol: string): readonly DataType[] {
    return this.#symbolSet.has(symbol) ? this.#dataTypes : [];
  }

  /** Tells a listener what happens; returns the function that ends that. A listener that throws ends nothing else. */
  listen(listener: CcxtFeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async run(topics: readonly MarketTopic[], sink: MarketSink, signal: AbortSignal): Promise<void> {
    const run = new CcxtRun(this.#options, sink, signal, {
      onStale: (...facts) => this.#tell((listener) => listener.onStale?.(...facts)),
      onFresh: (...facts) => this.#tell((listener) => listener.onFresh?.(...facts)),
      onConnection: (state) => this.#tell((listener) => listener.onConnection?.(state)),
      onGap: (...facts) => this.#tell((listener) => listener.onGap?.(...facts)),
    });
    this.#run = run;
    endRequestsWith(this.#options.exchange.data, run.signal);
    this.addTopics(topics);
    await run.ended;
  }

  /** One that the exchange does not have is logged and left out, and the others go on. */
  addTopics(topics: readonly MarketTopic[]): void {
    for (const topic of topics) {
      try {
        if (sourceOfTopic(this, topic) === topic.dataType) this.#run?.add(topic);
      } catch (thrown) {
        const name = topicName(topic.symbol, topic.dataType);
        this.#options.logger.log('error', `${name} is left out: ${messageOf(thrown)}`, {
          ...topic,
        });
      }
    }
  }

  /**
   * The newest bars that are over, oldest first, from the archive; fewer where it has no more.
   *
   * @throws {UnknownMarketSymbolError | MarketDataUnavailableError} as `RealtimeEngine.subscribe`
   * @throws ccxt's error if the exchange can't be asked
   */
  async history(topic: MarketTopic, count: number, signal?: AbortSignal): Promise<Bar[]> {
    sourceOfTopic(this, topic);
    const timeframe = timeframeOf(topic.dataType);
    if (timeframe === undefined || count <= 0) return [];
    const { exchange } = this.#options;
    const { symbol } = topic;
    const lengthMs = timeframeMs(timeframe);
    const toMs = barOpenMs(exchange.nowMs, lengthMs);
    const past = { symbol, timeframe, lengthMs, fromMs: toMs - count * lengthMs, toMs };
    const { rows } = await fetchBars(exchange.data, past, signal ?? new AbortController().signal);
    return rows.slice(-count).map((row) => barOf(row, symbol, timeframe));
  }

  /** True while the data of a symbol is older than it may be, and for a symbol without a topic. */
  isStale(symbol: string): boolean {
    return this.#run?.freshness.isStale(symbol) ?? true;
  }

  /** When the last event of a symbol came, ms since the epoch; undefined before there was one. */
  lastEventAt(symbol: string): number | undefined {
    return this.#run?.freshness.lastEventAt(symbol);
  }

  /** Of the run under way or the last one; undefined before the first. */
  getStats(): CcxtFeedStats | undefined {
    return this.#run?.getStats();
  }

  #tell(say: (listener: CcxtFeedListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        say(listener);
      } catch (thrown) {
        this.#options.logger.log('error', `a listener of the feed threw: ${messageOf(thrown)}`);
      }
    }
  }
}
