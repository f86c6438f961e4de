import { describe, expect, it } from 'vitest';
import { IpcError } from '../../../../src/ipc/errors.ts';
import type { OrderOutcome } from '../../../../src/model/order-outcome.ts';
import { settle } from '../support.ts';
import { filled, order, startOf, tradingOf, update, type TradingRig } from './support.ts';

function begun(parts: Parameters<typeof tradingOf>[0] = {}, start = startOf()): TradingRig {
  const rig = tradingOf(parts);
  rig.trading.begin(start);
  return rig;
}

/** The host answers the last request. */
function answer({ trading, sent }: TradingRig, ...outcomes: OrderOutcome[]): void {
  const replyTo = sent.at(-1)?.requestId ?? '';
  trading.takeResponse({ replyTo, outcomes: outcomes as never, quietUntilMs: null });
}

describe('an order call', () => {
  it('sends at once, in the order of the calls, with ids of its own', () => {
    const { trading, sent } = begun();
    void trading.calls.buy('BTC/USDT', 1);
    void trading.calls.closePosition('BTC/USDT', { tag: 'out' });
    void trading.calls.cancelAll();
    expect(sent).toMatchObject([
      { requestId: '1', request: { action: 'submit', clientOrderId: 'kN1' }, state: 'running' },
      { requestId: '2', request: { action: 'close', clientOrderId: 'kN2', tag: 'out' } },
      { requestId: '3', request: { action: 'cancel-all', symbol: null } },
    ]);
  });

  it('counts its ids in base 36', () => {
    const { trading, sent } = begun();
    for (let call = 0; call < 40; call += 1) void trading.calls.buy('BTC/USDT', 1);
    expect(sent.slice(8, 10).concat(sent.slice(34, 36))).toMatchObject(
      ['kN9', 'kNa', 'kNz', 'kN10'].map((clientOrderId) => ({ request: { clientOrderId } })),
    );
  });

  it('resolves to what the host says', async () => {
    const rig = begun();
    const outcome = rig.trading.calls.buy('BTC/USDT', 1);
    answer(rig, { outcome: 'rejected', reason: 'no balance', order: order('kN1') });
    expect(await outcome).toMatchObject({ outcome: 'rejected', reason: 'no balance' });
  });

  it('that is denied is logged, at most once a second', async () => {
    const rig = begun();
    for (let call = 0; call < 3; call += 1) {
      const outcome = rig.trading.calls.buy('BTC/USDT', 1);
      answer(rig, { outcome: 'denied', rule: 'MAX_ORDER_SIZE', reason: 'too large', order: null });
      await outcome;
    }
    expect(rig.lines).toEqual(['warn: an order was denied by MAX_ORDER_SIZE: too large']);
  });

  it.each([
    ['before the start', () => tradingOf(), 'NOT_RUNNING'],
    [
      'without a venue',
      () => {
        const rig = tradingOf();
        rig.trading.begin(null);
        return rig;
      },
      'NO_VENUE',
    ],
    [
      'after the end',
      () => {
        const rig = begun();
        rig.trading.end();
        return rig;
      },
      'NOT_RUNNING',
    ],
    [
      'while another process takes over',
      () => {
        const rig = begun();
        rig.trading.handOver();
        return rig;
      },
      'NOT_RUNNING',
    ],
  ])('%s is denied and sends nothing', async (_when, rigOf, rule) => {
    const { trading, sent } = rigOf();
    expect(await trading.calls.buy('BTC/USDT', 1)).toMatchObject({ outcome: 'denied', rule });
    expect(await trading.calls.cancelAll()).toMatchObject([{ outcome: 'denied', rule }]);
    expect(sent).toEqual([]);
  });

  it('never throws or rejects, whatever it is given', async () => {
    const { trading } = begun();
    const { buy, modify, cancel, cancelAll, closePosition } = trading.calls as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    const odd = [undefined, null, 5, {}, [], Symbol('odd'), () => 1, Object.create(null)];
    for (const value of odd) {
      const results = await Promise.all([
        buy?.call(trading.calls, value, value, value),
        modify?.call(trading.calls, value, value),
        cancel?.call(trading.calls, value),
        closePosition?.call(trading.calls, value, value),
      ]);
      expect(results).toMatchObject(
        Array(4).fill({ outcome: 'denied', rule: 'INVALID_ORDER', order: null }),
      );
    }
    expect(await cancelAll?.call(trading.calls, 5)).toMatchObject([{ rule: 'INVALID_ORDER' }]);
  });

  it('is denied if it can not be sent', async () => {
    const full = new IpcError('SEND_QUEUE_FULL', 'full');
    const { trading } = begun({ send: () => Promise.reject(full) });
    expect(await trading.calls.buy('BTC/USDT', 1)).toMatchObject({ rule: 'NO_ANSWER' });
  });

  it('is denied if too many are not answered', async () => {
    const { trading, sent } = begun();
    for (let call = 0; call < 1_000; call += 1) void trading.calls.buy('BTC/USDT', 1);
    expect(await trading.calls.buy('BTC/USDT', 1)).toMatchObject({
      rule: 'NO_ANSWER',
      reason: '1000 requests wait for their answer already',
    });
    expect(sent).toHaveLength(1_000);
  });
});

