import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerConfig } from '../../../src/host/worker-config.ts';
import { bar, bars } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager, statusOf } from '../support/managers.ts';
import { rejection, waitFor } from '../support/wait.ts';

/** Both ways to the workers keep the same promises. */
const TRANSPORTS =
  process.platform === 'linux' && process.arch === 'x64'
    ? (['zeromq', 'shared-memory'] as const)
    : (['zeromq'] as const);

let manager: Awaited<ReturnType<typeof startManager>>;

let symbols = 0;

/** A symbol that no test before has used, so that its topics are new. */
function newSymbol(): string {
  symbols += 1;
  return `COIN${symbols}/USDT`;
}

async function running(name: string, workerId: string, config: WorkerConfig) {
  await manager.startStrategy(fixture(name), config, workerId);
  return {
    [Symbol.asyncDispose]: async () => {
      await manager.stopWorker(workerId);
      manager.removeWorker(workerId);
    },
  };
}

function report(workerId: string): Record<string, unknown> {
  return manager.getWorkerStatus(workerId).report;
}

function seenBy(workerId: string): string[] {
  return (report(workerId)['seen'] as string[] | undefined) ?? [];
}

describe.each(TRANSPORTS)('over %s', (marketTransport) => {
  beforeAll(async () => {
    // A ring that is soon full, so that something is lost on a worker that is held up.
    manager = await startManager({ maxWorkers: 4, marketTransport, ringBytes: 1_048_576 });
    expect(manager.getStats().transport).toBe(marketTransport);
  });
  afterAll(() => manager.stop());

  describe('delivery', () => {
    it('brings every bar once and in order to every worker', async () => {
      const symbol = newSymbol();
      const ids = ['a', 'b', 'c'];
      await using _a = await running('counts-bars', 'a', { symbols: [symbol] });
      await using _b = await running('counts-bars', 'b', { symbols: [symbol] });
      await using _c = await running('counts-bars', 'c', { symbols: [symbol, newSymbol()] });
      for (let from = 1; from <= 500; from += 50) {
        await manager.broker.publishBatch(bars(from, from + 49, symbol));
      }

      for (const workerId of ids) {
        await statusOf(manager, workerId, ({ counters }) => counters.messagesProcessed === 500);
        await waitFor('the figures', () => report(workerId)['bars'] === 500);
        expect(report(workerId)).toEqual({ bars: 500, first: 1, last: 500, disorder: 0, lost: 0 });
      }
    });

    it('loses none of 20,000 bars on the way to workers that must not lose any', async () => {
      const symbol = newSymbol();
      await using _a = await running('counts-bars', 'a', { symbols: [symbol], lossless: true });
      await using _b = await running('counts-bars', 'b', { symbols: [symbol], lossless: true });
      for (let from = 1; from <= 20_000; from += 100) {
        await manager.broker.publishBatch(bars(from, from + 99, symbol));
      }
      await manager.broker.drained();

      for (const workerId of ['a', 'b']) {
        const status = await statusOf(manager, workerId, (now) => now.report['bars'] === 20_000);
        expect(status.report).toEqual({
          bars: 20_000,
          first: 1,
          last: 20_000,
          disorder: 0,
          lost: 0,
        });
        expect(status.counters).toMatchObject({
          messagesProcessed: 20_000,
          messagesDropped: 0,
          gaps: 0,
        });
      }
    });

    it('tells a publisher how many workers subscribe', async () => {
      const symbol = newSymbol();
      await using _a = await running('counts-bars', 'a', { symbols: [symbol] });
      await using _b = await running('counts-bars', 'b', { symbols: [symbol] });

      expect(await manager.publishMarketData(symbol, 'kline', { close: 1 })).toBe(2);
      expect(await manager.publishMarketData(symbol, 'depth', { bids: [], asks: [] })).toBe(0);
    });

    it('takes no symbol for another that begins with it', async () => {
      await using _short = await running('tells-all', 'short', { symbols: ['BTC/USDT'] });
      await using _long = await running('tells-all', 'long', { symbols: ['BTC/USDTX'] });
      expect(await manager.publishMarketData('BTC/USDTX', 'kline', { close: 1 })).toBe(1);
      expect(await manager.publishMarketData('BTC/USDT', 'kline', { close: 2 })).toBe(1);

      await waitFor('both', () => seenBy('short').length === 3 && seenBy('long').length === 3);
      expect(seenBy('short').at(-1)).toBe('BTC/USDT 2');
      expect(seenBy('long').at(-1)).toBe('BTC/USDTX 1');
    });

    it('brings each kind of event to its callback', async () => {
      const symbol = newSymbol();
      const dataTypes = ['kline', 'kline@5m', 'tick', 'depth'];
      await using _a = await running('tells-all', 'a', { symbols: [symbol], dataTypes });
      await manager.publishMarketData(symbol, 'bar', { close: 1 });
      await manager.publishMarketData(symbol, 'kline@5m', { close: 2 });
      await manager.publishMarketData(symbol, 'kline', { close: 3, timeframe: '5m' });
      await manager.publishMarketData(symbol, 'tick', { price: 4, size: 1, aggressorSide: 'buy' });
      await manager.publishMarketData(symbol, 'tick', { bid: 5, ask: 6 });
      await manager.publishMarketData(symbol, 'orderbook', {
        bids: [[1, 2]],
        asks: [
          [3, 4],
          [5, 6],
        ],
      });
      await manager.publishMarketData(symbol, 'depth', { kind: 'delta', bids: [[1, 0]] });

      await waitFor('all', () => seenBy('a').length === 9);
      expect(seenBy('a').slice(2)).toEqual([
        `${symbol} 1`,
        `${symbol} 2`,
        `${symbol} 3`,
        'trade 4',
        'quote 5 6',
        'book snapshot 1 2',
        'book delta 1 0',
      ]);
    });

    it('keeps members that an event does not have by itself', async () => {
      const symbol = newSymbol();
      await using _a = await running('tells-bars', 'a', { symbols: [symbol] });
      const extras = { trades: 12, source: { exchange: 'a', lag: [1, 2] }, note: '线' };
      await manager.publishMarketData(symbol, 'kline', {
        timestamp: 5,
        close: 10,
        high: 12,
        ...extras,
      });

      await waitFor('the bar', () => seenBy('a').length === 1);
      expect(seenBy('a')).toEqual([
        {
          type: 'bar',
          symbol,
          timeframe: '1m',
          timestamp: 5,
          open: 10,
          high: 12,
          low: 10,
          close: 10,
          volume: 0,
          ...extras,
        },
      ]);
    });

    it('says the price of the last event in the status', async () => {
      const symbol = newSymbol();
      await using _a = await running('tells-all', 'a', {
        symbols: [symbol],
        dataTypes: ['kline', 'quote'],
      });
      expect(manager.getWorkerStatus('a').lastPrice).toBeNull();
      await manager.publishMarketData(symbol, 'kline', { close: 7 });
      await statusOf(manager, 'a', ({ lastPrice }) => lastPrice === 7);
      await manager.publishMarketData(symbol, 'quote', { bid: 8, ask: 10 });

      await statusOf(manager, 'a', ({ lastPrice }) => lastPrice === 9);
    });
  });

  describe('a strategy that takes its time', () => {
    it('gets one event at a time', async () => {
      const symbol = newSymbol();
      await using _a = await running('async-slow', 'a', { symbols: [symbol] });
      void manager.broker.publishBatch(bars(1, 10, symbol));
      await delay(15);
      void manager.broker.publishBatch(bars(11, 20, symbol));

      await waitFor(
        'the last bar',
        () => (report('a')['order'] as string[] | undefined)?.length === 40,
      );
      expect(report('a')).toEqual({
        mostAtOnce: 1,
        order: bars(1, 20).flatMap(({ close }) => [`begin ${close}`, `end ${close}`]),
      });
    });

    it('is answered on a command between two events, not after all of them', async () => {
      const symbol = newSymbol();
      await using _a = await running('async-slow', 'a', { symbols: [symbol] });
      void manager.broker.publishBatch(bars(1, 1_000, symbol));
      await statusOf(manager, 'a', ({ counters }) => counters.messagesProcessed > 0);
      await manager.pauseWorker('a');

      expect(manager.getWorkerStatus('a').counters.messagesProcessed).toBeLessThan(1_000);
    });

    it('does not slow the publisher or its siblings', async () => {
      const symbol = newSymbol();
      await using _slow = await running('async-slow', 'slow', { symbols: [symbol] });
      await using _fast = await running('counts-bars', 'fast', { symbols: [symbol] });
      void manager.broker.publishBatch(bars(1, 1_000, symbol));

      await waitFor('the sibling', () => report('fast')['bars'] === 1_000);
      expect(manager.getWorkerStatus('slow').counters.messagesProcessed).toBeLessThan(1_000);
    });

    it('finds an event that it kept as it was', async () => {
      const symbol = newSymbol();
      await using _a = await running('keeps-events', 'a', { symbols: [symbol] });
      for (let from = 1; from <= 200; from += 7) {
        void manager.broker.publishBatch(bars(from, from + 6, symbol));
        await delay(1);
      }

      await waitFor('the bars', () => report('a')['kept'] === 203);
      expect(report('a')['changed']).toBe(0);
    });
  });

  describe('a worker that joins late', () => {
    it('begins with the last value of a topic', async () => {
      const symbol = newSymbol();
      const dataTypes = ['kline', 'trade'];
      await manager.publishMarketData(symbol, 'trade', { price: 1 });
      await manager.publishMarketData(symbol, 'trade', { price: 2 });
      void manager.broker.publishBatch(bars(1, 3, symbol));
      await using _a = await running('tells-all', 'a', { symbols: [symbol], dataTypes });

      await waitFor('both', () => seenBy('a').length === 4);
      expect(seenBy('a').toSorted()).toEqual([`${symbol} 3`, 'init', 'start', 'trade 2']);
    });

    it('begins an order book with the last snapshot and what changed since', async () => {
      const symbol = newSymbol();
      const level = [[1, 1]];
      await manager.publishMarketData(symbol, 'depth', { bids: level });
      await manager.publishMarketData(symbol, 'depth', { bids: [...level, [2, 2]] });
      await manager.publishMarketData(symbol, 'depth', { kind: 'delta', bids: level });
      await manager.publishMarketData(symbol, 'depth', { kind: 'delta', asks: level });
      await using _a = await running('tells-all', 'a', { symbols: [symbol], dataTypes: ['depth'] });

      await waitFor('all', () => seenBy('a').length === 5);
      expect(seenBy('a').slice(2)).toEqual([
        'book snapshot 2 0',
        'book delta 1 0',
        'book delta 0 1',
      ]);
    });

    it('has its warm-up in the history and not among its events', async () => {
      const symbol = newSymbol();
      void manager.broker.publishBatch(bars(1, 50, symbol));
      await using _a = await running('tells-all', 'a', {
        symbols: [symbol],
        warmup: 3,
        params: { warmed: true },
      });
      void manager.broker.publishBatch([bar(51, symbol)]);

      await waitFor('the bar', () => seenBy('a').length === 3);
      expect(seenBy('a')).toEqual(['init', 'start 48 49 50', `${symbol} 51`]);
    });

    it('finds no hole between its warm-up and live data, however fast that comes', async () => {
      const symbol = newSymbol();
      let published = 0;
      let publishing = true;
      const publish = async (): Promise<void> => {
        while (publishing) {
          published += 1;
          await manager.broker.publishBatch([bar(published, symbol)]);
          await delay(0);
        }
      };
      const publisher = publish();
      await waitFor('some bars', () => published > 20);
      await using _a = await running('tells-all', 'a', {
        symbols: [symbol],
        warmup: 5,
        params: { warmed: true },
      });
      const publishedAtStart = published;
      await waitFor('more bars', () => published > publishedAtStart + 50);
      publishing = false;
      await publisher;

      await waitFor('the last bar', () => seenBy('a').at(-1) === `${symbol} ${published}`);
      const [, start, ...live] = seenBy('a');
      const warmup = (start ?? '').split(' ').slice(1).map(Number);
      const closes = [...warmup, ...live.map((what) => Number(what.split(' ')[1]))];
      expect(warmup).toHaveLength(5);
      expect(closes).toEqual(bars(warmup[0] ?? 0, published).map(({ close }) => close));
    });
  });

  describe('a change of the subscription', () => {
    it('leaves no hole in what the worker had already, however fast that comes', async () => {
      const symbol = newSymbol();
      const other = newSymbol();
      await using _a = await running('counts-bars', 'a', { symbols: [symbol] });
      let published = 0;
      let publishing = true;
      const publish = async (): Promise<void> => {
        while (publishing) {
          published += 1;
          await manager.broker.publishBatch([bar(published, symbol)]);
          await delay(0);
        }
      };
      const publisher = publish();
      for (let round = 0; round < 10; round += 1) {
        await manager.reloadConfig('a', { symbols: [symbol, other] });
        await manager.reloadConfig('a', { symbols: [symbol] });
      }
      publishing = false;
      await publisher;

      await waitFor('the last bar', () => report('a')['last'] === published);
      expect(report('a')).toEqual({
        bars: published,
        first: 1,
        last: published,
        disorder: 0,
        lost: 0,
      });
    });

    it('brings the last value of what is new', async () => {
      const symbol = newSymbol();
      const other = newSymbol();
      await manager.publishMarketData(other, 'kline', { close: 7 });
      await using _a = await running('tells-all', 'a', { symbols: [symbol] });
      await manager.reloadConfig('a', { symbols: [symbol, other] });

      await waitFor('the bar', () => seenBy('a').at(-1) === `${other} 7`);
    });

    it.each([true, false])(
      'owes nothing of a topic that is left (lossless: %s)',
      async (lossless) => {
        const symbol = newSymbol();
        const other = newSymbol();
        await using _a = await running('async-slow', 'a', { symbols: [symbol], lossless });
        void manager.broker.publishBatch(bars(1, 200, symbol));
        await statusOf(manager, 'a', ({ counters }) => counters.messagesProcessed > 2);
        await manager.reloadConfig('a', { symbols: [other] });
        await manager.broker.drained();
        await statusOf(manager, 'a', ({ lagEvents }) => lagEvents === 0);
        expect(manager.getWorkerStatus('a').counters.messagesProcessed).toBeLessThan(200);

        void manager.broker.publishBatch(bars(1, 20, other));
        expect(manager.getWorkerStatus('a').lagEvents).toBe(20);
        await statusOf(manager, 'a', ({ lagEvents }) => lagEvents === 0);
      },
    );

    it('keeps the old one when the new one is refused', async () => {
      const symbol = newSymbol();
      await using _a = await running('tells-all', 'a', { symbols: [symbol] });
      expect(
        (await rejection(manager.reloadConfig('a', { symbols: ['no such thing'] }))).code,
      ).toBe('INVALID_SYMBOL');
      expect((await rejection(manager.reloadConfig('a', { dataTypes: ['candles'] }))).code).toBe(
        'INVALID_DATA_TYPE',
      );
      await manager.publishMarketData(symbol, 'kline', { close: 1 });

      await waitFor('the bar', () => seenBy('a').at(-1) === `${symbol} 1`);
      expect(manager.getWorkerStatus('a')).toMatchObject({ state: 'running', symbols: [symbol] });
    });

    it('is refused for a worker that has ended, which then subscribes to nothing', async () => {
      const symbol = newSymbol();
      const { subscribers } = manager.broker.getStats();
      await using _a = await running('tells-all', 'a', { symbols: [symbol] });
      await manager.stopWorker('a');

      const error = await rejection(manager.reloadConfig('a', { symbols: [symbol] }));
      expect(error.code).toBe('WORKER_ENDED');
      expect(manager.broker.getSubscribers(symbol, 'kline')).toEqual([]);
      expect(manager.broker.getStats().subscribers).toBe(subscribers);
    });
  });

  describe('a worker that was held up', () => {
    it('gets bars that were lost on the way again, or is told of the gap', async () => {
      const symbol = newSymbol();
      await using _a = await running('counts-bars', 'a', { symbols: [symbol] });
      const { pid = 0 } = manager.getWorker('a');
      process.kill(pid, 'SIGSTOP');
      // A frame each, and many more than the way to the worker holds.
      const count = 30_000;
      for (let index = 1; index <= count; index += 1) {
        void manager.broker.publishBatch([bar(index, symbol)]);
        await new Promise(setImmediate);
      }
      process.kill(pid, 'SIGCONT');
      await statusOf(manager, 'a', ({ counters }) => counters.messagesProcessed > 0);
      // A gap shows at the next event.
      let published = count;
      await waitFor('all', () => {
        published += 1;
        void manager.broker.publishBatch([bar(published, symbol)]);
        const { last, bars: got, lost } = report('a') as Record<string, number>;
        return (
          last !== undefined && last > count && got !== undefined && got + (lost ?? 0) === last
        );
      });

      const { counters, report: figures } = await statusOf(
        manager,
        'a',
        (now) => now.report['last'] === published,
      );
      expect(counters.messagesDropped).toBeGreaterThan(0);
      expect(counters.messagesRefilled).toBeGreaterThan(0);
      expect(counters.gaps).toBeGreaterThan(0);
      expect(figures).toMatchObject({
        bars: counters.messagesProcessed,
        lost: counters.messagesDropped,
      });
      expect(counters.messagesProcessed + counters.messagesDropped).toBe(published);
    });
  });

  describe('what is published', () => {
    it.each([
      ['BTC/USDT', 'kline', { close: Number.NaN }, 'INVALID_MARKET_DATA', 'close'],
      ['BTC/USDT', 'kline', {}, 'INVALID_MARKET_DATA', 'close'],
      ['BTC/USDT', 'trade', { price: 1, aggressorSide: 'up' }, 'INVALID_MARKET_DATA', '"up"'],
      ['BTC/USDT', 'depth', { bids: [[1]] }, 'INVALID_MARKET_DATA', 'bids'],
      ['BTC/USDT', 'candles', { close: 1 }, 'INVALID_DATA_TYPE', '"candles"'],
      ['BTC/USDT', 'kline@1x', { close: 1 }, 'INVALID_TIMEFRAME', '"1x"'],
      ['BTC USDT', 'kline', { close: 1 }, 'INVALID_SYMBOL', '"BTC USDT"'],
      ['BTC/USDT\u0000', 'kline', { close: 1 }, 'INVALID_SYMBOL', 'not a symbol'],
    ])(
      'is refused if it breaks the rules: %j %s %j',
      async (symbol, dataType, data, code, quoted) => {
        const error = await rejection(manager.publishMarketData(symbol, dataType, data));
        expect(error.code).toBe(code);
        expect(error.message).toContain(quoted);
      },
    );

    it('is refused if it is no object at all', async () => {
      const error = await rejection(manager.publishMarketData('BTC/USDT', 'kline', 5 as never));
      expect(error.code).toBe('INVALID_MARKET_DATA');
      const missing = await rejection(manager.publishMarketData('BTC/USDT', 'tick', null as never));
      expect(missing.code).toBe('INVALID_MARKET_DATA');
    });

    it('is refused if it is larger than a message may be', async () => {
      const symbol = newSymbol();
      await using _a = await running('tells-all', 'a', { symbols: [symbol] });
      const error = await rejection(
        manager.publishMarketData(symbol, 'kline', { close: 1, note: 'x'.repeat(9_000_000) }),
      );

      expect(error.code).toBe('INVALID_MARKET_DATA');
      await manager.publishMarketData(symbol, 'kline', { close: 2 });
      await waitFor('the bar', () => seenBy('a').at(-1) === `${symbol} 2`);
    });

    it('is refused if its own members are not plain data', async () => {
      const symbol = newSymbol();
      await using _a = await running('tells-all', 'a', { symbols: [symbol] });
      const error = await rejection(
        manager.publishMarketData(symbol, 'kline', { close: 1, big: 1n }),
      );

      expect(error.code).toBe('INVALID_MARKET_DATA');
      await manager.publishMarketData(symbol, 'kline', { close: 2 });
      await waitFor('the bar', () => seenBy('a').at(-1) === `${symbol} 2`);
    });
  });

  describe('a loss at the end of a burst', () => {
    it('is found although nothing comes after it', async () => {
      const symbol = newSymbol();
      await using _a = await running('counts-bars', 'a', { symbols: [symbol] });
      const { pid = 0 } = manager.getWorker('a');
      process.kill(pid, 'SIGSTOP');
      const published = 30_000;
      for (let index = 1; index <= published; index += 1) {
        void manager.broker.publishBatch([bar(index, symbol)]);
        await new Promise(setImmediate);
      }
      process.kill(pid, 'SIGCONT');

      const { counters } = await statusOf(
        manager,
        'a',
        (now) => now.counters.messagesProcessed + now.counters.messagesDropped === published,
      );
      expect(counters.messagesDropped).toBeGreaterThan(0);
      await waitFor('the figures', () => report('a')['lost'] === counters.messagesDropped);
      expect(report('a')).toMatchObject({ bars: counters.messagesProcessed, last: published });
    });
  });
});
