import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../src/model/bar.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import type { MarketFeed } from '../../../src/market/market-feed.ts';
import type { TradeTick } from '../../../src/model/trade-tick.ts';
import { QuantCell } from '../../../src/system/quantcell.ts';

const SYMBOL = 'BTC/USDT';
const MINUTE = 60_000;
const T0 = Date.UTC(2022, 0, 1);

/** A live feed of trades that a test gives out, with a past of bars of a minute. */
class TradesFeed implements MarketFeed {
  readonly name = 'trades';
  readonly replays = false;
  readonly symbols = [SYMBOL, 'ETH/USDT'];
  readonly asked: number[] = [];
  past: readonly Bar[] | Error = [];

  dataTypesOf(symbol: string): ReturnType<MarketFeed['dataTypesOf']> {
    return this.symbols.includes(symbol) ? ['trade', 'kline@1m'] : [];
  }

  run(_: unknown, sink: Parameters<MarketFeed['run']>[1], signal: AbortSignal): Promise<void> {
    this.#publish = (events) => void sink.publish(events);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  #publish: (events: readonly MarketEvent[]) => void = () => undefined;

  addTopics(): void {}

  history(_: unknown, count: number): Promise<readonly Bar[]> {
    this.asked.push(count);
    if (this.past instanceof Error) return Promise.reject(this.past);
    return Promise.resolve(this.past.slice(-count));
  }

  give(...events: readonly MarketEvent[]): void {
    this.#publish(events);
  }
}

function trade(timestamp: number, price: number, symbol = SYMBOL): TradeTick {
  return { type: 'trade', symbol, timestamp, price, size: 1, aggressorSide: 'buy', tradeId: '' };
}

function minute(timestamp: number, close: number): Bar {
  const prices = { open: close, high: close, low: close, close, volume: 1 };
  return { type: 'bar', symbol: SYMBOL, timeframe: '1m', timestamp, ...prices };
}

async function rigOf(past: TradesFeed['past'] = []) {
  const feed = new TradesFeed();
  feed.past = past;
  const logged: string[] = [];
  const system = new QuantCell({
    feed,
    manager: { pool: { minSize: 0 } },
    logger: { log: (_, text) => void logged.push(text) },
  });
  await system.start();
  system.engine.subscribe([{ symbol: SYMBOL, dataType: 'trade' }]);
  system.startFeed();
  return { feed, system, logged };
}

describe('bars that are being made', () => {
  it('come once for each batch to everybody who looks, and are made once', async () => {
    const { feed, system } = await rigOf();
    const [one, other] = [system.liveBars.open(SYMBOL, '1m'), system.liveBars.open(SYMBOL, '60s')];
    await one.ready;
    const told = [0, 0];
    one.onChange(() => (told[0] = (told[0] as number) + 1));
    other.onChange(() => (told[1] = (told[1] as number) + 1));
    feed.give(trade(T0 + 1, 100), trade(T0 + 2, 102), trade(T0 + 3, 101));
    expect(told).toEqual([1, 1]);
    expect(one.bars()).toMatchObject([{ open: 100, high: 102, close: 101, volume: 3 }]);
    expect(other.bars()).toEqual(one.bars());
    feed.give(trade(T0 + 4, 50, 'ETH/USDT'));
    expect(told).toEqual([1, 1]);
    await system.stop();
  });

  it('cost nothing before somebody looks and after the last has gone', async () => {
    const { feed, system } = await rigOf();
    const listens: string[] = [];
    const onMarket = system.onMarket.bind(system);
    system.onMarket = (listener) => {
      listens.push('on');
      const end = onMarket(listener);
      return () => {
        listens.push('off');
        end();
      };
    };
    const one = system.liveBars.open(SYMBOL, '1m');
    const other = system.liveBars.open(SYMBOL, '5m');
    let told = 0;
    one.onChange(() => (told += 1));
    one.close();
    one.close();
    expect(listens).toEqual(['on']);
    feed.give(trade(T0, 100));
    expect(told).toBe(0);
    other.close();
    expect(listens).toEqual(['on', 'off']);
    await system.stop();
  });

  it('begin with the past of the feed, and with what was published before', async () => {
    const { feed, system } = await rigOf([minute(T0 - 2 * MINUTE, 98), minute(T0 - MINUTE, 99)]);
    feed.give(trade(T0 + 1, 100));
    const view = system.liveBars.open(SYMBOL, '1m');
    expect(view.bars().map(({ close }) => close)).toEqual([100]);
    let told = 0;
    view.onChange(() => (told += 1));
    await view.ready;
    expect(told).toBe(1);
    expect(view.bars().map(({ close }) => close)).toEqual([98, 99, 100]);
    expect(view.bars(2).map(({ close }) => close)).toEqual([99, 100]);
    await system.stop();
  });

  it('go on where a listener throws', async () => {
    const { feed, system, logged } = await rigOf();
    const view = system.liveBars.open(SYMBOL, '1m');
    view.onChange(() => {
      throw new Error('it looks away');
    });
    let told = 0;
    view.onChange(() => (told += 1));
    feed.give(trade(T0, 100));
    expect(told).toBe(1);
    expect(logged.filter((line) => line.includes('it looks away'))).toHaveLength(1);
    await system.stop();
  });

  it('refuse a symbol that is not there, and a timeframe that is none', async () => {
    const { system } = await rigOf();
    const open = (symbol: string, timeframe: string) => () =>
      system.liveBars.open(symbol, timeframe);
    expect(open('BTC/USD', '1m')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_MARKET_SYMBOL' }),
    );
    expect(open('BTC/USD', '1m')).toThrow(/BTC\/USDT/);
    expect(open(SYMBOL, '1x')).toThrow(expect.objectContaining({ code: 'INVALID_TIMEFRAME' }));
    await system.stop();
  });
});

describe('bars that are known', () => {
  it('are those of the feed, asked for once in a while, and what was published after them', async () => {
    const { feed, system } = await rigOf([minute(T0 - MINUTE, 99)]);
    feed.give(trade(T0 + 1, 100), trade(T0 + MINUTE, 101), trade(T0 + 2 * MINUTE, 102));
    const bars = await system.bars.known(SYMBOL, '1m', 10);
    // That of T0 was under way when its first trade came; that after it is whole, and the last is being made.
    expect(bars.map(({ timestamp }) => (timestamp - T0) / MINUTE)).toEqual([-1, 1]);
    await system.bars.known(SYMBOL, '1m', 5);
    expect(feed.asked).toEqual([10]);
    await system.bars.known(SYMBOL, '1m', 20);
    expect(feed.asked).toEqual([10, 20]);
    await system.stop();
  });

  it('are none of a symbol that has none, and the feed is not asked for more than it can bear', async () => {
    const { feed, system } = await rigOf();
    expect(await system.bars.known('ETH/USDT', '5m', 10)).toEqual([]);
    expect(await system.bars.known('ETH/USDT', '4w', 5_000)).toEqual([]);
    expect(feed.asked).toEqual([55]);
    await system.stop();
  });

  it('are what is known here where the feed can not be asked', async () => {
    const { feed, system, logged } = await rigOf(new Error('no answer'));
    feed.give(trade(T0 - 1, 99), trade(T0 + 1, 100), trade(T0 + MINUTE, 101));
    expect(await system.bars.known(SYMBOL, '1m', 10)).toMatchObject([
      { timestamp: T0, close: 100 },
    ]);
    expect(logged.filter((line) => line.includes('no answer'))).toHaveLength(1);
    await system.stop();
  });
});
