import type { DataType } from '../../model/data-type.ts';
import type { CcxtLineState } from './ccxt-line.ts';
import type { FreshnessListener } from './freshness.ts';

/** What has happened in a run, for status. */
export interface CcxtFeedCounts {
  /** Holes of a topic that were filled from the archive. */
  gapsFilled: number;
  barsRefilled: number;
  /** Bars that were not asked for, since the hole was longer than `maxRefillBars`. */
  barsMissed: number;
  tradesRefilled: number;
  /** Trades that the archive does not have any more. */
  tradesMissed: number;
  /** Holes of which nobody knows how many trades are lost. */
  tradeGapsUnknown: number;
  /** What came twice, or after its time, and was left out. */
  doubled: number;
  /** Errors of single topics, which were tried again. */
  topicErrors: number;
}

export function newCounts(): CcxtFeedCounts {
  return {
    gapsFilled: 0,
    barsRefilled: 0,
    barsMissed: 0,
    tradesRefilled: 0,
    tradesMissed: 0,
    tradeGapsUnknown: 0,
    doubled: 0,
    topicErrors: 0,
  };
}

/** What was not told in time: it was asked for afterwards, and may be gone. */
export interface CcxtGap {
  /** Events that came from the exchange's archive. */
  readonly refilled: number;
  /** Events that are lost; undefined if some may be and nobody can say how many. */
  readonly lost: number | undefined;
}

export interface CcxtFeedListener extends Partial<FreshnessListener> {
  /** The connection was lost, found again or closed. */
  onConnection?(state: CcxtLineState): void;
  /** Events were missed, and came from the archive as far as it has them. */
  onGap?(symbol: string, dataType: DataType, gap: CcxtGap): void;
}

export interface CcxtFeedStats extends Readonly<CcxtFeedCounts> {
  readonly state: CcxtLineState;
  /** Connections of market data that are open. */
  readonly sockets: number;
  readonly reconnects: number;
  readonly topics: number;
  readonly staleTopics: number;
  /** Since the newest event of all, milliseconds; undefined before there was one. */
  readonly lastEventAgeMs: number | undefined;
}
