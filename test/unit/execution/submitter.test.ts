import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { OrderOutcome } from '../../../src/model/order-outcome.ts';
import { setUp, WORKER, type Setup } from './engine-setup.ts';

const WAIT = { timeout: 20_000 };

async function modify({ engine }: Setup, clientOrderId: string): Promise<OrderOutcome> {
  const change = { quantity: null, price: '80', stopPrice: null };
  const standing = { paused: false, catchingUp: false };
  const request = { action: 'modify', clientOrderId, change } as const;
  const { outcomes } = await engine.request(WORKER, request, standing);
  return outcomes[0] as OrderOutcome;
}

describe('a change or a cancel without an answer', () => {
  it('is asked for, and what became of it is told', async () => {
    const setup = await setUp();
    const { venue, engine, id, submit } = setup;
    const first = id();
    await submit({ price: '90' }, first);
    venue.silent = true;
    venue.fault = 'lose the answer';
    expect(await modify(setup, first)).toMatchObject({ outcome: 'unknown' });
    await vi.waitFor(() => expect(engine.openOrders()).toMatchObject([{ price: '80' }]), WAIT);
    expect(await setup.cancel(first)).toMatchObject({ outcome: 'unknown' });
    await vi.waitFor(() => expect(engine.openOrders()).toEqual([]), WAIT);
    await engine.settled();
    expect(engine.orders()).toMatchObject([{ status: 'canceled' }]);
  });

  it('is asked for until the venue can be asked', async () => {
    const setup = await setUp();
    const { venue, engine, id, submit } = setup;
    const first = id();
    await submit({ price: '90' }, first);
    Object.assign(venue, { silent: true, fault: 'lose the answer', down: true });
    await setup.cancel(first);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(engine.openOrders()).toHaveLength(1);
    venue.down = false;
    await vi.waitFor(() => expect(engine.openOrders()).toEqual([]), WAIT);
  });
});

describe('a change that was answered', () => {
  it.each([null, 'lose the request'] as const)(
    'is not pending any more, in the journal and for the strategy (%s)',
    async (fault) => {
      const setup = await setUp();
      const { venue, engine, updates, id, submit } = setup;
      const first = id();
      await submit({ price: '90' }, first);
      venue.fault = fault;
      await modify(setup, first);
      await engine.settled();
      expect(engine.orders()).toMatchObject([{ pending: null }]);
      expect(updates.at(-1)).toMatchObject({ order: { pending: null } });
      expect(engine.openOrders()).toMatchObject([{ pending: null }]);
    },
  );
});

it('a change that was not answered is not pending in the next process', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'submitter-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const setup = await setUp({ journalPath: join(directory, 'orders.db') });
  const { venue, engine, id, submit } = setup;
  const first = id();
  await submit({ price: '90' }, first);
  venue.modify = () => new Promise(() => undefined);
  void modify(setup, first);
  await vi.waitFor(() => expect(engine.orders()).toMatchObject([{ pending: 'modify' }]), WAIT);
  const next = await setup.again();
  expect(next.engine.openOrders()).toMatchObject([{ pending: null }]);
});

it('an order that waits at the venue’s door does not leave once trading is halted', async () => {
  const { venue, engine, id, submit } = await setUp();
  const first = id();
  let leave: () => void = () => undefined;
  venue.submit = async (_order, heldBack) => {
    await new Promise<void>((resolve) => (leave = resolve));
    const reason = heldBack?.() ?? null;
    return reason === null ? { outcome: 'unknown', reason: '' } : { outcome: 'rejected', reason };
  };
  const outcome = submit({ price: '90' }, first);
  await vi.waitFor(() => expect(engine.orders()).toHaveLength(1), WAIT);
  await new Promise((resolve) => setTimeout(resolve, 50));
  engine.setTradingState('all', 'halted', 'a test', 'to see what leaves');
  leave();
  expect(await outcome).toMatchObject({ outcome: 'denied', rule: 'HALTED' });
  await engine.settled();
  expect(engine.orders()).toMatchObject([{ clientOrderId: first, status: 'denied' }]);
});
