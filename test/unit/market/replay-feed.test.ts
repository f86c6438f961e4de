import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ReplayFeed } from '../../../src/market/replay-feed.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import type { MarketTopic } from '../../../src/model/subscription.ts';
import { barLines, Collector, eventsOf, fakeTime, fileOf, MINUTE, T0 } from './support.ts';

const { signal } = new AbortController();
const BTC_1M: MarketTopic = { symbol: 'BTC/USDT', dataType: 'kline@1m' };
const ETH_1M: MarketTopic = { symbol: 'ETH/USDT', dataType: 'kline@1m' };

const minutesOf = (events: readonly MarketEvent[]): [string, number][] =>
  events.map(({ symbol, timestamp }) => [symbol, (timestamp - T0) / MINUTE]);

async function twoFiles(): Promise<{ path: string; symbol: string }[]> {
  return [
    { path: await fileOf(barLines(3)), symbol: 'BTC/USDT' },
    { path: await fileOf(barLines(3, T0 + MINUTE)), symbol: 'ETH/USDT' },
  ];
}

describe('what it has', () => {
  it('lists its symbols and the data types of each', async () => {
    const trades = await fileOf(`time,price,size\n${T0},1,1\n`);
    const files = [...(await twoFiles()), { path: trades, symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files });
    expect(feed.symbols).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(feed.dataTypesOf('BTC/USDT')).toEqual(['kline@1m', 'trade']);
    expect(feed.dataTypesOf('XRP/USDT')).toEqual([]);
  });

  it('finds a bad file before anything runs', async () => {
    const files = [{ path: '/nowhere.csv', symbol: 'BTC/USDT' }];
    await expect(ReplayFeed.open({ files })).rejects.toMatchObject({
      code: 'MARKET_FILE_UNREADABLE',
    });
  });

  it.each([
    [{ files: [] }, /files is \[\]/],
    [{ files: [{ path: 'x' }], speed: -1 }, /speed is -1/],
    [{ files: [{ path: 'x' }], maxBatchEvents: 0 }, /maxBatchEvents is 0: expected a whole number/],
  ])('refuses the options %j', async (options, message) => {
    await expect(ReplayFeed.open(options)).rejects.toThrow(message);
  });
});

describe('order', () => {
  it('merges files by time, in their order where times are the same', async () => {
    const feed = await ReplayFeed.open({ files: await twoFiles() });
    expect(minutesOf(await eventsOf(feed, [ETH_1M, BTC_1M]))).toEqual([
      ['BTC/USDT', 0],
      ['BTC/USDT', 1],
      ['ETH/USDT', 1],
      ['BTC/USDT', 2],
      ['ETH/USDT', 2],
      ['ETH/USDT', 3],
    ]);
  });

  it('sends a bar when its span is over, after the trades in it', async () => {
    const trades = await fileOf(
      `time,price,size\n${T0 + 1},1,1\n${T0 + MINUTE - 1},2,1\n${T0 + MINUTE + 1},3,1\n`,
    );
    const bars = await fileOf(barLines(2));
    const feed = await ReplayFeed.open({
      files: [bars, trades].map((path) => ({ path, symbol: 'BTC/USDT' })),
    });
    const events = await eventsOf(feed, [BTC_1M, { symbol: 'BTC/USDT', dataType: 'trade' }]);
    expect(events.map(({ type }) => type)).toEqual(['trade', 'trade', 'bar', 'trade', 'bar']);
  });

  it('lets files of one symbol follow one another', async () => {
    const files = [
      { path: await fileOf(barLines(2, T0 + 2 * MINUTE)), symbol: 'BTC/USDT' },
      { path: await fileOf(gzipSync(barLines(2))), symbol: 'BTC/USDT' },
    ];
    const feed = await ReplayFeed.open({ files });
    const events = await eventsOf(feed, [BTC_1M]);
    expect(minutesOf(events).map(([, minute]) => minute)).toEqual([0, 1, 2, 3]);
  });

  it('refuses files that tell the same bar', async () => {
    const files = [
      { path: await fileOf(barLines(2), 'january.csv'), symbol: 'BTC/USDT' },
      { path: await fileOf(barLines(2, T0 + MINUTE), 'february.csv'), symbol: 'BTC/USDT' },
    ];
    const feed = await ReplayFeed.open({ files });
    await expect(eventsOf(feed, [BTC_1M])).rejects.toMatchObject({
      code: 'MARKET_FILE_ORDER',
      message: expect.stringMatching(/2022-01-01T00:01.*january.csv and again in .*february.csv/),
    });
  });

  it('gives the same batches every time', async () => {
    const files = await twoFiles();
    const [first, second] = [new Collector(), new Collector()];
    const feed = await ReplayFeed.open({ files, maxBatchEvents: 4 });
    await feed.run([BTC_1M, ETH_1M], first, signal);
    await feed.run([BTC_1M, ETH_1M], second, signal);
    expect(first.batches.map(({ length }) => length)).toEqual([4, 2]);
    expect(second.batches).toEqual(first.batches);
  });
});

