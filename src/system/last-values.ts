import { priceOf } from '../execution/market-prices.ts';
import type { DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { topicName } from '../model/subscription.ts';
import type { QuantCell } from './quantcell.ts';

/** The newest event of a topic. */
export interface LastEvent {
  readonly symbol: string;
  readonly dataType: DataType;
  /** Number of the event in its topic. */
  readonly seq: number;
  /** Null for an event that tells none, as a change of an order book does. */
  readonly price: number | null;
  readonly event: MarketEvent | null;
  /** Why it is not to be acted on; null if it is live. */
  readonly staleBecause: string | null;
  readonly subscribers: number;
}

/** The newest event of each topic that is published or somebody subscribes to, or of those of some symbols. */
export function lastValuesOf(
  system: Pick<QuantCell, 'manager' | 'engine' | 'stalePublished' | 'feedFailure'>,
  symbols?: readonly string[],
): readonly LastEvent[] {
  const { manager, engine, stalePublished, feedFailure } = system;
  const wanted = symbols && new Set(symbols);
  const stale = new Map(
    stalePublished.map(({ topic, sinceMs }) => [topicName(topic.symbol, topic.dataType), sinceMs]),
  );
  const isOver = engine.getStats().endedAtMs !== undefined;
  const over = feedFailure === null ? 'the feed has ended' : `the feed failed: ${feedFailure}`;
  return manager.broker.topics
    .filter((topic) => wanted?.has(topic.symbol) ?? true)
    .filter((topic) => topic.last !== null || topic.subscribers.length > 0 || engine.has(topic))
    .map(({ symbol, dataType, seq, last, subscribers }) => {
      const sinceMs = stale.get(topicName(symbol, dataType));
      const heard = sinceMs === undefined ? null : `nothing was heard since ${timeOf(sinceMs)}`;
      return {
        symbol,
        dataType,
        seq,
        price: (last && priceOf(last)) ?? null,
        event: last,
        staleBecause: isOver ? over : heard,
        subscribers: subscribers.length,
      };
    });
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
