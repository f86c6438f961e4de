import { expect, it } from 'vitest';
import { aFill } from './fixtures.ts';
import { setUp, WORKER } from './engine-setup.ts';

it('a snapshot counts only updates that were written down: the others are still told', async () => {
  const { venue, engine, updates, submit } = await setUp();
  const outcome = await submit({ price: '90' });
  if (outcome.outcome !== 'accepted') throw new Error(outcome.outcome);
  const { clientOrderId, venueOrderId } = outcome.order;
  const before = updates.length;
  // It is known at once, and on the disk a moment later.
  venue.tellFill(aFill({ clientOrderId, venueOrderId: venueOrderId ?? '', quantity: '0.5' }));
  const { lastSeq } = engine.snapshot(WORKER);
  expect(lastSeq).toBe(before);
  expect(engine.updatesSince(WORKER, lastSeq)).toEqual([]);
  await engine.settled();
  expect(updates).toHaveLength(before + 1);
  expect(engine.updatesSince(WORKER, lastSeq)).toMatchObject([{ seq: lastSeq + 1 }]);
  expect(engine.snapshot(WORKER).lastSeq).toBe(lastSeq + 1);
});