describe('topics', () => {
  it('delivers only what is asked for', async () => {
    const feed = await ReplayFeed.open({ files: await twoFiles() });
    const events = await eventsOf(feed, [ETH_1M]);
    expect(new Set(events.map(({ symbol }) => symbol))).toEqual(new Set(['ETH/USDT']));
  });

  it('ends at once without any', async () => {
    const feed = await ReplayFeed.open({ files: await twoFiles() });
    expect(await eventsOf(feed, [])).toEqual([]);
  });

  it('replays one file for each of several symbols', async () => {
    const path = await fileOf(barLines(2));
    const feed = await ReplayFeed.open({ files: [{ path, symbols: ['BTC/USDT', 'ETH/USDT'] }] });
    expect(minutesOf(await eventsOf(feed, [BTC_1M, ETH_1M]))).toEqual([
      ['BTC/USDT', 0],
      ['ETH/USDT', 0],
      ['BTC/USDT', 1],
      ['ETH/USDT', 1],
    ]);
  });

  it('adds a topic from the present on, whether its file was being read or not', async () => {
    const shared = await fileOf(barLines(4));
    const other = await fileOf(barLines(4));
    const feed = await ReplayFeed.open({
      files: [
        { path: shared, symbols: ['BTC/USDT', 'SOL/USDT'] },
        { path: other, symbol: 'ETH/USDT' },
      ],
      maxBatchEvents: 2,
    });
    const events: MarketEvent[] = [];
    const publish = (batch: readonly MarketEvent[]): void => {
      events.push(...batch);
      if (events.length === 2) {
        feed.addTopics([ETH_1M, { symbol: 'SOL/USDT', dataType: 'kline@1m' }, ETH_1M]);
      }
    };
    await feed.run([BTC_1M], { publish }, signal);
    expect(minutesOf(events)).toEqual([
      ['BTC/USDT', 0],
      ['BTC/USDT', 1],
      ['SOL/USDT', 1],
      ['ETH/USDT', 1],
      ['BTC/USDT', 2],
      ['SOL/USDT', 2],
      ['ETH/USDT', 2],
      ['BTC/USDT', 3],
      ['SOL/USDT', 3],
      ['ETH/USDT', 3],
    ]);
  });
});

