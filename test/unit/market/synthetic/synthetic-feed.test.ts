import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarAggregator } from '../../../../src/market/bar-aggregator.ts';
import { SyntheticFeed } from '../../../../src/market/synthetic/synthetic-feed.ts';
import type { SyntheticFeedOptions } from '../../../../src/market/synthetic/synthetic-options.ts';
import type { Bar } from '../../../../src/model/bar.ts';
import { dataTypeOf, type MarketEvent } from '../../../../src/model/market-event.ts';
import type { BookLevel, OrderBook } from '../../../../src/model/order-book.ts';
import type { QuoteTick } from '../../../../src/model/quote-tick.ts';
import type { MarketTopic } from '../../../../src/model/subscription.ts';
import type { TradeTick } from '../../../../src/model/trade-tick.ts';
import { Collector, eventsOf, fakeTime } from '../support.ts';

const { signal } = new AbortController();
const MAX = { speed: 'max', durationMs: 60_000 } as const;

function allTopicsOf(feed: SyntheticFeed): MarketTopic[] {
  return feed.symbols.flatMap((symbol) =>
    feed.dataTypesOf(symbol).map((dataType) => ({ symbol, dataType })),
  );
}

async function marketOf(options: SyntheticFeedOptions): Promise<MarketEvent[]> {
  const feed = new SyntheticFeed({ ...MAX, ...options });
  return eventsOf(feed, allTopicsOf(feed));
}

const ofType = <Type extends MarketEvent['type']>(
  events: readonly MarketEvent[],
  type: Type,
): Extract<MarketEvent, { type: Type }>[] =>
  events.filter((event) => event.type === type) as Extract<MarketEvent, { type: Type }>[];

