import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
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
    expect(journal.hasFill(aFill())).toBe(true);
    expect(journal.hasFill(aFill({ symbol: 'ETH/USDT' }))).toBe(false);
    expect(journal.fills({})).toEqual([{ fill: aFill(), workerId: 'worker-1' }]);
    journal.close();
  });

  it('gives the fills of a worker from a place on, a part at a time', async () => {
    const journal = new SqliteJournal(path, DEAF);
    const write = (tradeId: number, workerId: string): Promise<void> =>
      journal.append({ fill: { fill: aFill({ tradeId: String(tradeId) }), workerId } }, 'fact');
    const idsOf = (fills: readonly { tradeId: string }[]): number[] =>
      fills.map(({ tradeId }) => Number(tradeId));
    expect(journal.fillsAfter('a', 0)).toEqual({ fills: [], place: 0, isLast: true });
    await Promise.all(
      Array.from({ length: 20_010 }, (_, at) => write(at, at % 2 === 0 ? 'a' : 'b')),
    );
    const first = journal.fillsAfter('a', 0);
    expect(first.isLast).toBe(false);
    expect(first.fills).toHaveLength(10_000);
    const second = journal.fillsAfter('a', first.place);
    expect(second.isLast).toBe(true);
    expect(idsOf(second.fills)).toEqual([20_000, 20_002, 20_004, 20_006, 20_008]);
    await write(30_000, 'a');
    expect(idsOf(journal.fillsAfter('a', second.place).fills)).toEqual([30_000]);
    journal.close();
  });

  it('gives all fills in the order in which they came, whatever their times and numbers', async () => {
    const journal = new SqliteJournal(path, DEAF);
    const fills = Array.from({ length: 4_500 }, (_, at) =>
      aFill({ tradeId: String(at), timestamp: at % 7, symbol: at % 3 === 0 ? 'A/B' : 'C/D' }),
    );
    await Promise.all(
      fills.map((fill) => journal.append({ fill: { fill, workerId: null } }, 'fact')),
    );
    await journal.append(
      { fill: { fill: aFill({ tradeId: '1', symbol: 'C/D' }), workerId: null } },
      'fact',
    );
    const next = reopened(journal);
    expect([...next.allFills()]).toEqual(fills);
    next.close();
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

  it('refuses a file in which a fact has changed', async () => {
    const journal = new SqliteJournal(path, DEAF);
    await journal.append({ fact: { name: 'run', value: '12345' } }, 'intent');
    journal.close();
    change('12345', (bytes, at) => (bytes[at] = '9'.charCodeAt(0)));
    expect(() => new SqliteJournal(path, DEAF)).toThrow(/is damaged .*92345/);
  });

  it('refuses a file in which a text is none any more, and does not end the process', async () => {
    const journal = new SqliteJournal(path, DEAF);
    await journal.append({ order: anOrder({ tag: 'a note', status: 'accepted' }) }, 'fact');
    journal.close();
    change('a note', (bytes, at) => (bytes[at] = 0xff));
    const damaged = new SqliteJournal(path, DEAF);
    expect(() => damaged.load()).toThrow(/is damaged/);
    damaged.close();
  });

  it('refuses a file in which an order counts as closed that is not', async () => {
    const journal = new SqliteJournal(path, DEAF);
    await journal.append({ order: anOrder({ status: 'accepted' }) }, 'fact');
    journal.close();
    const raw = new Database(path);
    raw.exec('UPDATE orders SET closed = 1');
    raw.close();
    const damaged = new SqliteJournal(path, DEAF);
    expect(() => damaged.load()).toThrow(/is damaged/);
    damaged.close();
  });

  it('refuses a file without the log that has its last entries, and leaves it as it is', async () => {
    const journal = new SqliteJournal(path, DEAF);
    await journal.append({ order: anOrder({ status: 'accepted' }) }, 'fact');
    const [file, log, mark] = ['', '-wal', '-mark'].map((end) => readFileSync(path + end));
    journal.close();
    expect(log?.length).toBeGreaterThan(0);
    writeFileSync(path, file ?? '');
    writeFileSync(`${path}-mark`, mark ?? '');
    expect(() => new SqliteJournal(path, DEAF)).toThrow(/its end is missing: it has had 1 groups/);
    expect(readFileSync(path)).toEqual(file);
    rmSync(`${path}-mark`);
    const without = new SqliteJournal(path, DEAF);
    expect(without.load().orders).toEqual([]);
    without.close();
  });

  it('moves its log into the file from time to time, so that it does not grow without end', async () => {
    const journal = new SqliteJournal(path, DEAF);
    const sizes: number[] = [];
    for (let group = 0; group < 40; group += 1) {
      const orders = Array.from({ length: 100 }, (_, at) => anOrder({ clientOrderId: `o${at}` }));
      await Promise.all(orders.map((order) => journal.append({ order }, 'intent')));
      sizes.push(statSync(`${path}-wal`).size);
    }
    expect(sizes.at(-1)).toBe(sizes[9]);
    journal.close();
  });

  function change(text: string, how: (bytes: Buffer, at: number) => void): void {
    const bytes = readFileSync(path);
    const at = bytes.indexOf(text);
    expect(at).toBeGreaterThan(0);
    how(bytes, at);
    writeFileSync(path, bytes);
  }
});