describe('updates', () => {
  it('are seen at once and told in their turn: fill, position, order', async () => {
    const { trading, called, turn } = begun();
    trading.takeUpdates([update(1), filled(2)]);
    expect(trading.calls.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['o-1']);
    expect(trading.calls.order('o-2')?.status).toBe('filled');
    expect(trading.calls.position('BTC/USDT').quantity).toBe('2');
    expect([called, trading.doneSeq, trading.lastSeq]).toEqual([[], 0, 2]);
    await turn();
    expect(called).toEqual(['onOrder o-1', 'onFill t-2', 'onPosition 2', 'onOrder o-2']);
    expect(trading.doneSeq).toBe(2);
  });

  it('that are known are passed over', async () => {
    const { trading, called, turn } = begun({}, startOf({}, 5));
    trading.takeUpdates([update(4), update(5), update(6)]);
    trading.takeUpdates([update(6), update(7)]);
    await turn();
    expect(called).toEqual(['onOrder o-6', 'onOrder o-7']);
  });

  it('that are missing are told of in the log', () => {
    const { trading, lines } = begun();
    trading.takeUpdates([update(3)]);
    expect(lines).toEqual([
      'warn: order updates 1 to 2 are not known any more: their callbacks do not run',
    ]);
  });

  it('let others have their turn between two of them', async () => {
    const { trading, called, tasks, turn } = begun();
    trading.takeUpdates([update(1), update(2)]);
    tasks.push(() => void called.push('a save'));
    await turn();
    expect(called).toEqual(['onOrder o-1', 'a save', 'onOrder o-2']);
  });

  it('are missed ones first, those that came ahead of the start included', async () => {
    const { trading, called, turn } = tradingOf();
    trading.takeUpdates([update(1), update(2)]);
    trading.begin(startOf({ doneSeq: 1, missed: [update(3), update(4)] }, 4));
    trading.takeUpdates([update(5)]);
    expect(trading.doneSeq).toBe(1);
    await trading.tell();
    await turn();
    expect(called).toEqual([2, 3, 4, 5].map((seq) => `onOrder o-${seq}`));
  });

  it('that are not kept any more are told of in the log', () => {
    const { trading, lines } = tradingOf();
    trading.begin(startOf({ doneSeq: 2, missed: [update(5)] }, 5));
    expect(lines).toEqual([
      'warn: order updates 3 to 4 are not known any more: their callbacks do not run',
    ]);
  });

  it('are held while another process takes over, and told if it does not', async () => {
    const { trading, called, turn } = begun();
    trading.handOver();
    trading.takeUpdates([update(1)]);
    await turn();
    expect([called, trading.doneSeq]).toEqual([[], 0]);
    trading.takeBack();
    await turn();
    expect(called).toEqual(['onOrder o-1']);
  });

  it('are not told to a strategy that has ended', async () => {
    const { trading, called, turn } = begun();
    trading.takeUpdates([update(1)]);
    trading.end();
    await turn();
    expect([called, trading.doneSeq]).toEqual([[], 0]);
  });

  it('are not done if the strategy fails in the middle of one', async () => {
    const rig: TradingRig = begun({
      call: (name) => {
        if (name === 'onFill') rig.trading.end();
        return undefined;
      },
    });
    rig.trading.takeUpdates([filled(1)]);
    await rig.turn();
    expect(rig.trading.doneSeq).toBe(0);
  });

  it('are told before and after onStop', async () => {
    const { trading, called } = begun();
    trading.takeUpdates([update(1)]);
    await trading.finish(async () => {
      called.push('onStop');
      trading.takeUpdates([update(2)]);
      await settle();
    });
    trading.takeUpdates([update(3)]);
    expect(called).toEqual(['onOrder o-1', 'onStop', 'onOrder o-2']);
  });
});

