import { onTestFinished } from 'vitest';
import type { CcxtExchange } from '../../../src/exchange/ccxt-exchange.ts';
import { CcxtFeed } from '../../../src/market/ccxt/ccxt-feed.ts';
import type { CcxtFeedOptions } from '../../../src/market/ccxt/ccxt-feed-options.ts';
import type { LogLevel } from '../../../src/base/logger.ts';
import type { Bar } from '../../../src/model/bar.ts';
import type { DataType } from '../../../src/model/data-type.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import type { MarketTopic } from '../../../src/model/subscription.ts';
import type { TradeTick } from '../../../src/model/trade-tick.ts';
import { open } from '../exchange/opening.ts';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { waitFor } from '../support/wait.ts';

export const BTC = 'BTC/USDT';

export function topic(dataType: DataType, symbol = BTC): MarketTopic {
  return { symbol, dataType };
}

/** A feed that runs against a local exchange, and what it has told; it ends with the test. */
export class LiveFeed {
  readonly feed: CcxtFeed;
  readonly exchange: CcxtExchange;
  readonly events: MarketEvent[] = [];
  readonly lines: { readonly level: LogLevel; readonly message: string }[];
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  private constructor(
    exchange: CcxtExchange,
    feed: CcxtFeed,
    topics: readonly MarketTopic[],
    { lines, newestMs }: { lines: LiveFeed['lines']; newestMs?: (topic: MarketTopic) => number },
  ) {
    this.exchange = exchange;
    this.feed = feed;
    this.lines = lines;
    const sink = {
      publish: (events: readonly MarketEvent[]) => void this.events.push(...events),
      ...(newestMs && { newestMs }),
    };
    this.#ended = feed.run(topics, sink, this.#stopping.signal);
  }

  static async start(
    sim: SimProcess,
    topics: readonly MarketTopic[],
    options: Partial<CcxtFeedOptions> & { newestMs?: (topic: MarketTopic) => number } = {},
  ): Promise<LiveFeed> {
    const { newestMs, ...feedOptions } = options;
    const exchange = await open(sim);
    const lines: LiveFeed['lines'] = [];
    const logger = {
      log: (level: LogLevel, message: string) => void lines.push({ level, message }),
    };
    const feed = new CcxtFeed({ exchange, logger, settleMs: 1_000, ...feedOptions });
    const live = new LiveFeed(exchange, feed, topics, { lines, ...(newestMs && { newestMs }) });
    onTestFinished(() => live.stop());
    return live;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  bars(symbol = BTC, timeframe = '1s'): Bar[] {
    return this.events.filter(
      (event): event is Bar =>
        event.type === 'bar' && event.symbol === symbol && event.timeframe === timeframe,
    );
  }

  trades(symbol = BTC): TradeTick[] {
    return this.events.filter(
      (event): event is TradeTick => event.type === 'trade' && event.symbol === symbol,
    );
  }

  /** Waits until there are so many more events that `pick` picks. */
  async more(count: number, pick: () => readonly unknown[]): Promise<void> {
    const before = pick().length;
    await waitFor(`${count} more events`, () => pick().length >= before + count);
  }
}

/** Each trade has the number after that of the one before. */
export function countsUp(trades: readonly TradeTick[]): boolean {
  return trades.every(({ tradeId }, index) => {
    return Number(tradeId) === Number(trades[0]?.tradeId) + index;
  });
}

/** An exchange whose market moves by itself. */
export function moving(...options: readonly string[]): Promise<SimProcess> {
  return SimProcess.start('--tick', '50', ...options);
}

/** Distances between bars that follow one another, each once. */
export function steps(bars: readonly Bar[]): number[] {
  const distances = bars
    .slice(1)
    .map((bar, index) => bar.timestamp - (bars[index] as Bar).timestamp);
  return [...new Set(distances)];
}
