import { describe, expect, it } from 'vitest';
import { timeframeMs } from '../../../src/model/timeframe.ts';
import type { LoadedStrategy } from '../../../src/worker/strategy-loader.ts';
import { SubscribedTopics } from '../../../src/worker/subscribed-topics.ts';
import { bar, BARS, sequence, TRADES } from './support.ts';

function topicsOf(strategy: object = {}, warmup = 0): SubscribedTopics {
  return new SubscribedTopics({ name: 'test', ...strategy } as LoadedStrategy, warmup, timeframeMs);
}

const noop = (): void => undefined;

describe('the topics of a worker', () => {
  it('are found by id', () => {
    const topics = topicsOf();
    topics.replace([BARS, TRADES]);
    expect([topics.get(1)?.dataType, topics.get(2)?.dataType, topics.get(3)]).toEqual([
      'kline@1m',
      'trade',
      undefined,
    ]);
  });

  it('know a bar once its span is over, and the rest at once', () => {
    const topics = topicsOf();
    topics.replace([{ ...BARS, dataType: 'kline@5m' }, TRADES]);
    expect([topics.get(1)?.knownAfterMs, topics.get(2)?.knownAfterMs]).toEqual([300_000, 0]);
  });

  it('that stay keep their place and their bars', () => {
    const topics = topicsOf();
    topics.replace([BARS, TRADES]);
    const before = topics.get(1);
    topics.replace([BARS]);
    expect([topics.get(1) === before, topics.get(2)]).toEqual([true, undefined]);
  });

  it('that leave and come back begin anew', () => {
    const topics = topicsOf();
    topics.replace([BARS]);
    topics.get(1)?.bars?.add(bar(1));
    topics.replace([]);
    topics.replace([BARS]);
    expect(topics.history('BTC/USDT', '1m', 10)).toEqual([]);
  });

  it.each([
    ['kline@1m', { onBar: noop }, 'onBar'],
    ['kline@1m', { onTick: noop }, undefined],
    ['trade', { onTrade: noop, onTick: noop }, 'onTrade'],
    ['trade', { onTick: noop }, 'onTick'],
    ['trade', { onQuote: noop }, undefined],
    ['quote', { onQuote: noop, onTick: noop }, 'onQuote'],
    ['quote', { onTick: noop }, 'onTick'],
    ['depth', { onOrderBook: noop }, 'onOrderBook'],
    ['depth', { onTick: noop, onBar: noop }, undefined],
  ])('of %s go, with %o, to %s', (dataType, strategy, callback) => {
    const topics = topicsOf(strategy);
    topics.replace([{ topicId: 1, symbol: 'BTC/USDT', dataType }]);
    expect(topics.get(1)?.callback).toBe(callback);
  });
});

describe('history', () => {
  it('is the newest bars, oldest first', () => {
    const topics = topicsOf();
    topics.replace([BARS]);
    for (const seq of sequence(1, 5)) topics.get(1)?.bars?.add(bar(seq));
    expect(topics.history('BTC/USDT', '1m', 2)).toEqual([bar(4), bar(5)]);
  });

  it('is shorter where there are not so many', () => {
    const topics = topicsOf();
    topics.replace([BARS]);
    topics.get(1)?.bars?.add(bar(1));
    expect(topics.history('BTC/USDT', '1m', 50)).toHaveLength(1);
  });

  it.each([0, -1, Number.NaN])('is empty for a count of %d', (count) => {
    const topics = topicsOf();
    topics.replace([BARS]);
    topics.get(1)?.bars?.add(bar(1));
    expect(topics.history('BTC/USDT', '1m', count)).toEqual([]);
  });

  it('keeps a thousand bars', () => {
    const topics = topicsOf();
    topics.replace([BARS]);
    for (const seq of sequence(1, 1_200)) topics.get(1)?.bars?.add(bar(seq));
    expect(topics.history('BTC/USDT', '1m', 5_000)).toHaveLength(1_000);
  });

  it('keeps as many as the warm-up asks for', () => {
    const topics = topicsOf({}, 1_100);
    topics.replace([BARS]);
    for (const seq of sequence(1, 1_200)) topics.get(1)?.bars?.add(bar(seq));
    expect(topics.history('BTC/USDT', '1m', 5_000)).toHaveLength(1_100);
  });

  it.each([
    ['ETH/USDT', '1m'],
    ['BTC/USDT', '5m'],
    ['BTC', '1m'],
    ['', ''],
  ])('of %j %j, which it does not get, is an error that says what it gets', (symbol, timeframe) => {
    const topics = topicsOf();
    topics.replace([BARS, { topicId: 3, symbol: 'SOL/USDT', dataType: 'kline@1h' }]);
    expect(() => topics.history(symbol, timeframe, 1)).toThrow(
      expect.objectContaining({
        name: 'StrategyUsageError',
        code: 'NOT_SUBSCRIBED',
        message: `history("${symbol}", "${timeframe}"): this worker gets bars of BTC/USDT 1m, SOL/USDT 1h`,
      }),
    );
  });

  it('says so where it gets no bars at all', () => {
    const topics = topicsOf();
    topics.replace([TRADES]);
    expect(() => topics.history('BTC/USDT', '1m', 1)).toThrow('this worker gets bars of nothing');
  });
});
