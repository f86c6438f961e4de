import { describe, expect, it } from 'vitest';
import { Denials, deniedRequest } from '../../../src/execution/denials.ts';
import { setUp, SYMBOL, WORKER } from './engine-setup.ts';
import { anIntent, anOrder } from './fixtures.ts';

const HALTED = { outcome: 'denied', rule: 'HALTED', reason: 'a test' } as const;

describe('what was denied', () => {
  it('is told with all that the strategy asked for', async () => {
    const { engine, submit, clock } = await setUp();
    engine.setTradingState('all', 'halted', 'eva', 'a test');
    await submit({ price: '90', quantity: '2', tag: 'entry' }, 'first');
    expect(engine.desk.denials.list()).toEqual([
      {
        at: clock.now(),
        workerId: WORKER,
        action: 'submit',
        clientOrderId: 'first',
        symbol: SYMBOL,
        side: 'buy',
        type: 'limit',
        quantity: '2',
        price: '90',
        stopPrice: null,
        tag: 'entry',
        rule: 'HALTED',
        reason: expect.stringContaining('a test'),
      },
    ]);
  });

  it('of a change has the order with what was to be changed of it', () => {
    const change = { quantity: null, price: '80', stopPrice: null };
    const request = { action: 'modify', clientOrderId: 'a', change } as const;
    const order = anOrder({ clientOrderId: 'a', price: '90', quantity: '3' });
    const denied = deniedRequest(WORKER, request, { ...HALTED, order }, 1);
    expect(denied).toMatchObject({ symbol: SYMBOL, price: '80', quantity: '3' });
  });

  it('of an order that is not known has its id alone', () => {
    const request = { action: 'cancel', clientOrderId: 'nobody' } as const;
    const denied = deniedRequest(WORKER, request, { ...HALTED, order: null }, 1);
    expect(denied).toMatchObject({ clientOrderId: 'nobody', symbol: null, side: null });
  });

  it('of a close has its symbol', () => {
    const request = { action: 'close', clientOrderId: 'a', symbol: SYMBOL, tag: 'x' } as const;
    const denied = deniedRequest(WORKER, request, { ...HALTED, order: null }, 1);
    expect(denied).toMatchObject({ symbol: SYMBOL, tag: 'x', quantity: null });
  });
});

describe('the list of what was denied', () => {
  const intent = anIntent();
  const add = (denials: Denials, workerId: string, at: number): void => {
    const request = { action: 'submit', clientOrderId: `o${at}`, intent } as const;
    denials.add(deniedRequest(workerId, request, { ...HALTED, order: null }, at));
  };

  it('is newest first, of a worker or a symbol if asked, and no longer than asked', () => {
    const denials = new Denials();
    for (const [at, id] of ['a', 'b', 'a', 'b'].entries()) add(denials, id, at);
    expect(denials.list().map(({ at }) => at)).toEqual([3, 2, 1, 0]);
    expect(denials.list({ workerId: 'a' }).map(({ at }) => at)).toEqual([2, 0]);
    expect(denials.list({ symbol: SYMBOL, limit: 1 }).map(({ at }) => at)).toEqual([3]);
    expect(denials.list({ symbol: 'ETH/USDT' })).toEqual([]);
  });

  it('forgets the oldest of more than a thousand', () => {
    const denials = new Denials();
    for (let at = 0; at < 1_005; at += 1) add(denials, 'a', at);
    const ats = denials.list({ limit: 5_000 }).map(({ at }) => at);
    expect([ats.length, ats[0], ats.at(-1)]).toEqual([1_000, 1_004, 5]);
  });
});
