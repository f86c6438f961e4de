import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { isCsrf, Sessions } from '../../../../src/api/security/sessions.ts';

const IDENTITY = { tokenId: '0a1b2c3d', name: 'me', role: 'read' } as const;

function sessionsOf(maxSessions = 1_000): Sessions {
  return new Sessions({ isTokenLive: () => true, maxSessions });
}

it('ids have 256 random bits, and are not kept', () => {
  const sessions = sessionsOf();
  const ids = Array.from({ length: 100 }, () => sessions.login(IDENTITY).id);
  expect(new Set(ids).size).toBe(100);
  expect(ids.every((id) => Buffer.from(id, 'base64url').length === 32)).toBe(true);
  expect(inspect(sessions, { depth: 9, showHidden: true })).not.toContain(ids[0]);
});

it('there are no more than the limit: the one that was not used for longest goes', () => {
  const sessions = sessionsOf(3);
  const [first, second, third] = [1, 2, 3].map(() => sessions.login(IDENTITY).id);
  sessions.get(first ?? '');
  sessions.login(IDENTITY);
  expect([first, second, third].map((id) => sessions.get(id ?? '') !== undefined)).toEqual([
    true,
    false,
    true,
  ]);
  for (let index = 0; index < 100; index += 1) sessions.login(IDENTITY);
  expect(sessions.size).toBe(3);
});

it('whoever logs in again and again ends no session of another token', () => {
  const sessions = sessionsOf();
  const { id } = sessions.login(IDENTITY);
  for (let index = 0; index < 1_000; index += 1) sessions.login({ ...IDENTITY, tokenId: 'other' });
  expect(sessions.has(id)).toBe(true);
  expect(sessions.size).toBeLessThan(200);
});

it.each(['', 'x', '__proto__', 'a'.repeat(43), 'a'.repeat(100_000)])('%j is no session', (id) => {
  expect(sessionsOf().get(id)).toBeUndefined();
});

it('the csrf value of a session is that of no other', () => {
  const sessions = sessionsOf();
  const [one, other] = [sessions.login(IDENTITY), sessions.login(IDENTITY)];
  expect(isCsrf(one, one.csrf)).toBe(true);
  expect(
    [other.csrf, '', undefined, one.id, `${one.csrf} `].some((sent) => isCsrf(one, sent)),
  ).toBe(false);
});

it('looking whether a session is alive prolongs nothing', () => {
  let nowMs = 0;
  const clock = { now: () => nowMs, monotonic: () => nowMs };
  let isTokenLive = true;
  const sessions = new Sessions({ isTokenLive: () => isTokenLive, idleMs: 100, clock });
  const [{ id }, other] = [sessions.login(IDENTITY), sessions.login(IDENTITY)];
  nowMs = 99;
  expect([sessions.has(id), sessions.has('x')]).toEqual([true, false]);
  sessions.get(other.id);
  nowMs = 100;
  expect([sessions.has(id), sessions.has(other.id)]).toEqual([false, true]);
  isTokenLive = false;
  expect(sessions.has(other.id)).toBe(false);
});
