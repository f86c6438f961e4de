import { describe, expect, it } from 'vitest';
import {
  Bench,
  bookOf,
  flatBar,
  limitOf,
  orderOf,
  PERP,
  quoteOf,
  stopOf,
  tradeOf,
} from './support.ts';

describe('market orders in the paper venue', () => {
  it('walk the levels of a book, the rest at the last one', async () => {
    const bench = new Bench();
    bench.show(
      bookOf(
        [[99, 1]],
        [
          [101, 1],
          [102, 2],
          [105, 0.5],
        ],
      ),
    );
    await bench.submit(orderOf({ quantity: '4' }));
    expect(bench.prints).toEqual(['1 @ 101 taker', '2 @ 102 taker', '1 @ 105 taker']);
  });

  it('take nothing out of the book', async () => {
    const bench = new Bench();
    bench.show(
      bookOf(
        [[99, 1]],
        [
          [101, 1],
          [102, 2],
        ],
      ),
    );
    await bench.submit(orderOf());
    await bench.submit(orderOf({ clientOrderId: 'c2' }));
    expect(bench.prints).toEqual(['1 @ 101 taker', '1 @ 101 taker']);
  });

  it('see the changes of a book', async () => {
    const bench = new Bench();
    bench.show(
      bookOf(
        [[99, 1]],
        [
          [101, 1],
          [102, 2],
        ],
      ),
      bookOf(
        [],
        [
          [101, 0],
          [101.5, 3],
        ],
        { kind: 'delta' },
      ),
    );
    await bench.submit(orderOf());
    expect(bench.prints).toEqual(['1 @ 101.5 taker']);
  });

  it('buy at the ask and sell at the bid of a quote, whatever its size', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(orderOf({ quantity: '5' }));
    await bench.submit(orderOf({ clientOrderId: 'c2', side: 'sell', quantity: '5' }));
    expect(bench.prints).toEqual(['5 @ 101 taker', '5 @ 99 taker']);
  });

  it('fill at the last trade, or the close of the last bar, if nothing finer is known', async () => {
    const bench = new Bench();
    bench.show(flatBar(0, 100));
    await bench.submit(orderOf());
    bench.show(tradeOf(103));
    await bench.submit(orderOf({ clientOrderId: 'c2' }));
    bench.show(flatBar(1, 105));
    await bench.submit(orderOf({ clientOrderId: 'c3' }));
    expect(bench.prints).toEqual(['1 @ 100 taker', '1 @ 103 taker', '1 @ 103 taker']);
  });

  it('have the slippage on top, to the next tick', async () => {
    const bench = new Bench({ slippage: '0.0005' });
    bench.show(quoteOf(99, 101.001));
    await bench.submit(orderOf());
    await bench.submit(orderOf({ clientOrderId: 'c2', side: 'sell' }));
    expect(bench.prints).toEqual(['1 @ 101.0515005 taker', '1 @ 98.9505 taker']);
  });

  it('take their share of each event until they are filled', async () => {
    const bench = new Bench({ maxVolumeShare: '0.5' });
    bench.show(quoteOf(99, 101, { askSize: 2 }));
    await bench.submit(orderOf({ quantity: '3' }));
    expect(bench.last('c1')).toMatchObject({ status: 'partially-filled', filledQuantity: '1' });
    bench.show(quoteOf(99, 102, { askSize: 1 }), quoteOf(99, 103, { askSize: 10 }));
    expect(bench.prints).toEqual(['1 @ 101 taker', '0.5 @ 102 taker', '1.5 @ 103 taker']);
    expect(bench.last('c1')?.status).toBe('filled');
  });

  it('do not take a second share of an event by a change', async () => {
    const bench = new Bench({ maxVolumeShare: '0.5' });
    bench.show(quoteOf(99, 101, { askSize: 2 }));
    await bench.submit(limitOf('101', { quantity: '3' }));
    await bench.venue.modify(orderOf(), { quantity: '4', price: null, stopPrice: null });
    expect(bench.prints).toEqual(['1 @ 101 taker']);
  });
});

