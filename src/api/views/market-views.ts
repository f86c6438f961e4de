import type { Bar } from '../../model/bar.ts';
import { lastValuesOf, type LastEvent } from '../../system/last-values.ts';
import type { QuantCell } from '../../system/quantcell.ts';
import type { Service } from '../../system/service/service.ts';
import type { BarView, FeedStatusView, LastValue } from '../contract/market-routes.ts';

export function barView(bar: Bar): BarView {
  const { symbol, timeframe, timestamp, open, high, low, close, volume } = bar;
  return { symbol, timeframe, timestamp: Math.floor(timestamp), open, high, low, close, volume };
}

/** The newest event of each topic, or of those of some symbols. */
export function lastValueViews({ system }: Service, symbols?: readonly string[]): LastValue[] {
  return lastValuesOf(system, symbols).map(lastValueView);
}

export function lastValueView(last: LastEvent): LastValue {
  const { event, price } = last;
  return {
    symbol: last.symbol,
    dataType: last.dataType,
    seq: last.seq,
    // A quote of which one side is missing has no middle.
    price: price !== null && Number.isFinite(price) ? price : null,
    timestamp: event && Math.floor(event.timestamp),
    event: event && { ...event },
    staleBecause: last.staleBecause,
    subscribers: last.subscribers,
  };
}

/** Whether market data comes in. */
export function feedView({ system, samples }: Service): FeedStatusView {
  const stats = system.engine.getStats();
  const topics = system.manager.broker.topics.filter((topic) => system.engine.has(topic)).length;
  return {
    feed: system.feed.name,
    ...stateOf(system, topics),
    eventsPerSecond: samples.system?.eventsInPerSecond ?? 0,
    eventsIn: stats.eventsIn,
    eventsOut: stats.eventsOut,
    eventsLate: stats.eventsLate,
    lastEventAt: stats.lastEventMs === undefined ? null : Math.floor(stats.lastEventMs),
    topics,
    stale: system.stalePublished.map(({ topic, sinceMs }) => ({
      symbol: topic.symbol,
      dataType: topic.dataType,
      since: Math.floor(sinceMs),
    })),
  };
}

function stateOf(system: QuantCell, topics: number): Pick<FeedStatusView, 'state' | 'reason'> {
  const { startedAtMs, endedAtMs, eventsIn } = system.engine.getStats();
  if (system.feedFailure !== null) return { state: 'failed', reason: system.feedFailure };
  if (endedAtMs !== undefined) return { state: 'ended', reason: 'the feed has ended' };
  if (startedAtMs === undefined)
    return { state: 'starting', reason: 'the feed is not started yet' };
  const stale = system.stalePublished.length;
  if (stale > 0)
    return { state: 'stale', reason: `nothing is heard of ${stale} of ${topics} topics` };
  if (topics === 0) return { state: 'live', reason: 'no worker subscribes to anything yet' };
  if (eventsIn === 0) return { state: 'starting', reason: 'nothing has come yet' };
  return { state: 'live', reason: null };
}
