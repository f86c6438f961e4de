import { describe, expect, it } from 'vitest';
import { setUp, SYMBOL, WORKER } from './engine-setup.ts';

const RESTING = { type: 'limit', price: '90' } as const;

describe('the desk for people', () => {
  it('puts other limits in force for the next order, and what is wrong changes nothing', async () => {
    const { engine, submit } = await setUp({ risk: { all: { maxOrderQuantity: '5' } } });
    expect(engine.desk.risk).toEqual({ all: { maxOrderQuantity: '5' } });
    const given = { strategy: { maxOrderQuantity: '1' } };
    engine.desk.setRisk(given);
    given.strategy.maxOrderQuantity = '100';
    expect(await submit({ quantity: '2' })).toMatchObject({
      outcome: 'denied',
      rule: 'MAX_ORDER_QUANTITY',
    });
    expect(() => engine.desk.setRisk({ strategy: {}, all: { maxOpenOrders: -1 } })).toThrow(
      expect.objectContaining({ code: 'INVALID_RISK_LIMIT' }),
    );
    expect(engine.desk.risk).toEqual({ strategy: { maxOrderQuantity: '1' } });
    engine.desk.setRisk({});
    expect(await submit({ quantity: '7' })).toMatchObject({ outcome: 'accepted' });
  });

  it('looks at once whether a new limit of losses is reached already', async () => {
    const { engine, submit, price } = await setUp();
    await submit({ quantity: '10' });
    // The day begins with what was won or lost by now.
    engine.desk.setRisk({ all: { maxDailyLoss: '1000' } });
    price(50);
    engine.desk.setRisk({ all: { maxDailyLoss: '100' } });
    expect(engine.desk.switchOf('all')).toMatchObject({ state: 'reduce-only', by: 'risk' });
  });

  it('cancels orders of ours whosever they are, says what became of each, and knows the rest', async () => {
    const { engine, submit, id } = await setUp();
    const [one, other] = [id(), id()];
    await submit(RESTING, one);
    await submit({ ...RESTING, symbol: 'ETH/USDT' }, other);
    expect(await engine.desk.cancel(one)).toMatchObject({
      outcome: 'accepted',
      order: { status: 'canceled' },
    });
    expect(await engine.desk.cancel(one)).toMatchObject({ outcome: 'denied', rule: 'NOT_OPEN' });
    expect(await engine.desk.cancel('nobody-1')).toBeUndefined();
    expect(await engine.desk.cancelAll({ symbol: SYMBOL })).toEqual([]);
    expect(await engine.desk.cancelAll({ workerId: 'worker-2' })).toEqual([]);
    expect(await engine.desk.cancelAll({ workerId: WORKER })).toMatchObject([
      { outcome: 'accepted', order: { clientOrderId: other } },
    ]);
  });

  it('does not touch what is not ours', async () => {
    const { engine, venue } = await setUp();
    venue.tellOrder({
      clientOrderId: null,
      venueOrderId: 'web-1',
      symbol: SYMBOL,
      side: 'buy',
      type: 'limit',
      quantity: '1',
      price: '90',
      stopPrice: null,
      filledQuantity: '0',
      status: 'accepted',
      reason: null,
      updatedAt: 1_700_000_000_000,
    });
    await engine.settled();
    const [external] = engine.desk.orders({ open: true });
    expect(external).toMatchObject({ workerId: null, venueOrderId: 'web-1' });
    expect(await engine.desk.cancelAll()).toEqual([]);
    expect(await engine.desk.cancel(external?.clientOrderId as string)).toMatchObject({
      outcome: 'denied',
      reason: expect.stringContaining('not ours'),
    });
    expect(engine.openOrders()).toHaveLength(1);
  });

  it('lists orders newest first, by symbol and by whether they are open', async () => {
    const { engine, submit, clock, id } = await setUp();
    const ids = [id(), id(), id()] as const;
    await submit(RESTING, ids[0]);
    clock.advance(1);
    await submit({ ...RESTING, symbol: 'ETH/USDT' }, ids[1]);
    clock.advance(1);
    await submit({}, ids[2]);
    const listed = (query: Parameters<typeof engine.desk.orders>[0]): readonly string[] =>
      engine.desk.orders(query).map(({ clientOrderId }) => clientOrderId);
    expect(listed({})).toEqual([ids[2], ids[1], ids[0]]);
    expect(listed({ open: true })).toEqual([ids[1], ids[0]]);
    expect(listed({ symbol: 'ETH/USDT' })).toEqual([ids[1]]);
    expect(listed({ symbol: SYMBOL, workerId: WORKER, limit: 1 })).toEqual([ids[2]]);
    expect(listed({ symbol: 'ETH' })).toEqual([]);
    expect(listed({ workerId: 'worker-2' })).toEqual([]);
  });

  it('adds up what all strategies made', async () => {
    const { engine, submit, price } = await setUp();
    await submit({ quantity: '2' });
    await engine.beginRun('worker-2');
    const intent = { ...RESTING, price: null, type: 'market', side: 'buy', quantity: '1' } as const;
    await engine.request(
      'worker-2',
      {
        action: 'submit',
        clientOrderId: 'zz-1',
        intent: {
          ...intent,
          symbol: SYMBOL,
          stopPrice: null,
          timeInForce: 'gtc',
          reduceOnly: false,
          postOnly: false,
          tag: null,
        },
      },
      { paused: false, catchingUp: false },
    );
    price(110);
    expect(engine.desk.pnl).toMatchObject({ USDT: { realized: '0', unrealized: '30' } });
    expect(Object.keys(engine.desk.balances)).toEqual(expect.arrayContaining(['USDT', 'BTC']));
  });
});
