import { describe, expect, it } from 'vitest';
import type { FeedListener, MarketFeed } from '../../../src/market/market-feed.ts';
import { RealtimeEngine } from '../../../src/market/realtime-engine.ts';
import type { OrderPort } from '../../../src/host/order-port.ts';
import { FeedWatch } from '../../../src/system/feed-watch.ts';

const SINCE = Date.UTC(2022, 0, 1);

/** A live feed of trades and bars of a minute that says what is stale. */
class StaleFeed implements MarketFeed {
  readonly name = 'stale';
  readonly replays = false;
  readonly listeners = new Set<FeedListener>();

  dataTypesOf(): ReturnType<MarketFeed['dataTypesOf']> {
    return ['trade', 'kline@1m'];
  }

  run(): Promise<void> {
    return Promise.resolve();
  }

  listen(listener: FeedListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stale(dataType: 'trade' | 'kline@1m', symbol = 'A/B'): void {
    for (const listener of this.listeners) listener.onStale?.(symbol, dataType, SINCE);
  }

  fresh(dataType: 'trade' | 'kline@1m', symbol = 'A/B'): void {
    for (const listener of this.listeners) listener.onFresh?.(symbol, dataType);
  }
}

function rigOf() {
  const feed = new StaleFeed();
  const engine = new RealtimeEngine({ feed, sink: { publish: () => undefined } });
  const told: string[] = [];
  const trading: string[] = [];
  const watch = new FeedWatch({
    feed,
    engine,
    manager: {
      tellFeedStatus: ({ symbol, dataType, status }) =>
        void told.push(`${dataType} ${symbol} ${status}`),
    },
    trading: {
      port: {} as OrderPort,
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      onMarket: () => undefined,
      setStale: (symbol, reason) => void trading.push(`${symbol}: ${reason}`),
    },
  });
  return { feed, engine, told, trading, watch };
}

describe('a feed that has stale data', () => {
  it('is told to the strategies, also to those with bars that are made of it', () => {
    const { feed, engine, told } = rigOf();
    engine.subscribe([
      { symbol: 'A/B', dataType: 'kline@5m' },
      { symbol: 'A/B', dataType: 'trade' },
      { symbol: 'C/D', dataType: 'kline@5m' },
    ]);
    feed.stale('kline@1m');
    feed.fresh('kline@1m');
    expect(told).toEqual([
      'kline@1m A/B stale',
      'kline@5m A/B stale',
      'kline@1m A/B live',
      'kline@5m A/B live',
    ]);
  });

  it('is shown by what is published of it', () => {
    const { feed, engine, watch } = rigOf();
    engine.subscribe([{ symbol: 'A/B', dataType: 'kline@5m' }]);
    feed.stale('kline@1m');
    expect(watch.stale).toEqual([
      { topic: { symbol: 'A/B', dataType: 'kline@1m' }, sinceMs: SINCE },
    ]);
    expect(watch.stalePublished).toEqual([
      { topic: { symbol: 'A/B', dataType: 'kline@5m' }, sinceMs: SINCE },
    ]);
    feed.fresh('kline@1m');
    expect(watch.stalePublished).toEqual([]);
  });

  it('says why it has ended before its time', async () => {
    const { feed, engine, watch } = rigOf();
    feed.run = () => Promise.reject(new Error('the line is cut'));
    engine.start();
    await engine.ended.catch(() => undefined);
    expect(watch.failure).toBe('the line is cut');
  });

  it('is told of bars that are asked for later', () => {
    const { feed, engine, told, watch } = rigOf();
    feed.stale('kline@1m');
    told.length = 0;
    engine.subscribe([{ symbol: 'A/B', dataType: 'kline@1h' }]);
    watch.look();
    expect(told).toEqual(['kline@1m A/B stale', 'kline@1h A/B stale']);
  });

  it('keeps a symbol from being traded until all its topics are live again', () => {
    const { feed, trading } = rigOf();
    feed.stale('trade');
    feed.stale('kline@1m');
    feed.stale('trade', 'C/D');
    feed.fresh('trade');
    feed.fresh('kline@1m');
    const since = 'since 2022-01-01T00:00:00.000Z';
    expect(trading).toEqual([
      `A/B: nothing was heard of trade ${since}`,
      `A/B: nothing was heard of trade ${since}, nothing was heard of kline@1m ${since}`,
      `C/D: nothing was heard of trade ${since}`,
      `A/B: nothing was heard of kline@1m ${since}`,
      'A/B: null',
    ]);
  });

  it('is listened to until the end', () => {
    const { feed, watch } = rigOf();
    expect(feed.listeners.size).toBe(1);
    watch.stop();
    expect(feed.listeners.size).toBe(0);
  });
});
