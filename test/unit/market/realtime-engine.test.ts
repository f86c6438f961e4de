import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import type { LogLevel } from '../../../src/base/logger.ts';
import type { MarketFeed, MarketSink } from '../../../src/market/market-feed.ts';
import { RealtimeEngine } from '../../../src/market/realtime-engine.ts';
import { ReplayFeed } from '../../../src/market/replay-feed.ts';
import { SyntheticFeed } from '../../../src/market/synthetic/synthetic-feed.ts';
import type { DataType } from '../../../src/model/data-type.ts';
import { dataTypeOf, type MarketEvent } from '../../../src/model/market-event.ts';
import type { MarketTopic } from '../../../src/model/subscription.ts';
import { bar, barLines, Collector, fileOf, MINUTE, T0, trade } from './support.ts';

const topic = (dataType: DataType, symbol = 'BTC/USDT'): MarketTopic => ({ symbol, dataType });

/** A feed that delivers the batches that it is told to, one after another. */
class ScriptedFeed implements MarketFeed {
  readonly name = 'scripted';
  readonly replays: boolean;
  readonly symbols = ['BTC/USDT'];
  asked: readonly MarketTopic[] = [];
  readonly #types: readonly DataType[];
  readonly #batches: readonly (readonly MarketEvent[])[];

  constructor(
    types: readonly DataType[],
    batches: readonly (readonly MarketEvent[])[],
    replays = true,
  ) {
    this.#types = types;
    this.#batches = batches;
    this.replays = replays;
  }

  dataTypesOf(symbol: string): readonly DataType[] {
    return symbol === 'BTC/USDT' ? this.#types : [];
  }

  async run(topics: readonly MarketTopic[], sink: MarketSink): Promise<void> {
    this.asked = topics;
    for (const batch of this.#batches) await sink.publish(batch);
  }
}

async function publishedBy(
  feed: MarketFeed,
  topics: readonly MarketTopic[],
): Promise<{ events: MarketEvent[]; engine: RealtimeEngine }> {
  const sink = new Collector();
  const engine = new RealtimeEngine({ feed, sink });
  engine.subscribe(topics);
  engine.start();
  await engine.ended;
  return { events: sink.events, engine };
}

const told = (events: readonly MarketEvent[]): string[] =>
  events.map((event) => `${dataTypeOf(event)} ${(event.timestamp - T0) / MINUTE}`);

const minutes = (from: number, to: number): MarketEvent[] =>
  Array.from({ length: to - from }, (_, index) => bar(T0 + (from + index) * MINUTE));

describe('what is asked of the feed', () => {
  it.each([
    ['the data type itself', ['trade', 'kline@5m', 'kline@1m'], 'kline@5m', 'kline@5m'],
    ['the longest bars that fill it', ['trade', 'kline@1m', 'kline@5m'], 'kline@1h', 'kline@5m'],
    ['trades where bars do not fill it', ['trade', 'kline@2m'], 'kline@5m', 'trade'],
    ['trades where bars are longer', ['trade', 'kline@1m'], 'kline@1s', 'trade'],
  ] as [string, DataType[], DataType, DataType][])('is %s', async (_name, has, wanted, asked) => {
    const feed = new ScriptedFeed(has, []);
    await publishedBy(feed, [topic(wanted)]);
    expect(feed.asked).toEqual([topic(asked)]);
  });

  it('is asked once for what several topics need', async () => {
    const feed = new ScriptedFeed(['kline@1m'], []);
    await publishedBy(feed, [
      topic('kline@5m'),
      topic('kline@1m'),
      topic('kline@1h'),
      topic('kline@5m'),
    ]);
    expect(feed.asked).toEqual([topic('kline@1m')]);
  });

  it('says which symbols there are for one that is not', () => {
    const engine = new RealtimeEngine({ feed: new SyntheticFeed(), sink: new Collector() });
    expect(() => engine.subscribe([topic('trade', 'XRP/USDT')])).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_MARKET_SYMBOL',
        message: 'the synthetic feed has no symbol "XRP/USDT": it has BTC/USDT, ETH/USDT, SOL/USDT',
      }),
    );
  });

  it.each([
    ['depth', ['kline@1m'], /no "depth" of BTC\/USDT: it has kline@1m, and bars that these fill/],
    ['kline@30s', ['kline@1m'], /no "kline@30s"/],
    ['quote', ['trade'], /it has trade, and bars of any timeframe made of trade/],
    ['trade', ['depth'], /it has depth$/],
  ] as [DataType, DataType[], RegExp][])(
    'says that there is no %s from %j',
    (wanted, has, message) => {
      const engine = new RealtimeEngine({ feed: new ScriptedFeed(has, []), sink: new Collector() });
      expect(() => engine.subscribe([topic(wanted)])).toThrow(
        expect.objectContaining({
          code: 'MARKET_DATA_UNAVAILABLE',
          message: expect.stringMatching(message),
        }),
      );
    },
  );

  it('subscribes to nothing where one topic can not be served', async () => {
    const feed = new ScriptedFeed(['trade'], [[trade(T0)]]);
    const sink = new Collector();
    const engine = new RealtimeEngine({ feed, sink });
    expect(() => engine.subscribe([topic('trade'), topic('depth')])).toThrow();
    engine.start();
    await engine.ended;
    expect(sink.events).toEqual([]);
  });

  it('is checked without being subscribed to', async () => {
    const feed = new ScriptedFeed(['trade'], [[trade(T0)]]);
    const sink = new Collector();
    const engine = new RealtimeEngine({ feed, sink });
    engine.check([topic('trade'), topic('kline@1m')]);
    expect(() => engine.check([topic('trade'), topic('depth')])).toThrow(
      expect.objectContaining({ code: 'MARKET_DATA_UNAVAILABLE' }),
    );
    expect(engine.has(topic('trade'))).toBe(false);
    engine.start();
    await engine.ended;
    expect(sink.events).toEqual([]);
  });
});

