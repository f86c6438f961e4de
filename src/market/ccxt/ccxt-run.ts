import { setMaxListeners } from 'node:events';
import type { LogLevel } from '../../base/logger.ts';
import { topicName, type MarketTopic } from '../../model/subscription.ts';
import type { MarketEvent } from '../../model/market-event.ts';
import type { MarketSink } from '../market-feed.ts';

import type { ResolvedCcxtFeedOptions } from './ccxt-feed-options.ts';
import {
  newCounts,
  type CcxtFeedListener,
  type CcxtFeedStats,
  type CcxtGap,
} from './ccxt-feed-stats.ts';
import { CcxtLine, type CcxtLineState } from './ccxt-line.ts';
import type { CcxtPorts } from './ccxt-ports.ts';
import { streamOf } from './ccxt-topics.ts';
import { Freshness } from './freshness.ts';
import { LiveTopic } from './live-topic.ts';

/** Freshness is looked at so many times within `staleAfterMs`. */
const LOOKS = 4;

/** One run of a `CcxtFeed`: its topics, from the start until its signal aborts or its sink fails. */
export class CcxtRun {
  /** Resolves once everything has ended after an abort; rejects with the sink's error. */
  readonly ended: Promise<void>;
  readonly freshness: Freshness;
  readonly #options: ResolvedCcxtFeedOptions;
  readonly #sink: MarketSink;
  readonly #listener: Required<CcxtFeedListener>;
  /** Aborts with the signal that was given, or when the sink fails. */
  readonly #ending = new AbortController();
  readonly #counts = newCounts();
  readonly #line: CcxtLine;
  readonly #topics = new Map<string, Promise<void>>();
  readonly #looking: NodeJS.Timeout;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    options: ResolvedCcxtFeedOptions,
    sink: MarketSink,
    signal: AbortSignal,
    listener: Required<CcxtFeedListener>,
  ) {
    const { exchange, clock, random, backoff, staleAfterMs } = options;
    this.#options = options;
    this.#sink = sink;
    this.#listener = listener;
    this.freshness = new Freshness(clock, staleAfterMs, {
      onStale: (symbol, dataType, sinceMs) => {
        const since = new Date(sinceMs).toISOString();
        this.#log('warn', `stale: nothing heard since ${since}`, { symbol, dataType });
        listener.onStale(symbol, dataType, sinceMs);
      },
      onFresh: (symbol, dataType) => {
        this.#log('info', 'up to date again', { symbol, dataType });
        listener.onFresh(symbol, dataType);
      },
    });
    this.#line = new CcxtLine({
      client: exchange.data,
      clock,
      random,
      backoff,
      signal: this.#ending.signal,
      onState: (state, error, retryMs) => this.#onState(state, error, retryMs),
    });
    this.#looking = setInterval(() => this.freshness.look(), staleAfterMs / LOOKS);
    // Each topic listens to it, and there may be hundreds.
    setMaxListeners(0, this.#ending.signal);
    const end = (): void => this.#ending.abort();
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    this.ended = this.#end().finally(() => signal.removeEventListener('abort', end));
  }

  /** Aborts when the run is about to end. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Those that it has are passed over. */
  add(topic: MarketTopic): void {
    const name = topicName(topic.symbol, topic.dataType);
    if (this.#topics.has(name) || this.#ending.signal.aborted) return;
    const ports = this.#ports();
    const lastMs = this.#sink.newestMs?.(topic);
    const live = new LiveTopic(ports, topic, streamOf(ports, topic, lastMs));
    this.freshness.add(topic, () => ({
      isWatching: live.isWatching,
      hasStream: live.hasStream,
      silentMs: this.#line.silentMs,
    }));
    this.#topics.set(name, live.run());
  }

  getStats(): CcxtFeedStats {
    return {
      ...this.#counts,
      state: this.#line.state,
      sockets: this.#line.sockets,
      reconnects: this.#line.reconnects,
      topics: this.#topics.size,
      staleTopics: this.freshness.staleTopics,
      lastEventAgeMs: this.freshness.lastEventAgeMs,
    };
  }

  #ports(): CcxtPorts {
    const { exchange, clock, random, backoff, settleMs, maxRefillBars, depthLevels } =
      this.#options;
    return {
      exchange,
      line: this.#line,
      counts: this.#counts,
      signal: this.#ending.signal,
      clock,
      random,
      backoff,
      settleMs,
      maxRefillBars,
      depthLevels,
      publish: (topic, events) => this.#publish(topic, events),
      heard: (topic) => this.freshness.heard(topic, false),
      gap: (topic, gap) => this.#onGap(topic, gap),
      log: (level, message, topic) => this.#log(level, message, topic),
    };
  }

  #publish(topic: MarketTopic, events: readonly MarketEvent[]): void {
    if (this.#ending.signal.aborted) return;
    this.freshness.heard(topic, true);
    try {
      this.#sink.publish(events)?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#ending.abort();
  }

  async #end(): Promise<void> {
    const { signal } = this.#ending;
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    clearInterval(this.#looking);
    this.freshness.clear();
    await Promise.all(this.#topics.values());
    await this.#line.close(() => this.#options.exchange.dataSockets.discard());
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #onState(state: CcxtLineState, error: unknown, retryMs: number): void {
    const { exchange } = this.#options;
    if (error !== undefined) {
      const why = exchange.describe(error);
      const what = state === 'connecting' ? 'no connection' : 'the connection was lost';
      this.#log('warn', `${what}: ${why}; next attempt in ${Math.round(retryMs)} ms`);
    } else if (state === 'live') {
      this.#log('info', 'connected');
    }
    this.#listener.onConnection(state);
  }

  #onGap(topic: MarketTopic, gap: CcxtGap): void {
    const lost =
      gap.lost === 0 ? 'none lost' : `${gap.lost ?? 'nobody knows how many'} lost for good`;
    const level = gap.lost === 0 ? 'info' : 'warn';
    this.#log(level, `a gap: ${gap.refilled} came from the archive, ${lost}`, topic);
    this.#listener.onGap(topic.symbol, topic.dataType, gap);
  }

  #log(level: LogLevel, message: string, topic?: MarketTopic): void {
    const { exchange, logger } = this.#options;
    const what = topic === undefined ? '' : ` ${topicName(topic.symbol, topic.dataType)}`;
    logger.log(level, `${exchange.id}${what}: ${message}`, { exchange: exchange.id, ...topic });
  }
}
