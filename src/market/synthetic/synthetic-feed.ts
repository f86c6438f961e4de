import { klineOf, type DataType } from '../../model/data-type.ts';
import type { MarketEvent } from '../../model/market-event.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import { Pacer } from '../pacer.ts';
import { eventLoopTurn, settledOrAborted } from '../waiting.ts';
import { SyntheticMarket } from './synthetic-market.ts';
import {
  resolveSyntheticOptions,
  type ResolvedSyntheticOptions,
  type SyntheticFeedOptions,
} from './synthetic-options.ts';

/**
 * A made-up market: trades, best prices, order books and bars of several correlated symbols, all
 * consistent with one another. Each run begins anew, and the same options give the same events,
 * whichever topics are asked for; only at `realtime` without `startMs` their timestamps begin now.
 *
 * It waits for the sink at every speed and then catches up with the clock.
 */
export class SyntheticFeed implements MarketFeed {
  readonly name = 'synthetic';
  readonly replays: boolean;
  readonly symbols: readonly string[];
  readonly #options: ResolvedSyntheticOptions;
  readonly #dataTypes: readonly DataType[];
  #market: SyntheticMarket | undefined;

  /** @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION` */
  constructor(options: SyntheticFeedOptions = {}) {
    this.#options = resolveSyntheticOptions(options);
    this.symbols = this.#options.symbols;
    this.replays = this.#options.speed !== 'realtime';
    this.#dataTypes = ['trade', 'quote', 'depth', klineOf(this.#options.timeframe)];
  }

  get beginsAtMs(): number | undefined {
    return this.#options.startMs;
  }

  dataTypesOf(symbol: string): readonly DataType[] {
    return this.symbols.includes(symbol) ? this.#dataTypes : [];
  }

  addTopics(topics: readonly MarketTopic[]): void {
    for (const topic of topics) this.#market?.want(topic);
  }

  async run(topics: readonly MarketTopic[], sink: MarketSink, signal: AbortSignal): Promise<void> {
    const { speed, clock, sleep, durationMs, maxEvents } = this.#options;
    const startMs = this.#options.startMs ?? clock.now();
    const market = new SyntheticMarket(this.#options, startMs);
    this.#market = market;
    this.addTopics(topics);
    const pacer = new Pacer(speed, clock, sleep);
    const endMs = startMs + durationMs;
    let sent = 0;
    let pending: MarketEvent[] = [];
    while (!signal.aborted && sent < maxEvents) {
      const isOver = this.#collect(market, pending, pacer.horizonMs(startMs), endMs);
      pending.length = Math.min(pending.length, maxEvents - sent);
      sent += pending.length;
      if (pending.length > 0) await this.#publish(pending, sink, signal);
      if (isOver) return;
      if (pending.length === 0 && market.nextMs < endMs) await eventLoopTurn();
      pending = [];
      await pacer.until(Math.min(market.nextMs, endMs), signal);
    }
  }

  /** Steps through what is due, for about a batch; true if that was the end of the market. */
  #collect(
    market: SyntheticMarket,
    pending: MarketEvent[],
    horizonMs: number,
    endMs: number,
  ): boolean {
    const { maxBatchEvents } = this.#options;
    // A market that nobody listens to has steps without events, which are as many as the batch too.
    for (let steps = 0; steps < maxBatchEvents && pending.length < maxBatchEvents; steps += 1) {
      if (market.nextMs >= endMs) {
        market.end(pending);
        return true;
      }
      if (market.nextMs > horizonMs) return false;
      market.step(pending);
    }
    return false;
  }

  async #publish(pending: MarketEvent[], sink: MarketSink, signal: AbortSignal): Promise<void> {
    const { maxBatchEvents } = this.#options;
    for (let from = 0; from < pending.length && !signal.aborted; from += maxBatchEvents) {
      const batch =
        pending.length <= maxBatchEvents ? pending : pending.slice(from, from + maxBatchEvents);
      const published = sink.publish(batch);
      if (published !== undefined) await settledOrAborted(published, signal);
      await eventLoopTurn();
    }
  }
}
