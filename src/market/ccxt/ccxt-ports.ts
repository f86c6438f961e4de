import type { BackoffOptions } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { LogLevel } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { CcxtExchange } from '../../exchange/ccxt-exchange.ts';
import type { MarketEvent } from '../../model/market-event.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import type { CcxtFeedCounts, CcxtGap } from './ccxt-feed-stats.ts';
import type { CcxtLine } from './ccxt-line.ts';

/** The part of an exchange that a feed uses. */
export type CcxtMarketSource = Pick<
  CcxtExchange,
  'id' | 'data' | 'dataSockets' | 'nowMs' | 'describe' | 'instruments'
>;

/** What the topics of a run share. */
export interface CcxtPorts {
  readonly exchange: CcxtMarketSource;
  readonly line: CcxtLine;
  readonly counts: CcxtFeedCounts;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: BackoffOptions;
  readonly settleMs: number;
  readonly maxRefillBars: number;
  readonly depthLevels: number;
  publish(topic: MarketTopic, events: readonly MarketEvent[]): void;
  /** The exchange has said something about a topic. */
  heard(topic: MarketTopic): void;
  gap(topic: MarketTopic, gap: CcxtGap): void;
  log(level: LogLevel, message: string, topic?: MarketTopic): void;
}

/** What one data type does with what the exchange says. */
export interface CcxtStream {
  /** The exchange's next words, undefined for a stream that only asks. Each call is made once the one before has settled. */
  readonly watch: (() => Promise<unknown>) | undefined;
  /** Takes in what `watch` gave. Must not wait: what comes meanwhile would be lost. */
  take(words: unknown): void;
  /** A subscription is under way, also after a cut. */
  begin?(): void;
  /** The connection is gone. */
  cut?(): void;
  /** Nothing is to be done any more. */
  stop?(): void;
}