describe('determinism', () => {
  it('gives the same bytes for the same seed', async () => {
    const [first, second] = await Promise.all([marketOf({ seed: 7 }), marketOf({ seed: 7 })]);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('gives another market for another seed', async () => {
    const [first, second] = await Promise.all([marketOf({ seed: 7 }), marketOf({ seed: 8 })]);
    expect(second).not.toEqual(first);
  });

  it('gives the same market whatever is asked for', async () => {
    const all = await marketOf({});
    const feed = new SyntheticFeed(MAX);
    await fc.assert(
      fc.asyncProperty(fc.subarray(allTopicsOf(feed), { minLength: 1 }), async (topics) => {
        const asked = new Set(topics.map(({ symbol, dataType }) => `${dataType}:${symbol}`));
        const expected = all.filter((event) => asked.has(`${dataTypeOf(event)}:${event.symbol}`));
        expect(await eventsOf(feed, topics)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('gives a symbol the same market whichever others there are', async () => {
    const all = await marketOf({});
    const alone = await marketOf({ symbols: ['ETH/USDT'] });
    expect(alone).toEqual(all.filter(({ symbol }) => symbol === 'ETH/USDT'));
  });

  it('gives the same events at any speed and batch size', async () => {
    const expected = await marketOf({ durationMs: 5_000 });
    const timed = await marketOf({
      durationMs: 5_000,
      speed: 60,
      maxBatchEvents: 3,
      ...fakeTime(),
    });
    expect(timed).toEqual(expected);
  });
});

describe('consistency', () => {
  it('trades at the best bid or ask of the moment, by the side that took it', async () => {
    const events = await marketOf({ symbols: ['BTC/USDT'] });
    const quotes = new Map(ofType(events, 'quote').map((event) => [event.timestamp, event]));
    for (const trade of ofType(events, 'trade')) {
      const { bid, ask } = quotes.get(trade.timestamp) as QuoteTick;
      expect(bid).toBeLessThan(ask);
      expect(trade.price).toBe(trade.aggressorSide === 'buy' ? ask : bid);
      expect(trade.size).toBeGreaterThan(0);
    }
  });

  it('begins a book with a snapshot whose levels go from the best outwards', async () => {
    const [book] = ofType(await marketOf({ symbols: ['BTC/USDT'] }), 'orderbook');
    expect(book).toMatchObject({ kind: 'snapshot' });
    const prices = (levels: readonly BookLevel[]): number[] => levels.map(([price]) => price);
    expect(book?.bids).toHaveLength(10);
    expect(prices(book?.bids ?? [])).toEqual(prices(book?.bids ?? []).toSorted((a, b) => b - a));
    expect(prices(book?.asks ?? [])).toEqual(prices(book?.asks ?? []).toSorted((a, b) => a - b));
  });

  it('keeps the book, deltas applied, at the quote of the moment and at its depth', async () => {
    const events = await marketOf({ symbols: ['SOL/USDT'], volatility: 5, bookLevels: 5 });
    const quotes = new Map(ofType(events, 'quote').map((event) => [event.timestamp, event]));
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    const apply = (side: Map<number, number>, changes: readonly BookLevel[]): void => {
      for (const [price, size] of changes) {
        if (size === 0) side.delete(price);
        else side.set(price, size);
      }
    };
    const books = ofType(events, 'orderbook');
    expect(books.filter(({ kind }: OrderBook) => kind === 'snapshot')).toHaveLength(1);
    for (const book of books) {
      apply(bids, book.bids);
      apply(asks, book.asks);
      const { bid, bidSize, ask, askSize } = quotes.get(book.timestamp) as QuoteTick;
      expect([Math.max(...bids.keys()), Math.min(...asks.keys())]).toEqual([bid, ask]);
      expect([bids.get(bid), asks.get(ask)]).toEqual([bidSize, askSize]);
      expect([bids.size, asks.size]).toEqual([5, 5]);
    }
  });

  it.each(['1m', '7s', '1h'])('makes its %s bars of its trades', async (timeframe) => {
    const options = {
      symbols: ['ETH/USDT'],
      timeframe,
      durationMs: 150_000,
      startMs: 1_700_000_000_123,
    };
    const events = await marketOf(options);
    const aggregator = new BarAggregator({ symbol: 'ETH/USDT', timeframe });
    const expected = ofType(events, 'trade').flatMap((trade: TradeTick) => aggregator.add(trade));
    const bars: Bar[] = ofType(events, 'bar');
    expect(bars).toEqual([...expected, aggregator.flush()]);
  });

  it('tells a bar before anything of the span after it', async () => {
    const events = await marketOf({ timeframe: '1s', durationMs: 3_000 });
    let nowMs = 0;
    for (const event of events) {
      if (event.type === 'bar') expect(event.timestamp + 1_000).toBeGreaterThan(nowMs);
      else nowMs = event.timestamp;
    }
  });

  it('has prices in whole ticks', async () => {
    const trades = ofType(await marketOf({ symbols: ['BTC/USDT'] }), 'trade');
    expect(trades.every(({ price }) => price === Number(price.toFixed(1)))).toBe(true);
  });
});

describe('prices', () => {
  const firstPriceOf = async (
    symbol: string,
    options: SyntheticFeedOptions = {},
  ): Promise<number> => {
    const events = await marketOf({ symbols: [symbol], durationMs: 100, ...options });
    return (ofType(events, 'trade')[0] as TradeTick).price;
  };

  it.each([
    ['BTC/USDT', 50_000],
    ['ETH/USDT', 3_000],
    ['SOL/USDT', 150],
    ['BTC/USDT:USDT', 50_000],
    ['ETH/BTC', 0.06],
  ])('of %s begin near %d', async (symbol, price) => {
    expect(Math.abs((await firstPriceOf(symbol)) / price - 1)).toBeLessThan(0.001);
  });

  it('of an unknown symbol begin from 1 to 1,000, always at the same', async () => {
    const price = await firstPriceOf('FOO/BAR');
    expect(price).toBeGreaterThan(0.99);
    expect(price).toBeLessThan(1_010);
    expect(await firstPriceOf('FOO/BAR')).toBe(price);
  });

  it('begin where they are told to', async () => {
    const options = { prices: { 'FOO/BAR': 2_000_000 } };
    expect(Math.abs((await firstPriceOf('FOO/BAR', options)) / 2_000_000 - 1)).toBeLessThan(0.001);
  });

  it('move together as much as the correlation says, and as far as the volatility', async () => {
    // Bars of a step each, so that the bounce between bid and ask is small beside the step.
    const closes = async (correlation: number): Promise<[number[], number[]]> => {
      const options = {
        correlation,
        stepMs: 86_400_000,
        timeframe: '1d',
        durationMs: 3_000 * 86_400_000,
      };
      const events = ofType(await marketOf({ ...options, volatility: 0.5 }), 'bar');
      const returnsOf = (wanted: string): number[] => {
        const prices = events.filter(({ symbol }) => symbol === wanted).map(({ close }) => close);
        return prices.slice(1).map((close, index) => Math.log(close / (prices[index] as number)));
      };
      return [returnsOf('BTC/USDT'), returnsOf('ETH/USDT')];
    };
    const mean = (values: number[]): number =>
      values.reduce((sum, next) => sum + next, 0) / values.length;
    const product = (left: number[], right: number[]): number[] =>
      left.map((value, index) => value * (right[index] as number));
    for (const correlation of [0, 0.7, 1]) {
      const [btc, eth] = await closes(correlation);
      const deviation = Math.sqrt(mean(product(btc, btc)));
      const measured = mean(product(btc, eth)) / (deviation * Math.sqrt(mean(product(eth, eth))));
      expect(measured).toBeCloseTo(correlation, 1);
      expect(deviation * Math.sqrt(365.25)).toBeCloseTo(0.5, 1);
    }
  });
});

describe('running', () => {
  it('is live at realtime and a replay at any other speed', () => {
    expect(new SyntheticFeed().replays).toBe(false);
    expect(new SyntheticFeed({ speed: 60 }).replays).toBe(true);
    expect(new SyntheticFeed({ speed: 'max' }).replays).toBe(true);
  });

  it('knows only its own symbols', () => {
    expect(new SyntheticFeed().dataTypesOf('XRP/USDT')).toEqual([]);
    expect(new SyntheticFeed({ timeframe: '1s' }).dataTypesOf('BTC/USDT')).toEqual([
      'trade',
      'quote',
      'depth',
      'kline@1s',
    ]);
  });

  it('takes a step per interval, beginning now, at realtime', async () => {
    const time = fakeTime(1_000_000);
    const feed = new SyntheticFeed({ durationMs: 500, ...time });
    const sink = new Collector();
    await feed.run([{ symbol: 'BTC/USDT', dataType: 'quote' }], sink, signal);
    expect(sink.events.map(({ timestamp }) => timestamp - 1_000_000)).toEqual([
      0, 100, 200, 300, 400,
    ]);
    expect(sink.batches).toHaveLength(5);
    expect(time.slept).toEqual([100, 100, 100, 100]);
  });

  it('ends after as many events as it is told, to the event', async () => {
    expect(await marketOf({ maxEvents: 1_000, durationMs: Infinity })).toHaveLength(1_000);
  });

  it('never makes a batch longer than its limit', async () => {
    const feed = new SyntheticFeed({ ...MAX, maxBatchEvents: 4 });
    const sink = new Collector();
    await feed.run(allTopicsOf(feed), sink, signal);
    expect(Math.max(...sink.batches.map(({ length }) => length))).toBe(4);
  });

  it('tells a book that is asked for later from a snapshot on', async () => {
    const feed = new SyntheticFeed({ ...MAX, maxBatchEvents: 4 });
    const events: MarketEvent[] = [];
    const publish = (batch: readonly MarketEvent[]): void => {
      events.push(...batch);
      if (events.length === 4) feed.addTopics([{ symbol: 'ETH/USDT', dataType: 'depth' }]);
    };
    await feed.run([{ symbol: 'BTC/USDT', dataType: 'trade' }], { publish }, signal);
    const books = ofType(events, 'orderbook');
    expect(books.map(({ kind }) => kind).slice(0, 2)).toEqual(['snapshot', 'delta']);
    expect(books[0]?.timestamp).toBeGreaterThan(events[0]?.timestamp as number);
  });

  it.each([
    ['with topics', [{ symbol: 'BTC/USDT', dataType: 'trade' }]],
    ['without', []],
  ] as [string, MarketTopic[]][])(
    'stops on abort at full speed without an end, %s',
    async (_name, topics) => {
      const stopping = new AbortController();
      setTimeout(() => stopping.abort(), 5);
      await new SyntheticFeed({ speed: 'max' }).run(topics, new Collector(), stopping.signal);
    },
  );

  it('stops on abort while its reader never answers', async () => {
    const stopping = new AbortController();
    const publish = (): Promise<void> => {
      setImmediate(() => stopping.abort());
      return new Promise(() => undefined);
    };
    const topics: MarketTopic[] = [{ symbol: 'BTC/USDT', dataType: 'trade' }];
    await new SyntheticFeed({ speed: 'max' }).run(topics, { publish }, stopping.signal);
  });
});

describe('options', () => {
  it.each([
    [{ symbols: [] }, /symbols is \[\]/],
    [{ symbols: ['?'] }, /"\?" is not a symbol/],
    [{ seed: 1.5 }, /seed is 1.5: expected a whole number from 0/],
    [{ volatility: -1 }, /volatility is -1: expected a number from 0 to 10/],
    [{ correlation: 1.1 }, /correlation is 1.1/],
    [{ stepMs: 0 }, /stepMs is 0/],
    [{ timeframe: 'x' }, /"x" is not a timeframe/],
    [{ durationMs: NaN }, /durationMs is NaN/],
    [{ startMs: -1 }, /startMs is -1/],
    [{ prices: { A: 0 } }, /prices\["A"\] is 0/],
    [{ speed: 0 }, /speed is 0/],
  ])('refuses %j', (options, message) => {
    expect(() => new SyntheticFeed(options)).toThrow(message);
  });
});
