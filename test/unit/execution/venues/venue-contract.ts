import { describe, expect, it } from 'vitest';
import type { Fill } from '../../../../src/model/fill.ts';
import type { Order } from '../../../../src/model/order.ts';
import type { ExecutionVenue, VenueOrder } from '../../../../src/execution/venue.ts';

/** What a venue has told its listener. */
export interface ToldOfVenue {
  readonly orders: VenueOrder[];
  readonly fills: Fill[];
}

/** A venue under test, connected, with a market in which orders can rest and fill. */
export interface VenueUnderTest {
  readonly venue: ExecutionVenue;
  readonly told: ToldOfVenue;
  /** An order with a client order id of its own that fills at once. */
  readonly fillingOrder: () => Order;
  /** An order with a client order id of its own that rests. */
  readonly restingOrder: () => Order;
  /** An order that the venue rejects. */
  readonly unacceptableOrder: () => Order;
  /** Resolves once the venue has told what it had to tell. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const NEVER_SENT = 'never-sent';

/** What every venue does, whatever is behind it. */
export function describeVenue(name: string, open: () => Promise<VenueUnderTest>): void {
  const withVenue = async (check: (underTest: VenueUnderTest) => Promise<void>): Promise<void> => {
    const underTest = await open();
    try {
      await check(underTest);
    } finally {
      await underTest.close();
    }
  };

  describe(`${name} as a venue`, () => {
    it('accepts an order that rests, and shows it as open', () =>
      withVenue(async ({ venue, restingOrder }) => {
        const order = restingOrder();
        const outcome = await venue.submit(order);
        expect(outcome).toMatchObject({
          outcome: 'accepted',
          order: { clientOrderId: order.clientOrderId, status: 'accepted', filledQuantity: '0' },
        });
        const open = await venue.openOrders();
        expect(open.map(({ clientOrderId }) => clientOrderId)).toContain(order.clientOrderId);
      }));

    it('rejects in words what it can not accept, and has no such order', () =>
      withVenue(async ({ venue, unacceptableOrder }) => {
        const order = unacceptableOrder();
        const outcome = await venue.submit(order);
        expect(outcome).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(/\w/) });
        expect(await venue.openOrders()).toEqual([]);
      }));

    it('cancels an open order once', () =>
      withVenue(async ({ venue, restingOrder, settled, told }) => {
        const order = restingOrder();
        await venue.submit(order);
        expect(await venue.cancel(order)).toMatchObject({
          outcome: 'accepted',
          order: { status: 'canceled' },
        });
        expect(await venue.cancel(order)).toMatchObject({ outcome: 'rejected' });
        expect(await venue.openOrders()).toEqual([]);
        await settled();
        expect(told.orders.at(-1)).toMatchObject({
          clientOrderId: order.clientOrderId,
          status: 'canceled',
        });
      }));

    it('finds an order by its client order id, open and closed, and none that was never sent', () =>
      withVenue(async ({ venue, restingOrder }) => {
        const order = restingOrder();
        await venue.submit(order);
        expect(await venue.findOrder(order)).toMatchObject({ status: 'accepted' });
        await venue.cancel(order);
        expect(await venue.findOrder(order)).toMatchObject({ status: 'canceled' });
        expect(await venue.findOrder({ ...order, clientOrderId: NEVER_SENT })).toBeNull();
      }));

    it('rejects a second order with the client order id of an open one', () =>
      withVenue(async ({ venue, restingOrder }) => {
        const order = restingOrder();
        await venue.submit(order);
        expect(await venue.submit(order)).toMatchObject({ outcome: 'rejected' });
        expect(await venue.openOrders()).toHaveLength(1);
      }));

    it('tells each fill once, and has it in its history', () =>
      withVenue(async ({ venue, fillingOrder, settled, told }) => {
        const order = fillingOrder();
        expect(await venue.submit(order)).toMatchObject({ outcome: 'accepted' });
        await settled();
        const ids = told.fills.map(({ tradeId }) => tradeId);
        expect(ids.length).toBeGreaterThan(0);
        expect(new Set(ids).size).toBe(ids.length);
        const history = await venue.fillsSince(0, [order.symbol]);
        expect(history.map(({ tradeId }) => tradeId)).toEqual(ids);
        expect(await venue.findOrder(order)).toMatchObject({
          status: 'filled',
          filledQuantity: order.quantity,
        });
      }));

    it('changes the quantity of an open order, which keeps its client order id', () =>
      withVenue(async ({ venue, restingOrder }) => {
        const order = restingOrder();
        await venue.submit(order);
        const quantity = String(Number(order.quantity) * 2);
        const outcome = await venue.modify(order, { quantity, price: null, stopPrice: null });
        expect(outcome).toMatchObject({
          outcome: 'accepted',
          order: { clientOrderId: order.clientOrderId, quantity },
        });
        expect(await venue.openOrders()).toMatchObject([{ quantity }]);
      }));
  });
}
