import { expect, it } from 'vitest';
import type { MarketFeed, MarketSink } from '../../../src/market/market-feed.ts';
import { RealtimeEngine } from '../../../src/market/realtime-engine.ts';
import type { DataType } from '../../../src/model/data-type.ts';
import type { MarketTopic } from '../../../src/model/subscription.ts';
import { bar, Collector, MINUTE, T0 } from './support.ts';

const topic = (dataType: DataType, symbol = 'BTC/USDT'): MarketTopic => ({ symbol, dataType });

/** A live market whose past has a hundred minutes, the last of which is the one before `T0`. */
class Market implements MarketFeed {
  readonly name = 'market';
  readonly replays = false;
  readonly symbols: readonly string[];
  sink: MarketSink | undefined;

  constructor(symbols: readonly string[] = ['BTC/USDT']) {
    this.symbols = symbols;
  }

  dataTypesOf(symbol: string): readonly DataType[] {
    return this.symbols.includes(symbol) ? ['trade', 'kline@1m'] : [];
  }

  run(_topics: readonly MarketTopic[], sink: MarketSink): Promise<void> {
    this.sink = sink;
    return Promise.resolve();
  }

  history(_topic: MarketTopic, count: number) {
    const bars = Array.from({ length: 100 }, (_, index) => bar(T0 + (index - 100) * MINUTE));
    return Promise.resolve(bars.slice(-count));
  }
}

function minutes(times: readonly { readonly timestamp: number }[]): number[] {
  return times.map(({ timestamp }) => (timestamp - T0) / MINUTE);
}

it('has the past of bars that the feed has', async () => {
  const engine = new RealtimeEngine({ feed: new Market(), sink: new Collector() });
  expect(minutes(await engine.history(topic('kline@1m'), 3))).toEqual([-3, -2, -1]);
});

it('makes the past of other bars, whole ones that are over', async () => {
  const engine = new RealtimeEngine({ feed: new Market(), sink: new Collector() });
  // At T0 - 1 a span of seven minutes is under way: T0 is a whole minute of a week of its own.
  const bars = await engine.history(topic('kline@7m'), 3);
  expect(bars).toHaveLength(3);
  const [first = 0, ...others] = minutes(bars);
  expect(others).toEqual([first + 7, first + 14]);
  expect(first + 21).toBeLessThanOrEqual(0);
  expect(first + 21).toBeGreaterThan(-7);
});

it('has no past of trades', async () => {
  const engine = new RealtimeEngine({ feed: new Market(), sink: new Collector() });
  expect(await engine.history(topic('trade'), 3)).toEqual([]);
  expect(await engine.history(topic('kline@1s'), 3)).toEqual([]);
});

it('tells the feed where a topic goes on, and where one that only goes into larger bars does', async () => {
  const newest = new Map([['kline@5m', T0 - 10 * MINUTE]]);
  const feed = new Market();
  const sink = {
    publish: () => undefined,
    newestMs: ({ dataType }: MarketTopic) => newest.get(dataType),
  };
  const engine = new RealtimeEngine({ feed, sink });
  engine.subscribe([topic('kline@5m'), topic('trade')]);
  engine.start();
  await engine.ended;
  // The bar of five minutes that comes next began five minutes ago: the minute before that is known.
  expect(feed.sink?.newestMs?.(topic('kline@1m'))).toBe(T0 - 6 * MINUTE);
  expect(feed.sink?.newestMs?.(topic('trade'))).toBeUndefined();
  newest.set('trade', T0);
  expect(feed.sink?.newestMs?.(topic('trade'))).toBe(T0);
});

it('names symbols near one that a feed of many does not have', () => {
  const many = Array.from({ length: 50 }, (_, index) => `COIN${index}/USDT`);
  const engine = new RealtimeEngine({
    feed: new Market(['BTC/USDT', 'BTC/USDC', ...many]),
    sink: new Collector(),
  });
  const subscribe = (symbol: string) => () => engine.subscribe([topic('trade', symbol)]);
  expect(subscribe('BTC/USD')).toThrow(
    'the market feed has no symbol "BTC/USD": near ones of its 52 are BTC/USDT, BTC/USDC',
  );
  expect(subscribe('ZZZZZZZZZZZZ')).toThrow(/: it has BTC\/USDT, BTC\/USDC, COIN0.* and 32 more$/);
});