describe('order and aggregation', () => {
  it('puts a 5m bar right after the last of its 1m bars', async () => {
    const feed = new ScriptedFeed(['kline@1m'], [minutes(0, 6)]);
    const { events } = await publishedBy(feed, [topic('kline@1m'), topic('kline@5m')]);
    expect(told(events)).toEqual([
      'kline@1m 0',
      'kline@1m 1',
      'kline@1m 2',
      'kline@1m 3',
      'kline@1m 4',
      'kline@5m 0',
      'kline@1m 5',
      'kline@5m 5',
    ]);
  });

  it('puts a 5m bar whose last part is missing before the 1m bar that shows it', async () => {
    const feed = new ScriptedFeed(['kline@1m'], [[...minutes(0, 2), ...minutes(5, 6)]]);
    const { events } = await publishedBy(feed, [topic('kline@5m'), topic('kline@1m')]);
    expect(told(events).slice(0, 4)).toEqual([
      'kline@1m 0',
      'kline@1m 1',
      'kline@5m 0',
      'kline@1m 5',
    ]);
  });

  it('puts bars before the trade that shows them to be over, shortest first', async () => {
    const feed = new ScriptedFeed(['trade'], [[trade(T0), trade(T0 + 5 * MINUTE)]]);
    const topics = [topic('kline@5m'), topic('trade'), topic('kline@1m')];
    const { events } = await publishedBy(feed, topics);
    expect(told(events)).toEqual([
      'trade 0',
      'kline@1m 0',
      'kline@5m 0',
      'trade 5',
      'kline@1m 5',
      'kline@5m 5',
    ]);
  });

  it('publishes only the bars where only they are asked for', async () => {
    const feed = new ScriptedFeed(['trade', 'quote'], [[trade(T0), trade(T0 + MINUTE)]]);
    const { events } = await publishedBy(feed, [topic('kline@1m')]);
    expect(told(events)).toEqual(['kline@1m 0', 'kline@1m 1']);
  });

  it('publishes one batch for each batch of the feed that has any', async () => {
    const feed = new ScriptedFeed(['kline@1m'], [minutes(0, 3), minutes(3, 5), minutes(5, 7)]);
    const sink = new Collector();
    const engine = new RealtimeEngine({ feed, sink });
    engine.subscribe([topic('kline@5m')]);
    engine.start();
    await engine.ended;
    expect(sink.batches.map((batch) => told(batch))).toEqual([['kline@5m 0'], ['kline@5m 5']]);
  });

  it('leaves out what nobody asked for', async () => {
    const strangers = [bar(T0, { symbol: 'XRP/USDT' }), bar(T0, { timeframe: '3m' }), trade(T0)];
    const feed = new ScriptedFeed(['kline@1m'], [strangers]);
    const { events, engine } = await publishedBy(feed, [topic('kline@1m')]);
    expect(events).toEqual([]);
    expect(engine.getStats()).toMatchObject({ eventsIn: 3, eventsOut: 0 });
  });

  it('keeps the volume of a recording in its bars of an hour', async () => {
    const feed = await ReplayFeed.open({
      files: [{ path: await fileOf(barLines(1_000)), symbol: 'BTC/USDT' }],
    });
    const { events } = await publishedBy(feed, [topic('kline@1h')]);
    expect(events).toHaveLength(17);
    const volume = events.reduce((sum, event) => sum + (event as { volume: number }).volume, 0);
    expect(volume).toBe((1_000 * 1_001) / 2);
  });

  it('does not tell the first bar of a live market unless it is whole', async () => {
    const batch = [trade(T0 + 1), trade(T0 + MINUTE), trade(T0 + 2 * MINUTE)];
    const feed = new ScriptedFeed(['trade'], [batch], false);
    const { events } = await publishedBy(feed, [topic('kline@1m')]);
    expect(told(events)).toEqual(['kline@1m 1', 'kline@1m 2']);
  });
});