describe('limit orders in the paper venue', () => {
  it('take at the market price if that is as good', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(limitOf('105'));
    expect(bench.prints).toEqual(['1 @ 101 taker']);
  });

  it('take no more of a book than it has up to their price, and rest', async () => {
    const bench = new Bench();
    bench.show(
      bookOf(
        [[99, 1]],
        [
          [101, 1],
          [102, 2],
          [103, 5],
        ],
      ),
    );
    await bench.submit(limitOf('102', { quantity: '4' }));
    expect(bench.prints).toEqual(['1 @ 101 taker', '2 @ 102 taker']);
    bench.show(bookOf([[101, 1]], [[102, 9]]));
    expect(bench.prints.at(-1)).toBe('1 @ 102 maker');
  });

  it('rest until a quote crosses them, and fill at their own price as a maker', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(limitOf('100'));
    bench.show(quoteOf(99, 100.5), quoteOf(97, 98));
    expect(bench.fills).toMatchObject([{ price: '100', liquiditySide: 'maker', fee: '0.1' }]);
  });

  it('fill when a trade is at their price', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(limitOf('99'));
    bench.show(tradeOf(99.5), tradeOf(99));
    expect(bench.prints).toEqual(['1 @ 99 maker']);
  });

  it('get their share of a trade, in whole lots', async () => {
    const bench = new Bench({ maxVolumeShare: '0.1' });
    bench.show(quoteOf(99, 101));
    await bench.submit(limitOf('99'));
    bench.show(tradeOf(98, 4));
    expect(bench.prints).toEqual(['0.4 @ 99 maker']);
  });

  it('of immediate-or-cancel lose what can not be had at once', async () => {
    const bench = new Bench();
    bench.show(
      bookOf(
        [[99, 1]],
        [
          [101, 1],
          [102, 1],
        ],
      ),
    );
    await bench.submit(limitOf('101', { quantity: '3', timeInForce: 'ioc' }));
    expect(bench.last('c1')).toMatchObject({
      status: 'canceled',
      filledQuantity: '1',
      reason: 'ioc: the rest could not be had at once',
    });
  });

  it('of immediate-or-cancel never rest', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(limitOf('100', { timeInForce: 'ioc' }));
    expect(bench.last('c1')).toMatchObject({ status: 'canceled', filledQuantity: '0' });
  });

  it('of fill-or-kill trade all or nothing', async () => {
    const bench = new Bench();
    bench.show(
      bookOf(
        [[99, 1]],
        [
          [101, 1],
          [102, 1],
        ],
      ),
    );
    await bench.submit(limitOf('102', { quantity: '3', timeInForce: 'fok' }));
    expect(bench.last('c1')).toMatchObject({
      status: 'canceled',
      filledQuantity: '0',
      reason: 'fok: 2 of 3 could be had at once',
    });
    await bench.submit(limitOf('102', { quantity: '2', timeInForce: 'fok' }));
    expect(bench.last('c1')).toMatchObject({ status: 'filled' });
  });
});

describe('the queue of the paper venue', () => {
  it('at the back lets what was there before trade first', async () => {
    const bench = new Bench({ queuePosition: 'back' });
    bench.show(quoteOf(99, 101, { bidSize: 5 }));
    await bench.submit(limitOf('99'));
    bench.show(tradeOf(99, 3), tradeOf(99, 2));
    expect(bench.prints).toEqual([]);
    bench.show(tradeOf(99, 0.1));
    expect(bench.prints).toEqual(['1 @ 99 maker']);
  });

  it('at the back knows it from a book, too', async () => {
    const bench = new Bench({ queuePosition: 'back', maxVolumeShare: '1' });
    bench.show(
      bookOf(
        [
          [99, 1],
          [98, 4],
        ],
        [[101, 1]],
      ),
    );
    await bench.submit(limitOf('98'));
    bench.show(tradeOf(98, 4.25));
    expect(bench.prints).toEqual(['0.25 @ 98 maker']);
  });

  it('at the back is passed when the market trades through', async () => {
    const bench = new Bench({ queuePosition: 'back' });
    bench.show(quoteOf(99, 101, { bidSize: 5 }));
    await bench.submit(limitOf('99'));
    bench.show(quoteOf(98, 99));
    expect(bench.prints).toEqual([]);
    bench.show(tradeOf(98.9, 0.1));
    expect(bench.prints).toEqual(['1 @ 99 maker']);
  });

  it('in front needs no more than a touch', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101, { bidSize: 5 }));
    await bench.submit(limitOf('99'));
    bench.show(tradeOf(99, 0.1));
    expect(bench.prints).toEqual(['1 @ 99 maker']);
  });
});