describe('speed', () => {
  it('sleeps for market time divided by the speed, and sends together what is due together', async () => {
    const { clock, sleep, slept } = fakeTime();
    const path = await fileOf(barLines(3));
    const feed = await ReplayFeed.open({
      files: [{ path, symbols: ['BTC/USDT', 'ETH/USDT'] }],
      speed: 60,
      clock,
      sleep,
    });
    const sink = new Collector();
    await feed.run([BTC_1M, ETH_1M], sink, signal);
    expect(slept).toEqual([1_000, 1_000]);
    expect(sink.batches.map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  it('catches up in batches after a slow reader', async () => {
    const { clock, sleep } = fakeTime();
    const path = await fileOf(barLines(6));
    const files = [{ path, symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files, speed: 'realtime', clock, sleep });
    const sizes: number[] = [];
    const publish = async (batch: readonly MarketEvent[]): Promise<void> => {
      sizes.push(batch.length);
      if (sizes.length === 1) clock.advance(3 * MINUTE);
    };
    await feed.run([BTC_1M], { publish }, signal);
    expect(sizes).toEqual([1, 3, 1, 1]);
  });

  it('waits for the promise of its reader at full speed', async () => {
    const files = [{ path: await fileOf(barLines(10)), symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files, maxBatchEvents: 2 });
    let open = 0;
    let most = 0;
    const publish = async (): Promise<void> => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
    };
    await feed.run([BTC_1M], { publish }, signal);
    expect(most).toBe(1);
  });
});

describe('stopping', () => {
  it('ends on abort, though the reader never answers', async () => {
    const files = [{ path: await fileOf(barLines(1_000)), symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files, maxBatchEvents: 10 });
    const stopping = new AbortController();
    let batches = 0;
    const publish = (): Promise<void> => {
      batches += 1;
      setImmediate(() => stopping.abort());
      return new Promise(() => undefined);
    };
    await feed.run([BTC_1M], { publish }, stopping.signal);
    expect(batches).toBe(1);
  });

  it('ends on abort in the middle of a sleep', async () => {
    const files = [{ path: await fileOf(barLines(3)), symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files, speed: 'realtime' });
    const stopping = new AbortController();
    const sink = new Collector();
    const running = feed.run([BTC_1M], sink, stopping.signal);
    setTimeout(() => stopping.abort(), 20);
    await running;
    expect(sink.events.length).toBeLessThan(3);
  });

  it('lets timers run at full speed, so that somebody can stop it', async () => {
    const files = [{ path: await fileOf(barLines(20_000)), symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files, maxBatchEvents: 1 });
    const stopping = new AbortController();
    const sink = new Collector();
    setTimeout(() => stopping.abort(), 0);
    await feed.run([BTC_1M], sink, stopping.signal);
    expect(sink.events.length).toBeLessThan(20_000);
  });

  it('rejects with the error of the reader', async () => {
    const feed = await ReplayFeed.open({ files: await twoFiles() });
    const publish = (): void => {
      throw new Error('no room');
    };
    await expect(feed.run([BTC_1M], { publish }, signal)).rejects.toThrow('no room');
  });

  it('delivers what stands before a bad row and then rejects', async () => {
    const path = await fileOf(`${barLines(1_500)}bad,1,1,1,1,1\n`);
    const feed = await ReplayFeed.open({ files: [{ path, symbol: 'BTC/USDT' }] });
    const sink = new Collector();
    await expect(feed.run([BTC_1M], sink, signal)).rejects.toThrow(/row 1502/);
    expect(sink.events).toHaveLength(1_500);
  });
});

describe('progress', () => {
  it('rises to the whole', async () => {
    const files = [{ path: await fileOf(barLines(10_000)), symbol: 'BTC/USDT' }];
    const feed = await ReplayFeed.open({ files });
    expect(feed.getProgress()).toEqual({ eventsSent: 0, fraction: 0, marketTimeMs: undefined });
    const fractions: number[] = [];
    await feed.run(
      [BTC_1M],
      { publish: () => void fractions.push(feed.getProgress().fraction) },
      signal,
    );
    expect(fractions[0]).toBeLessThan(1);
    expect(fractions).toEqual(fractions.toSorted((left, right) => left - right));
    expect(feed.getProgress()).toEqual({
      eventsSent: 10_000,
      fraction: 1,
      marketTimeMs: T0 + 9_999 * MINUTE,
    });
  });
});