describe('backpressure', () => {
  it('passes the promise of the sink through to the feed', async () => {
    let open = 0;
    let most = 0;
    const publish = async (): Promise<void> => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
    };
    const feed = new SyntheticFeed({ speed: 'max', durationMs: 20_000 });
    const engine = new RealtimeEngine({ feed, sink: { publish } });
    engine.subscribe([topic('trade')]);
    engine.start();
    await engine.ended;
    expect(most).toBe(1);
  });
});

describe('subscribing while running', () => {
  it('adds topics from the present on, bars from the first whole one', async () => {
    const feed = new SyntheticFeed({ speed: 'max', durationMs: 20_000, maxBatchEvents: 10 });
    const sink = new Collector();
    const engine = new RealtimeEngine({
      feed,
      sink: {
        publish: (events) => {
          sink.publish(events);
          if (sink.batches.length === 2) {
            engine.subscribe([topic('kline@5s', 'ETH/USDT'), topic('quote')]);
          }
        },
      },
    });
    engine.subscribe([topic('trade')]);
    engine.start();
    await engine.ended;
    const bars = sink.events.filter((event) => event.type === 'bar');
    const startMs = sink.events[0]?.timestamp as number;
    expect(bars.map(({ timestamp }) => timestamp - startMs)).toEqual([5_000, 10_000, 15_000]);
    expect(sink.events.some(({ type }) => type === 'quote')).toBe(true);
  });

  it('takes bars of what the feed delivers already, whatever the feed', async () => {
    const feed = new ScriptedFeed(
      ['trade'],
      [[trade(T0)], [trade(T0 + MINUTE)], [trade(T0 + 2 * MINUTE)]],
    );
    const sink = new Collector();
    const engine = new RealtimeEngine({
      feed,
      sink: {
        publish: (events) => {
          sink.publish(events);
          engine.subscribe([topic('kline@1m')]);
        },
      },
    });
    engine.subscribe([topic('trade')]);
    engine.start();
    await engine.ended;
    expect(told(sink.events)).toEqual(['trade 0', 'trade 1', 'trade 2', 'kline@1m 2']);
  });

  it('is refused where the topics of the feed are fixed', async () => {
    let refused: unknown;
    const engine: RealtimeEngine = new RealtimeEngine({
      feed: new ScriptedFeed(['trade', 'quote'], [[trade(T0)]]),
      sink: {
        publish: () => {
          try {
            engine.subscribe([topic('quote')]);
          } catch (error) {
            refused = error;
          }
        },
      },
    });
    engine.subscribe([topic('trade')]);
    engine.start();
    await engine.ended;
    expect(refused).toMatchObject({
      code: 'MARKET_ENGINE_STATE',
      message: `can't subscribe to quote:BTC/USDT: the engine is running, and the topics of the scripted feed are fixed from its start`,
    });
  });

  it('is refused after the end, but for what is subscribed', async () => {
    const { engine } = await publishedBy(new ScriptedFeed(['trade', 'quote'], []), [
      topic('trade'),
    ]);
    engine.subscribe([topic('trade')]);
    expect(() => engine.subscribe([topic('quote')])).toThrow(/the engine has ended/);
  });
});

