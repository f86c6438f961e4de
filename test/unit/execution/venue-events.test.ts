import { expect, it } from 'vitest';
import type { VenueOrder } from '../../../src/execution/venue.ts';
import type { Order } from '../../../src/model/order.ts';
import { setUp, SYMBOL, WORKER, type Setup } from './engine-setup.ts';
import { aFill } from './fixtures.ts';

/** An order that rests at 90, as we know it. */
async function resting({ submit }: Setup): Promise<Order> {
  const outcome = await submit({ price: '90' });
  if (outcome.outcome !== 'accepted') throw new Error(outcome.outcome);
  return outcome.order;
}

/** What the venue says of it. */
function saidOf(order: Order, changes: Partial<VenueOrder> = {}): VenueOrder {
  const { clientOrderId, symbol, side, type, quantity, price, stopPrice, filledQuantity } = order;
  return {
    clientOrderId,
    venueOrderId: order.venueOrderId ?? '',
    symbol,
    side,
    type,
    quantity,
    price,
    stopPrice,
    filledQuantity,
    status: 'accepted',
    reason: null,
    updatedAt: order.updatedAt + 1,
    ...changes,
  };
}

it('an order that a change has put another one in place of stays its owner’s', async () => {
  const setup = await setUp();
  const { venue, engine } = setup;
  const order = await resting(setup);
  venue.tellOrder(saidOf(order, { venueOrderId: 'second', price: '91' }));
  await engine.settled();
  const now = { clientOrderId: order.clientOrderId, workerId: WORKER, venueOrderId: 'second' };
  expect(engine.openOrders()).toMatchObject([{ ...now, status: 'accepted', price: '91' }]);
  expect(engine.orders()).toMatchObject([now]);
});

it('the end of the one that was replaced is no end, whenever it is told', async () => {
  const setup = await setUp();
  const { venue, engine } = setup;
  const order = await resting(setup);
  venue.tellOrder(saidOf(order, { venueOrderId: 'second' }));
  venue.tellOrder(saidOf(order, { status: 'canceled' }));
  expect(engine.openOrders()).toMatchObject([{ status: 'accepted', venueOrderId: 'second' }]);

  const other = await resting(setup);
  venue.tellOrder(saidOf(other, { status: 'canceled' }));
  venue.tellOrder(saidOf(other, { venueOrderId: 'third' }));
  expect(engine.openOrders(WORKER)).toMatchObject([
    { venueOrderId: 'second' },
    { clientOrderId: other.clientOrderId, venueOrderId: 'third', status: 'accepted' },
  ]);
});

it('a fill without our name, while it is not known which number the order has now, waits until it is', async () => {
  const setup = await setUp();
  const { venue, engine } = setup;
  const order = await resting(setup);
  venue.fault = 'lose the answer';
  venue.silent = true;
  const change = { quantity: null, price: '91', stopPrice: null };
  const { clientOrderId } = order;
  const standing = { paused: false, catchingUp: false };
  await engine.request(WORKER, { action: 'modify', clientOrderId, change }, standing);
  const fill = aFill({ clientOrderId: null, venueOrderId: 'second', price: '91', quantity: '1' });
  venue.tellFill(fill);
  expect(engine.positions()).toEqual({});
  venue.tellOrder(saidOf(order, { venueOrderId: 'second', status: 'filled', filledQuantity: '1' }));
  await engine.settled();
  expect(engine.positions()).toMatchObject({ [WORKER]: [{ symbol: SYMBOL, quantity: '1' }] });
  expect(engine.orders()).toMatchObject([{ status: 'filled', filledQuantity: '1' }]);
});
