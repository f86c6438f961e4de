import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DownPolicies, type DownPoliciesParts } from '../../../src/execution/down-policies.ts';
import type { OrderOutcome } from '../../../src/model/order-outcome.ts';
import { anOrder } from './fixtures.ts';
import { setUp, SYMBOL, WORKER } from './engine-setup.ts';

const NEVER = 3_600_000;
const MARKET = { type: 'market', price: null } as const;

function until(isSo: () => boolean): Promise<unknown> {
  return vi.waitFor(() => expect(isSo()).toBe(true), 30_000);
}

function journal(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-down-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'orders.db');
}

interface Rig {
  readonly policies: DownPolicies;
  /** What was done. */
  readonly done: string[];
  readonly lines: string[];
  isOpen: boolean;
  /** What workers still have. */
  readonly left: Set<string>;
}

function rigOf(parts: Partial<DownPoliciesParts> = {}): Rig {
  const rig = { done: [] as string[], lines: [] as string[], isOpen: true, left: new Set(['a']) };
  const accepted: OrderOutcome = { outcome: 'accepted', order: anOrder() };
  const policies = new DownPolicies({
    isConcerned: (workerId) => rig.left.has(workerId),
    cancelAll: (workerId) => {
      rig.done.push(`cancel ${workerId}`);
      rig.left.delete(workerId);
      return Promise.resolve([accepted]);
    },
    flatten: (workerId) => {
      rig.done.push(`flatten ${workerId}`);
      rig.left.delete(workerId);
      return Promise.resolve({ canceled: [], isDone: true, closed: [accepted] });
    },
    isOpen: () => rig.isOpen,
    logger: { log: (_level, message) => void rig.lines.push(message) },
    graceMs: NEVER,
    ...parts,
  });
  return Object.assign(rig, { policies });
}

describe('a strategy that will not come back by itself', () => {
  it.each(['cancel', 'flatten'] as const)('has its orders ended at once: %s', async (whenDown) => {
    const { policies, done } = rigOf();
    policies.down('a', true, whenDown);
    await until(() => done.length > 0);
    await policies.finish();
    expect(done).toEqual([`${whenDown} a`]);
  });

  it('keeps its orders with hold', async () => {
    const { policies, done } = rigOf();
    policies.down('a', true, 'hold');
    await policies.finish();
    expect(done).toEqual([]);
  });

  it('has them ended once, however often it is told', async () => {
    const { policies, done, left } = rigOf();
    policies.down('a', false, 'cancel');
    policies.down('a', true, 'cancel');
    await until(() => done.length > 0);
    left.add('a');
    policies.down('a', true, 'cancel');
    policies.down('a', false, 'cancel');
    await policies.finish();
    expect(done).toEqual(['cancel a']);
  });

  it('is not spoken of if it has nothing', async () => {
    const { policies, done, lines, left } = rigOf();
    left.clear();
    policies.down('a', true, 'flatten');
    await policies.finish();
    expect([done, lines]).toEqual([[], []]);
  });

  it('is waited for until trading is open', async () => {
    const rig = rigOf();
    rig.isOpen = false;
    rig.policies.down('a', true, 'cancel');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(rig.done).toEqual([]);
    rig.isOpen = true;
    await until(() => rig.done.length > 0);
  });

  it('keeps its orders if it is back before trading is open', async () => {
    const rig = rigOf();
    rig.isOpen = false;
    rig.policies.down('a', true, 'cancel');
    rig.policies.up('a');
    rig.isOpen = true;
    await rig.policies.finish();
    expect(rig.done).toEqual([]);
  });

  it('is told of with what was said against it', async () => {
    const reason = 'all is halted';
    const { policies, lines } = rigOf({
      flatten: () =>
        Promise.resolve({
          canceled: [],
          isDone: true,
          closed: [{ outcome: 'denied', rule: 'HALTED', reason, order: null }],
        }),
    });
    policies.down('a', true, 'flatten');
    await policies.finish();
    expect(lines).toEqual([
      'worker a is down: its orders are canceled and its positions closed',
      'worker a is down, and not all of that is done: all is halted',
    ]);
  });
});

