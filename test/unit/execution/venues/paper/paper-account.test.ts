import { describe, expect, it } from 'vitest';
import { Bench, limitOf, orderOf, PERP, quoteOf, SPOT } from './support.ts';

const perp = (fields: Parameters<typeof orderOf>[0] = {}): ReturnType<typeof orderOf> =>
  orderOf({ symbol: PERP, ...fields });

function quoted(symbol: string, options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options);
  bench.show(quoteOf(100, 100, { symbol }));
  return bench;
}

describe('spot balances of the paper venue', () => {
  it('move both currencies and pay fees in the quote currency', async () => {
    const bench = quoted(SPOT, { balances: { USDT: '1000' } });
    await bench.submit(orderOf({ quantity: '2' }));
    expect(await bench.venue.account()).toEqual({
      balances: {
        USDT: { free: '799.8', total: '799.8' },
        BTC: { free: '2', total: '2' },
      },
      positions: {},
    });
  });

  it('keep back what a limit order sells', async () => {
    const bench = quoted(SPOT, { balances: { BTC: '3' } });
    await bench.submit(limitOf('110', { side: 'sell', quantity: '2' }));
    expect((await bench.venue.account()).balances).toEqual({ BTC: { free: '1', total: '3' } });
  });
});

describe('linear positions of the paper venue', () => {
  it('keep back their cost and pay fees', async () => {
    const bench = quoted(PERP, { balances: { USDT: '1000' } });
    await bench.submit(perp({ side: 'sell', quantity: '2' }));
    expect(await bench.venue.account()).toEqual({
      balances: { USDT: { free: '799.8', total: '999.8' } },
      positions: { [PERP]: '-2' },
    });
  });

  it('move the balance by what a closed part has won', async () => {
    const bench = quoted(PERP, { balances: { USDT: '1000' }, takerFee: '0' });
    await bench.submit(perp({ side: 'sell', quantity: '3' }));
    bench.show(quoteOf(90, 90, { symbol: PERP }));
    await bench.submit(perp({ clientOrderId: 'c2', quantity: '1' }));
    expect(await bench.venue.account()).toEqual({
      balances: { USDT: { free: '810', total: '1010' } },
      positions: { [PERP]: '-2' },
    });
  });

  it('turn round at the price of the trade', async () => {
    const bench = quoted(PERP, { balances: { USDT: '1000' }, takerFee: '0' });
    await bench.submit(perp());
    bench.show(quoteOf(110, 110, { symbol: PERP }));
    await bench.submit(perp({ clientOrderId: 'c2', side: 'sell', quantity: '3' }));
    expect(await bench.venue.account()).toEqual({
      balances: { USDT: { free: '790', total: '1010' } },
      positions: { [PERP]: '-2' },
    });
  });

  it('can be closed without funds', async () => {
    const bench = quoted(PERP, { balances: { USDT: '100.1' } });
    await bench.submit(perp());
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '0', total: '100' });
    expect(await bench.submit(perp({ clientOrderId: 'c2', side: 'sell' }))).toMatchObject({
      outcome: 'accepted',
    });
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '99.9', total: '99.9' });
  });

  it('can lose more than the balance', async () => {
    const bench = quoted(PERP, { balances: { USDT: '150' }, takerFee: '0' });
    await bench.submit(perp({ side: 'sell' }));
    bench.show(quoteOf(400, 400, { symbol: PERP }));
    await bench.submit(perp({ clientOrderId: 'c2' }));
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '-150', total: '-150' });
  });

  it('are not closed twice by orders that rest', async () => {
    const bench = quoted(PERP, { balances: { USDT: '150' } });
    await bench.submit(perp());
    const exit = { symbol: PERP, side: 'sell' } as const;
    expect(await bench.submit(limitOf('110', { ...exit, clientOrderId: 'c2' }))).toMatchObject({
      outcome: 'accepted',
    });
    expect(await bench.submit(limitOf('120', { ...exit, clientOrderId: 'c3' }))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('insufficient funds: 120.12 USDT needed'),
    });
  });

  it('reckon with the size of a contract', async () => {
    const bench = new Bench({
      balances: { USDT: '1000' },
      maxVolumeShare: '1',
      instruments: (symbol) => ({
        symbol,
        kind: 'linear',
        base: 'BTC',
        quote: 'USDT',
        contractSize: '0.01',
        tickSize: '0.1',
        lotSize: '1',
        minQuantity: '1',
        maxQuantity: null,
        minNotional: null,
        makerFee: '0',
        takerFee: '0.001',
      }),
    });
    bench.show(quoteOf(100, 100, { symbol: PERP, askSize: 0.055 }));
    await bench.submit(perp({ quantity: '9' }));
    expect(bench.fills).toMatchObject([{ quantity: '5', price: '100', fee: '0.005' }]);
  });
});

describe('an order that fills at worse prices than it was reckoned with', () => {
  it('is filled as long as there are funds, and canceled then', async () => {
    const bench = quoted(SPOT, {
      balances: { USDT: '300' },
      takerFee: '0',
      makerFee: '0',
      maxVolumeShare: '1',
    });
    await bench.submit(orderOf({ quantity: '3' }));
    bench.show(quoteOf(150, 150));
    expect((await bench.venue.account()).balances['USDT']).toEqual({ free: '0', total: '50' });
    bench.show(quoteOf(151, 151));
    expect(bench.last('c1')).toMatchObject({
      status: 'canceled',
      filledQuantity: '2',
      reason: 'insufficient funds: 151 USDT needed, 50 USDT free',
    });
  });
});
