import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteJournal } from '../../../../src/execution/journal/sqlite-journal.ts';
import { aFill, anOrder } from '../fixtures.ts';

const DEAF = { onFailure: () => undefined, onFull: () => undefined, onRoom: () => undefined };

describe('SqliteJournal', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'journal-'));
    path = join(directory, 'orders.db');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function reopened(journal: SqliteJournal): SqliteJournal {
    journal.close();
    return new SqliteJournal(path, DEAF);
  }

  it('gives back what was written, in another process of the home', async () => {
    const journal = new SqliteJournal(path, DEAF);
    const order = anOrder({ status: 'accepted' });
    const update = { seq: 1, order, fill: null, position: null, timestamp: 1 };
    const setting = { scope: 'all', state: 'halted', reason: 'r', by: 'me', at: 1 } as const;
    await journal.append({ order, update: { workerId: 'worker-1', update } }, 'fact');
    await journal.append({ switch: setting, fact: { name: 'run', value: '7' } }, 'intent');
    const next = reopened(journal);
    const contents = next.load();
    expect(contents.orders).toEqual([order]);
    expect(contents.switches).toEqual([setting]);
    expect(contents.facts.get('run')).toBe('7');
    expect(contents.lastSeqs.get('worker-1')).toBe(1);
    expect(next.updatesSince('worker-1', 0)).toEqual([update]);
    expect(next.updatesSince('worker-1', 1)).toEqual([]);
    expect(next.find(order.clientOrderId)).toEqual(order);
    next.close();
  });

  it('knows a fill by its symbol and number', async () => {
    const journal = new SqliteJournal(path, DEAF);
    await journal.append({ fill: { fill: aFill(), workerId: 'worker-1' } }, 'fact');
    expect(journal.hasFill('BTC/USDT', 't1')).toBe(true);
    expect(journal.hasFill('ETH/USDT', 't1')).toBe(false);
    expect(journal.fills({})).toEqual([{ fill: aFill(), workerId: 'worker-1' }]);
    journal.close();
  });

  it('loads open orders however many closed ones there are, and the newest of those', async () => {
    const journal = new SqliteJournal(path, DEAF);
    const open = anOrder({ clientOrderId: 'open', status: 'accepted', createdAt: 0 });
    const closed = Array.from({ length: 1_100 }, (_, at) =>
      anOrder({ clientOrderId: `closed-${at}`, status: 'filled', createdAt: at + 1 }),
    );
    await Promise.all([open, ...closed].map((order) => journal.append({ order }, 'fact')));
    const { orders } = journal.load();
    expect(orders.filter(({ status }) => status === 'accepted')).toEqual([open]);
    expect(orders).toHaveLength(1_001);
    expect(orders.some(({ clientOrderId }) => clientOrderId === 'closed-1099')).toBe(true);
    journal.close();
  });

  it("is nobody else's as long as it is open", () => {
    const journal = new SqliteJournal(path, DEAF);
    expect(() => new SqliteJournal(path, DEAF)).toThrow(/in use by another process/);
    journal.close();
    new SqliteJournal(path, DEAF).close();
  });

  it('refuses a file in which a digit has changed', async () => {
    const journal = new SqliteJournal(path, DEAF);
    await journal.append({ order: anOrder({ quantity: '1.23456', status: 'accepted' }) }, 'fact');
    journal.close();
    const bytes = readFileSync(path);
    const at = bytes.indexOf('1.23456');
    expect(at).toBeGreaterThan(0);
    bytes[at] = '2'.charCodeAt(0);
    writeFileSync(path, bytes);
    const damaged = new SqliteJournal(path, DEAF);
    expect(() => damaged.load()).toThrow(/is damaged/);
    damaged.close();
  });
});