describe('stop orders in the paper venue', () => {
  it('go off at the ask, and fill there', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(stopOf('103'));
    bench.show(quoteOf(101, 102.9));
    expect(bench.prints).toEqual([]);
    bench.show(quoteOf(103, 104));
    expect(bench.prints).toEqual(['1 @ 104 taker']);
  });

  it('go off at a trade', async () => {
    const bench = new Bench();
    bench.show(tradeOf(100));
    await bench.submit(orderOf());
    await bench.submit(stopOf('95', { clientOrderId: 'c2', side: 'sell' }));
    bench.show(tradeOf(94));
    expect(bench.prints.at(-1)).toBe('1 @ 94 taker');
  });

  it('with a limit rest if the market is past it', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(orderOf({ type: 'stop-limit', stopPrice: '103', price: '103.5' }));
    bench.show(quoteOf(104, 105));
    expect(bench.prints).toEqual([]);
    bench.show(quoteOf(102, 103));
    expect(bench.prints).toEqual(['1 @ 103.5 maker']);
  });

  it('with a limit take what is within it', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101));
    await bench.submit(orderOf({ type: 'stop-limit', stopPrice: '103', price: '106' }));
    bench.show(quoteOf(104, 105));
    expect(bench.prints).toEqual(['1 @ 105 taker']);
  });
});

describe('reduce-only orders in the paper venue', () => {
  const perp = (fields: Parameters<typeof orderOf>[0]): ReturnType<typeof orderOf> =>
    orderOf({ symbol: PERP, ...fields });

  it('are rejected without a position', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101, { symbol: PERP }));
    expect(await bench.submit(perp({ side: 'sell', reduceOnly: true }))).toEqual({
      outcome: 'rejected',
      reason: 'reduce-only: there is nothing to reduce',
    });
  });

  it('close a position and never turn it round', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101, { symbol: PERP }));
    await bench.submit(perp({ quantity: '2' }));
    await bench.submit(
      perp({ clientOrderId: 'c2', side: 'sell', quantity: '5', reduceOnly: true }),
    );
    expect(bench.prints.at(-1)).toBe('2 @ 99 taker');
    expect(bench.last('c2')).toMatchObject({
      status: 'canceled',
      filledQuantity: '2',
      reason: 'reduce-only: there is nothing more to reduce',
    });
    expect((await bench.venue.account()).positions).toEqual({});
  });

  it('that rest are canceled when their price comes and nothing is left', async () => {
    const bench = new Bench();
    bench.show(quoteOf(99, 101, { symbol: PERP }));
    await bench.submit(perp({}));
    const exit = { clientOrderId: 'c2', side: 'sell', reduceOnly: true, symbol: PERP } as const;
    await bench.submit(limitOf('110', exit));
    await bench.submit(perp({ clientOrderId: 'c3', side: 'sell' }));
    bench.show(quoteOf(111, 112, { symbol: PERP }));
    expect(bench.last('c2')).toMatchObject({ status: 'canceled', filledQuantity: '0' });
  });

  it('sell what there is of a spot currency', async () => {
    const bench = new Bench({ balances: { USDT: '0', BTC: '2' } });
    bench.show(quoteOf(99, 101));
    await bench.submit(orderOf({ side: 'sell', quantity: '5', reduceOnly: true }));
    expect(bench.prints).toEqual(['2 @ 99 taker']);
    expect(bench.last('c1')?.status).toBe('canceled');
  });
});
