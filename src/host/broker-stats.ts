import type { DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { Topic } from './topic-book.ts';

export interface TopicStats {
  readonly symbol: string;
  readonly dataType: DataType;
  readonly subscribers: readonly string[];
  /** Sequence number of the newest event; on a home directory it goes on over hosts. */
  readonly seq: number;
  readonly last: MarketEvent | null;
}

export interface BrokerStats {
  readonly topics: number;
  readonly subscribers: number;
  /** Events published, whether or not anybody subscribed. */
  readonly published: number;
  /** Events that had at least one subscriber. */
  readonly sent: number;
  /** Events that a preprocessor dropped. */
  readonly filtered: number;
  /** Events too large for the transport; bars among them are refilled. */
  readonly oversized: number;
}

export function statsOf({ symbol, dataType, subscribers, seq, recent }: Topic): TopicStats {
  return { symbol, dataType, subscribers: [...subscribers], seq, last: recent.last() ?? null };
}