describe('life', () => {
  it('starts once', async () => {
    const { engine } = await publishedBy(new ScriptedFeed([], []), []);
    expect(() => engine.start()).toThrow(/can't start: the engine was started before/);
  });

  it('can be stopped before it is started, and then not started', async () => {
    const engine = new RealtimeEngine({ feed: new SyntheticFeed(), sink: new Collector() });
    await engine.stop();
    await engine.ended;
    expect(() => engine.start()).toThrow(/the engine was stopped before/);
  });

  it('stops a feed without end, as often as one likes', async () => {
    const sink = new Collector();
    const engine = new RealtimeEngine({ feed: new SyntheticFeed({ speed: 'max' }), sink });
    engine.subscribe([topic('trade'), topic('kline@1h')]);
    engine.start();
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([engine.stop(), engine.stop()]);
    await engine.ended;
    const { length } = sink.batches;
    await new Promise((resolve) => setImmediate(resolve));
    expect(sink.batches).toHaveLength(length);
    // The hour goes on without us: its bar is not one.
    expect(sink.events.every(({ type }) => type === 'trade')).toBe(true);
  });

  it('stops at the end of its scope', async () => {
    let ended: Promise<void>;
    {
      await using engine = new RealtimeEngine({ feed: new SyntheticFeed(), sink: new Collector() });
      engine.start();
      ended = engine.ended;
    }
    await ended;
  });

  it('reports the error of the feed through ended, and stop does not throw it', async () => {
    const logged: [LogLevel, string][] = [];
    const path = await fileOf(`${barLines(1_500)}bad,1,1,1,1,1\n`);
    const engine = new RealtimeEngine({
      feed: await ReplayFeed.open({ files: [{ path, symbol: 'BTC/USDT' }] }),
      sink: new Collector(),
      logger: { log: (level, message) => void logged.push([level, message]) },
    });
    engine.subscribe([topic('kline@1m')]);
    engine.start();
    await expect(engine.ended).rejects.toMatchObject({ code: 'MARKET_FILE_ROW' });
    await engine.stop();
    expect(logged).toEqual([
      ['error', expect.stringMatching(/the replay feed failed: .*row 1502/)],
    ]);
  });

  it('reports the error of the sink through ended', async () => {
    const publish = (): Promise<void> => Promise.reject(new Error('no room'));
    const feed = new ScriptedFeed(['trade'], [[trade(T0)]]);
    const engine = new RealtimeEngine({ feed, sink: { publish } });
    engine.subscribe([topic('trade')]);
    engine.start();
    await expect(engine.ended).rejects.toThrow('no room');
  });

  it('takes a feed that is aborted by its own error for stopped', async () => {
    const feed = new ScriptedFeed(['trade'], []);
    feed.run = (_topics, _sink, signal?: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const engine = new RealtimeEngine({ feed, sink: new Collector() });
    engine.start();
    await engine.stop();
    await engine.ended;
  });
});

describe('statistics', () => {
  it('counts events in and out, by data type, and when', async () => {
    const clock = new ManualClock(5_000);
    const feed = new ScriptedFeed(['kline@1m'], [minutes(0, 5), minutes(2, 3)]);
    const engine = new RealtimeEngine({ feed, sink: new Collector(), clock });
    engine.subscribe([topic('kline@1m'), topic('kline@5m')]);
    expect(engine.getStats()).toEqual({
      eventsIn: 0,
      eventsOut: 0,
      eventsLate: 0,
      byDataType: { 'kline@1m': { in: 0, out: 0 }, 'kline@5m': { in: 0, out: 0 } },
      firstEventMs: undefined,
      lastEventMs: undefined,
      startedAtMs: undefined,
      endedAtMs: undefined,
    });
    engine.start();
    clock.advance(100);
    await engine.ended;
    expect(engine.getStats()).toEqual({
      eventsIn: 6,
      eventsOut: 7,
      eventsLate: 1,
      byDataType: { 'kline@1m': { in: 6, out: 6 }, 'kline@5m': { in: 0, out: 1 } },
      firstEventMs: T0,
      lastEventMs: T0 + 4 * MINUTE,
      startedAtMs: 5_000,
      endedAtMs: 5_100,
    });
  });
});