describe('strategies', () => {
  it('are kept apart', async () => {
    const { policies, done, left } = rigOf();
    left.add('b');
    policies.down('a', false, 'cancel');
    policies.down('b', false, 'flatten');
    policies.up('a');
    await policies.finish();
    expect(done).toEqual(['flatten b']);
  });

  it('are told of where nothing could be done', async () => {
    const { policies, lines } = rigOf({
      cancelAll: () => Promise.reject(new Error('the venue is away')),
    });
    policies.down('a', true, 'cancel');
    await policies.finish();
    expect(lines.at(-1)).toBe('the orders of worker a could not be ended: the venue is away');
  });
});

describe('a strategy that may come back', () => {
  it('keeps its orders if it does', async () => {
    const { policies, done } = rigOf();
    policies.down('a', false, 'flatten');
    policies.up('a');
    await policies.finish();
    expect(done).toEqual([]);
  });

  it('has them ended if it stays away', async () => {
    const { policies, done } = rigOf({ graceMs: 1 });
    policies.down('a', false, 'cancel');
    await until(() => done.length > 0);
    expect(done).toEqual(['cancel a']);
  });

  it('has them ended before everything ends', async () => {
    const { policies, done } = rigOf();
    policies.down('a', false, 'flatten');
    await policies.finish();
    expect(done).toEqual(['flatten a']);
  });

  it('is as one that was never away when it is away again', async () => {
    const { policies, done, left } = rigOf();
    policies.down('a', true, 'cancel');
    await until(() => done.length > 0);
    policies.up('a');
    left.add('a');
    policies.down('a', true, 'cancel');
    await policies.finish();
    expect(done).toEqual(['cancel a', 'cancel a']);
  });
});

describe('the end', () => {
  it('does not wait for ever', async () => {
    const rig = rigOf();
    rig.isOpen = false;
    rig.policies.down('a', true, 'cancel');
    await rig.policies.finish(20);
    expect(rig.lines).toEqual([
      'orders of workers that are down could not be ended within 20 ms: a',
    ]);
    rig.isOpen = true;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(rig.done).toEqual([]);
  });
});

describe('an engine', () => {
  it('cancels the orders of a worker that is stopped, and leaves its position', async () => {
    const { engine, submit } = await setUp();
    await submit(MARKET);
    await submit({ price: '90' });
    engine.workerDown(WORKER, true, 'cancel');
    await until(() => engine.openOrders(WORKER).length === 0);
    expect(engine.netQuantity(SYMBOL)).toBe('1');
  });

  it('closes what it holds as well before it stops', async () => {
    const { engine, submit, venue } = await setUp();
    await submit(MARKET);
    await submit({ price: '90' });
    engine.workerDown(WORKER, false, 'flatten');
    await Promise.all([engine.stop(), engine.stop()]);
    expect(await venue.openOrders()).toEqual([]);
    expect(engine.netQuantity(SYMBOL)).toBe('0');
  });

  it('leaves both with hold', async () => {
    const { engine, submit, venue } = await setUp();
    await submit(MARKET);
    await submit({ price: '90' });
    engine.workerDown(WORKER, true, 'hold');
    await engine.stop();
    expect(await venue.openOrders()).toHaveLength(1);
    expect(engine.netQuantity(SYMBOL)).toBe('1');
  });

  it('that is started again does so once it has compared everything with the venue', async () => {
    const { again, engine, submit, venue } = await setUp({ journalPath: journal() });
    await submit({ price: '90' });
    await engine.stop();
    venue.down = true;
    const { engine: next } = await again();
    next.workerDown(WORKER, true, 'cancel');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await venue.openOrders().catch(() => 'down')).toBe('down');
    expect(next.openOrders(WORKER)).toHaveLength(1);
    venue.down = false;
    await until(() => next.openOrders(WORKER).length === 0);
    expect(await venue.openOrders()).toEqual([]);
  });
});
