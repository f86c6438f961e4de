import { describe, expect, it } from 'vitest';
import { orderOutcome, position } from '../../../../src/api/contract/execution-schemas.ts';
import { outcomeView, positionView } from '../../../../src/api/views/order-views.ts';
import type { OrderOutcome } from '../../../../src/model/order-outcome.ts';
import { anOrder } from '../../execution/fixtures.ts';

describe('an outcome as it is shown', () => {
  const order = anOrder();
  const outcomes: readonly [OrderOutcome, object][] = [
    [
      { outcome: 'accepted', order },
      { rule: null, reason: null },
    ],
    [
      { outcome: 'denied', rule: 'HALTED', reason: 'halted', order: null },
      { rule: 'HALTED', reason: 'halted', order: null },
    ],
    [
      { outcome: 'rejected', reason: 'no', order },
      { rule: null, reason: 'no' },
    ],
    [
      { outcome: 'unknown', reason: 'no answer', order },
      { rule: null, reason: 'no answer' },
    ],
  ];

  it.each(outcomes)('%j is as the contract has it', (outcome, expected) => {
    const view = outcomeView(outcome);
    expect(orderOutcome.parse(view)).toEqual(view);
    expect(view).toMatchObject({ outcome: outcome.outcome, ...expected });
    if (outcome.order !== null) expect(view.order).toEqual(order);
  });
});

describe('a position as it is shown', () => {
  it('is as the contract has it, with whose it is and without a fraction of a millisecond', () => {
    const view = positionView('~external', {
      symbol: 'BTC/USDT',
      quantity: '-0.5',
      avgPrice: '100',
      realizedPnl: '0',
      unrealizedPnl: null,
      fees: { USDT: '0.1' },
      lastPrice: null,
      updatedAt: 1_700_000_000_000.5,
    });
    expect(position.parse(view)).toEqual(view);
    expect(view).toMatchObject({ owner: '~external', updatedAt: 1_700_000_000_000 });
  });
});
