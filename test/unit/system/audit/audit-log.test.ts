import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../../src/base/clock.ts';
import type { Logger } from '../../../../src/base/logger.ts';
import type { AuditIntent, AuditOutcome } from '../../../../src/system/audit/audit-entry.ts';
import { AuditLog } from '../../../../src/system/audit/audit-log.ts';

const START: AuditIntent = {
  tokenId: '0a1b2c3d',
  name: 'admin',
  role: 'admin',
  source: '127.0.0.1',
  action: 'workers.start',
  target: 'momentum',
};
const APPLIED: AuditOutcome = { result: 'applied', reason: null };

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-audit-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function opened(home: string | undefined, more: { logger?: Logger; clock?: ManualClock } = {}) {
  const log = AuditLog.open({ home, ...more });
  onTestFinished(() => log.close());
  return log;
}

/** Does something to the file behind its back. */
function tamper(home: string, sql: string): void {
  const database = new Database(join(home, 'audit.db'));
  database.exec(`DROP TRIGGER entries_stay; DROP TRIGGER entries_stand; ${sql}`);
  database.close();
}

it('an entry says who did what and what came of it, and has the hash of the one before', () => {
  const log = opened(undefined, { clock: new ManualClock(1_700_000_000_000) });
  log.begin({ ...START, detail: { params: { fast: 5 } } }).end(APPLIED);
  log.append(
    { ...START, action: 'orders.cancel', target: null },
    {
      result: 'rejected',
      reason: 'UNKNOWN_ORDER',
    },
  );
  const [second, first] = log.list();
  expect(first).toEqual({
    ...START,
    seq: 1,
    at: 1_700_000_000_000,
    detail: { params: { fast: 5 } },
    result: 'applied',
    reason: null,
    prevHash: '0'.repeat(64),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  expect(second).toMatchObject({ seq: 2, reason: 'UNKNOWN_ORDER', prevHash: first?.hash });
});

it('the newest come first, page by page, of an action and of a target', () => {
  const log = opened(undefined);
  for (let index = 1; index <= 10; index += 1) {
    const action = index % 2 === 0 ? 'workers.stop' : 'workers.start';
    log.append({ ...START, action, target: `w${index % 3}` }, APPLIED);
  }
  const seqs = (query: Parameters<AuditLog['list']>[0]) => log.list(query).map(({ seq }) => seq);
  expect(seqs({ limit: 3 })).toEqual([10, 9, 8]);
  expect(seqs({ limit: 3, beforeSeq: 8 })).toEqual([7, 6, 5]);
  expect(seqs({ action: 'workers.stop' })).toEqual([10, 8, 6, 4, 2]);
  expect(seqs({ action: 'workers.stop', target: 'w1' })).toEqual([10, 4]);
});

it('the chain goes on over a restart, and is whole', async () => {
  const home = temporaryHome();
  for (let start = 0; start < 3; start += 1) {
    const log = AuditLog.open({ home });
    for (let index = 0; index < 400; index += 1)
      log.append({ ...START, detail: { index } }, APPLIED);
    log.close();
  }
  const log = opened(home);
  const [last] = log.list({ limit: 1 });
  expect(await log.verify()).toEqual({
    isWhole: true,
    count: 1_200,
    firstBad: null,
    head: last?.hash,
  });
});

it('nothing in it can be changed or taken out by a statement', () => {
  const home = temporaryHome();
  AuditLog.open({ home }).close();
  const database = new Database(join(home, 'audit.db'));
  onTestFinished(() => void database.close());
  database.exec("INSERT INTO entries VALUES (1, 'a', NULL, '[]', 'h')");
  expect(() => database.exec("UPDATE entries SET body = '[1]'")).toThrow(/append-only/);
  expect(() => database.exec('DELETE FROM entries')).toThrow(/append-only/);
});

it.each([
  [
    'a changed word',
    'UPDATE entries SET body = replace(body, \'"admin"\', \'"eve"\') WHERE seq = 3',
    3,
  ],
  ['an entry that is gone', 'DELETE FROM entries WHERE seq = 3', 3],
  ['a changed hash', "UPDATE entries SET hash = replace(hash, 'a', 'b') || '' WHERE seq = 3", 3],
  ['a changed column', "UPDATE entries SET target = 'other' WHERE seq = 3", 3],
  [
    'two that changed places',
    'UPDATE entries SET seq = 99 WHERE seq = 3; UPDATE entries SET seq = 3 WHERE seq = 4; UPDATE entries SET seq = 4 WHERE seq = 99',
    3,
  ],
  [
    'a body that is none',
    "UPDATE entries SET body = 'x', hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881' WHERE seq = 3",
    3,
  ],
])('%s is found', async (_what, sql, firstBad) => {
  const home = temporaryHome();
  const log = AuditLog.open({ home, clock: new ManualClock(1) });
  for (let index = 0; index < 6; index += 1) log.append({ ...START, detail: { index } }, APPLIED);
  log.close();
  tamper(home, sql);
  expect(await opened(home).verify()).toMatchObject({ isWhole: false, firstBad });
});

it('that the end was cut off shows against the hash that was kept elsewhere', async () => {
  const home = temporaryHome();
  const log = AuditLog.open({ home });
  for (let index = 0; index < 6; index += 1) log.append(START, APPLIED);
  const { head } = await log.verify();
  log.close();
  tamper(home, 'DELETE FROM entries WHERE seq > 4');
  expect((await opened(home).verify()).head).not.toBe(head);
});

it('secrets in a detail are kept nowhere', () => {
  const home = temporaryHome();
  const log = opened(home);
  const detail = { apiKey: 'canary-1', headers: { authorization: 'Bearer canary-2' } };
  log
    .begin({ ...START, detail })
    .end({ result: 'failed', reason: 'X_Y', detail: { token: 'canary-3' } });
  expect(log.list()).toHaveLength(1);
  for (const file of readdirSync(home)) {
    expect(readFileSync(join(home, file), 'latin1')).not.toContain('canary');
  }
});

it('what was begun and never ended is written down by the next process', () => {
  const home = temporaryHome();
  const first = AuditLog.open({ home });
  first.begin({ ...START, detail: { why: 'test' } });
  first.begin({ ...START, target: 'other' }).end(APPLIED);
  first.close();
  const second = opened(home);
  expect(second.list().map(({ target, result, reason }) => [target, result, reason])).toEqual([
    ['momentum', 'timed-out', 'PROCESS_ENDED'],
    ['other', 'applied', null],
  ]);
  second.close();
  expect(opened(home).list()).toHaveLength(2);
});

it('the first end of what was begun counts', () => {
  const log = opened(undefined);
  const attempt = log.begin(START);
  attempt.end({ result: 'timed-out', reason: null });
  attempt.end(APPLIED);
  expect(log.list().map(({ result }) => result)).toEqual(['timed-out']);
});

it('a flood of denials has some entries, and says how many had none', () => {
  const clock = new ManualClock(0);
  const log = opened(undefined, { clock });
  const denied = { result: 'denied', reason: 'ROLE_TOO_LOW' } as const;
  for (let index = 0; index < 500; index += 1) log.append(START, denied);
  expect(log.list({ limit: 1_000 })).toHaveLength(60);
  clock.advance(60_000);
  log.append(START, denied);
  expect(log.list({ limit: 1 })[0]?.detail).toEqual({ alsoDenied: 440 });
});

it('while somebody else has the file, changes are refused and a halt passes; then all is written down', async () => {
  const home = temporaryHome();
  const lines: string[] = [];
  const clock = new ManualClock(0);
  const log = opened(home, {
    clock,
    logger: { log: (level, text) => lines.push(`${level} ${text}`) },
  });
  log.begin(START).end(APPLIED);
  const other = new Database(join(home, 'audit.db'));
  onTestFinished(() => void other.close());
  other.exec('BEGIN EXCLUSIVE');
  expect(() => log.begin(START)).toThrow(
    expect.objectContaining({ code: 'AUDIT_UNAVAILABLE' }) as Error,
  );
  const halt = log.begin({ ...START, action: 'trading.halt', target: null }, { mustPass: true });
  halt.end(APPLIED);
  expect(log.waiting).toBe(1);
  expect(lines.join('\n')).toMatch(/^error audit: /);
  other.exec('ROLLBACK');
  clock.advance(1_000);
  log.begin({ ...START, action: 'workers.stop' }).end(APPLIED);
  expect(log.waiting).toBe(0);
  expect(log.list().map(({ action }) => action)).toEqual([
    'workers.stop',
    'trading.halt',
    'workers.start',
  ]);
  expect(await log.verify()).toMatchObject({ isWhole: true, count: 3 });
});

it('what waits is bounded, and what was lost is said', () => {
  const home = temporaryHome();
  const clock = new ManualClock(0);
  const log = opened(home, { clock });
  const other = new Database(join(home, 'audit.db'));
  onTestFinished(() => void other.close());
  other.exec('BEGIN EXCLUSIVE');
  for (let index = 0; index < 1_005; index += 1) log.append(START, APPLIED);
  expect(log.waiting).toBe(1_000);
  other.exec('ROLLBACK');
  clock.advance(1_000);
  log.append(START, APPLIED);
  const [last] = log.list({ limit: 1 });
  expect(last).toMatchObject({ action: 'audit.lost', detail: { entries: 6 } });
});

it('two processes never write the log of one home', () => {
  const home = temporaryHome();
  opened(home);
  expect(() => AuditLog.open({ home })).toThrow(/in use by another process/);
});

it('after it is closed it takes nothing more, and ends nobody', async () => {
  const log = AuditLog.open({ home: temporaryHome() });
  log.append(START, APPLIED);
  const attempt = log.begin(START);
  log.close();
  attempt.end(APPLIED);
  log.append(START, APPLIED);
  expect(() => log.begin(START)).toThrow(/closed/);
  expect(() => log.list()).toThrow(/closed/);
  await expect(log.verify()).rejects.toThrow(/closed/);
  log.close();
});