describe('a host that is gone', () => {
  it('leaves what waits for it unknown, and the next one is asked again', async () => {
    const rig = begun();
    const { trading, sent } = rig;
    const outcome = trading.calls.buy('BTC/USDT', 1, { price: 5 });
    trading.loseHost();
    expect(await outcome).toMatchObject({
      outcome: 'unknown',
      order: { clientOrderId: 'kN1', status: 'unknown', price: '5' },
    });
    trading.findHost();
    expect(sent).toMatchObject([
      { requestId: '1', moment: { catchingUp: false } },
      { requestId: '1', moment: { catchingUp: true }, request: { clientOrderId: 'kN1' } },
    ]);
    answer(rig, { outcome: 'accepted', order: order('kN1') });
    expect(rig.lines).toEqual([
      'info: an order that was not answered by the host before is accepted',
    ]);
    trading.findHost();
    expect(sent).toHaveLength(2);
  });

  it('is sent no new exposure, and exits go to the next one', async () => {
    const { trading, sent } = begun();
    trading.takeUpdates([update(1), filled(2)]);
    trading.loseHost();
    const { calls } = trading;
    expect(await calls.buy('BTC/USDT', 1)).toMatchObject({ rule: 'NO_ANSWER' });
    expect(await calls.cancel('o-1')).toMatchObject({ outcome: 'unknown', order: order('o-1') });
    expect(await calls.cancelAll()).toMatchObject([{ outcome: 'unknown' }]);
    expect(await calls.closePosition('BTC/USDT')).toMatchObject({
      outcome: 'unknown',
      order: { side: 'sell', quantity: '2', reduceOnly: true },
    });
    expect(sent).toEqual([]);
    trading.findHost();
    expect(sent.map(({ request }) => request.action)).toEqual(['cancel', 'cancel-all', 'close']);
  });

  it('that no other one follows takes nothing more', async () => {
    const { trading } = begun();
    trading.loseHost();
    trading.giveUpHost();
    expect(await trading.calls.cancel('o-1')).toMatchObject({ rule: 'NO_ANSWER' });
  });
});

describe('what a strategy sees', () => {
  it('is nothing before it has anything', () => {
    const { calls } = tradingOf().trading;
    expect(calls.account).toMatchObject({ venue: 'none', tradingState: 'halted' });
    expect(calls.position('BTC/USDT')).toMatchObject({ quantity: '0', avgPrice: null });
    expect([calls.orders, calls.instrument('BTC/USDT')]).toEqual([[], undefined]);
  });

  it('keeps the last thousand closed orders', () => {
    const { trading } = begun();
    for (let seq = 1; seq <= 1_001; seq += 1) trading.takeUpdates([filled(seq)]);
    expect([trading.calls.order('o-1'), trading.calls.order('o-2')?.status]).toEqual([
      undefined,
      'filled',
    ]);
  });

  it('rounds by the steps of the instrument', () => {
    const { calls } = begun().trading;
    expect(calls.roundQuantity('BTC/USDT', 0.12399)).toBe('0.123');
    expect(calls.roundPrice('BTC/USDT', '100.3')).toBe('100.5');
    expect(() => calls.roundPrice('NO/SUCH', 1)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_INSTRUMENT' }),
    );
  });

  it('has the account as it was told last', () => {
    const { trading } = begun();
    const account = { ...trading.calls.account, tradingState: 'halted' as const };
    trading.takeAccount(account);
    expect(trading.calls.account).toBe(account);
  });
});

describe('in a replay', () => {
  it('what is asked is answered before anything is told', async () => {
    const rig = begun({ replays: true });
    const { trading, called } = rig;
    void trading.calls.buy('BTC/USDT', 1).then(() => called.push('answered'));
    trading.takeUpdates([update(1)]);
    expect([trading.busy, trading.isDue(0)]).toEqual([true, true]);
    const settled = trading.settle();
    await settle();
    expect(called).toEqual([]);
    answer(rig, { outcome: 'accepted', order: order('o-1') });
    await settled;
    expect(called).toEqual(['answered', 'onOrder o-1']);
  });

  it('nothing is due while nothing is open, or before the quiet time is over', async () => {
    const { trading, sent } = begun({ replays: true });
    expect([trading.busy, trading.isDue(100)]).toEqual([false, false]);
    trading.takeUpdates([update(1)]);
    await trading.settle();
    const synced = trading.sync();
    trading.takeResponse({ replyTo: sent[0]?.requestId ?? '', outcomes: [], quietUntilMs: 50 });
    await synced;
    expect([trading.busy, trading.isDue(49), trading.isDue(50)]).toEqual([true, false, true]);
  });
});
