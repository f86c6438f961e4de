import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canBecome, filled, moved } from '../../../src/execution/order-state.ts';
import { isClosed, ORDER_STATUSES } from '../../../src/model/order.ts';
import { aFill, anOrder } from './fixtures.ts';

describe('the states of an order', () => {
  it('let nothing follow on an order that was denied', () => {
    for (const status of ORDER_STATUSES) expect(canBecome('denied', status)).toBe(false);
  });

  it('let an order that is filled go on only as one that was made larger', () => {
    const next = ORDER_STATUSES.filter((status) => canBecome('filled', status));
    expect(next).toEqual(['partially-filled', 'canceled', 'expired']);
  });

  it('never turn what is at the venue into something that it was not', () => {
    for (const status of ['unknown', 'accepted', 'partially-filled'] as const)
      expect(canBecome(status, 'denied')).toBe(false);
    expect(canBecome('partially-filled', 'rejected')).toBe(false);
  });

  it('ignore news that come late', () => {
    const order = anOrder({ status: 'canceled' });
    expect(moved(order, 'accepted', { venueOrderId: 'v1' }, 2_000)).toBe(order);
  });

  it('leave an order the same object where nothing is new', () => {
    const order = anOrder({ status: 'accepted', venueOrderId: 'v1' });
    expect(moved(order, 'accepted', { venueOrderId: 'v1' }, 2_000)).toBe(order);
  });

  it('end what was pending when the order closes', () => {
    const order = anOrder({ status: 'accepted', pending: 'cancel' });
    expect(moved(order, 'canceled', {}, 2_000)).toMatchObject({
      pending: null,
      leavesQuantity: '0',
    });
  });
});

describe('a fill', () => {
  it('makes an order partially filled, and filled with the last one', () => {
    const order = anOrder({ status: 'accepted' });
    const partly = filled(order, aFill({ quantity: '0.4', price: '100' }));
    expect(partly).toMatchObject({
      status: 'partially-filled',
      filledQuantity: '0.4',
      leavesQuantity: '0.6',
      avgPrice: '100',
    });
    expect(filled(partly, aFill({ quantity: '0.6', price: '110' }))).toMatchObject({
      status: 'filled',
      leavesQuantity: '0',
      avgPrice: '106',
    });
  });

  it('that comes after the cancel is counted, and the order stays canceled', () => {
    const order = anOrder({ status: 'canceled', leavesQuantity: '0', reason: 'asked' });
    expect(filled(order, aFill({ quantity: '0.4' }))).toMatchObject({
      status: 'canceled',
      filledQuantity: '0.4',
      reason: 'asked',
    });
  });

  it('of whatever parts adds up to the whole, to the last digit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 }),
        (parts) => {
          const total = parts.reduce((sum, part) => sum + part, 0);
          let order = anOrder({ status: 'accepted', quantity: (total / 100_000).toFixed(5) });
          for (const part of parts) {
            expect(isClosed(order)).toBe(false);
            order = filled(order, aFill({ quantity: (part / 100_000).toFixed(5) }));
          }
          expect(order.status).toBe('filled');
          expect(Number(order.filledQuantity)).toBe(Number((total / 100_000).toFixed(5)));
        },
      ),
    );
  });
});
