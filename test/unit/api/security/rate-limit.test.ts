import { expect, it } from 'vitest';
import { LockOut } from '../../../../src/api/security/lock-out.ts';
import { rateLimit, RateLimits } from '../../../../src/api/security/rate-limit.ts';
import { ManualClock } from '../../../../src/base/clock.ts';
import { bareApp, listening } from './support.ts';

function limitsOf(perKey = { perSecond: 10, burst: 20 }, overall = { perSecond: 50, burst: 100 }) {
  const clock = new ManualClock(0);
  const limits = new RateLimits({ perKey, overall, clock });
  /** How many of so many pass. */
  const pass = (count: number, key: string, group: 'known' | 'unknown' = 'known'): number => {
    let passed = 0;
    for (let index = 0; index < count; index += 1) {
      try {
        limits.take(group, key);
        passed += 1;
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
      }
    }
    return passed;
  };
  return { clock, limits, pass };
}

it('a token has its burst, and then so many a second', () => {
  const { clock, pass } = limitsOf();
  expect(pass(50, 'a')).toBe(20);
  clock.advance(500);
  expect(pass(50, 'a')).toBe(5);
  clock.advance(3_600_000);
  expect(pass(50, 'a')).toBe(20);
});

it('one token does not use up what another has, and all together have a limit', () => {
  const { pass } = limitsOf();
  expect(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => pass(50, key))).toEqual([
    20, 20, 20, 20, 20, 0,
  ]);
});

it('a flood of strangers leaves those with a token what they have', () => {
  const { pass } = limitsOf();
  for (let index = 0; index < 200; index += 1) pass(5, `10.0.0.${index}`, 'unknown');
  expect(pass(50, 'a')).toBe(20);
});

it('what is remembered is bounded', () => {
  const { limits } = limitsOf({ perSecond: 1, burst: 2 }, { perSecond: 1e9, burst: 1e9 });
  for (let index = 0; index < 30_000; index += 1) limits.take('unknown', `address ${index}`);
  expect(limits.size).toBe(10_000);
  const lockOut = new LockOut({ clock: new ManualClock(0) });
  for (let index = 0; index < 30_000; index += 1) lockOut.fail([`address ${index}`]);
  expect(lockOut.size).toBe(10_000);
});

it('the answer says when to try again, and what is exempt always passes', async () => {
  const clock = new ManualClock(0);
  const limits = new RateLimits({
    perKey: { perSecond: 0.5, burst: 2 },
    overall: { perSecond: 100, burst: 100 },
    clock,
  });
  const app = bareApp();
  app.use(rateLimit(limits, (c) => c.req.path === '/live'));
  app.get('*', (c) => c.text('ok'));
  const { ask } = await listening(app);
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  const told = await ask();
  expect([told.status, told.code, told.headers['retry-after']]).toEqual([
    429,
    'TOO_MANY_REQUESTS',
    '2',
  ]);
  expect((await ask({ path: '/live' })).status).toBe(200);
  clock.advance(2_000);
  expect((await ask()).status).toBe(200);
});

it('failures are forgotten after a while without one, and a wait never gets longer than the longest', () => {
  const clock = new ManualClock(0);
  const lockOut = new LockOut({ clock, freeFailures: 2, firstWaitMs: 1_000, maxWaitMs: 60_000 });
  const waitOf = (): number => {
    try {
      lockOut.require(['a']);
      return 0;
    } catch (thrown) {
      return (thrown as { facts: { retryAfterSeconds: number } }).facts.retryAfterSeconds;
    }
  };
  const waits = Array.from({ length: 10 }, () => {
    lockOut.fail(['a']);
    return waitOf();
  });
  expect(waits).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
  for (let index = 0; index < 2_000; index += 1) lockOut.fail(['a']);
  expect(waitOf()).toBe(60);
  clock.advance(900_000);
  lockOut.fail(['a']);
  expect(waitOf()).toBe(0);
});
