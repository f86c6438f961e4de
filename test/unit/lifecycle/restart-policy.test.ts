import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  resolveRestartPolicy,
  RestartBudget,
  type RestartPolicy,
} from '../../../src/lifecycle/restart-policy.ts';
import { EXIT_CAUSES } from '../../../src/lifecycle/worker-exit.ts';
import { exitFor } from './support.ts';

const CRASH = exitFor('exception');

function budget(policy: Partial<RestartPolicy> = {}, random = () => 0): RestartBudget {
  return new RestartBudget(resolveRestartPolicy(policy), random);
}

describe('RestartBudget', () => {
  it('allows exactly maxRestarts within the window', () => {
    const some = budget({ maxRestarts: 3, windowMs: 1_000 });
    const restarts = [0, 1, 2, 3].map((nowMs) => some.advise(CRASH, nowMs).restart);
    expect(restarts).toEqual([true, true, true, false]);
  });

  it('numbers the restarts of the window from 1', () => {
    const some = budget({ maxRestarts: 3 });
    expect([0, 1, 2].map((nowMs) => some.advise(CRASH, nowMs))).toMatchObject([
      { attempt: 1 },
      { attempt: 2 },
      { attempt: 3 },
    ]);
  });

  it('quarantines past the limit, and says why', () => {
    const some = budget({ maxRestarts: 1, windowMs: 1_000 });
    some.advise(CRASH, 0);
    expect(some.advise(CRASH, 1)).toEqual({
      restart: false,
      quarantine: true,
      reason: '1 restarts within 1000 ms are its limit; last end: it ended: exception',
    });
  });

  it('quarantines at once where no restart is allowed', () => {
    expect(budget({ maxRestarts: 0 }).advise(CRASH, 0)).toMatchObject({
      restart: false,
      quarantine: true,
    });
  });

  it('frees a restart as it leaves the window', () => {
    const some = budget({ maxRestarts: 1, windowMs: 1_000 });
    some.advise(CRASH, 0);
    expect([999, 1_000].map((nowMs) => some.advise(CRASH, nowMs).restart)).toEqual([false, true]);
  });

  it('takes nothing from the budget by declining', () => {
    const some = budget({ maxRestarts: 1, windowMs: 1_000 });
    some.advise(CRASH, 0);
    for (let nowMs = 1; nowMs < 1_000; nowMs += 1) some.advise(CRASH, nowMs);
    expect(some.used(999)).toBe(1);
  });

  it('begins the delays anew once the window is empty', () => {
    const some = budget({ maxRestarts: 5, windowMs: 1_000, initialDelayMs: 10, factor: 2 });
    const delays = [0, 1, 2, 5_000].map((nowMs) => some.advise(CRASH, nowMs));
    expect(delays).toMatchObject([
      { delayMs: 10 },
      { delayMs: 20 },
      { delayMs: 40 },
      { delayMs: 10 },
    ]);
  });

  it('gives everything back on reset', () => {
    const some = budget({ maxRestarts: 1 });
    some.advise(CRASH, 0);
    some.reset();
    expect([some.used(0), some.advise(CRASH, 0).restart]).toEqual([0, true]);
  });

  it('never allows more than maxRestarts in any window, at any age', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 80 }),
        (maxRestarts, windowMs, ageMs, pausesMs) => {
          const some = budget({ maxRestarts, windowMs });
          const restartedAtMs: number[] = [];
          let nowMs = Math.floor(ageMs);
          for (const pauseMs of pausesMs) {
            nowMs += pauseMs;
            const before = restartedAtMs.filter((atMs) => atMs > nowMs - windowMs).length;
            const { restart } = some.advise(CRASH, nowMs);
            expect(restart).toBe(before < maxRestarts);
            if (restart) restartedAtMs.push(nowMs);
          }
        },
      ),
    );
  });

  it('keeps each delay between its jittered and its full length, and below the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (initialDelayMs, maxDelayMs, factor, jitter, randoms) => {
          const policy = { maxRestarts: 10, initialDelayMs, maxDelayMs, factor, jitter };
          const some = budget(policy, () => randoms.next().value as number);
          for (let attempt = 0; attempt < 10; attempt += 1) {
            const advice = some.advise(CRASH, 0);
            const fullMs = Math.min(maxDelayMs, initialDelayMs * factor ** attempt);
            const delayMs = advice.restart ? advice.delayMs : Number.NaN;
            expect(delayMs).toBeLessThanOrEqual(fullMs);
            expect(delayMs).toBeGreaterThanOrEqual(fullMs * (1 - jitter) - 1e-6);
          }
        },
      ),
    );
  });
});

describe('what is restarted', () => {
  const others = EXIT_CAUSES.filter((cause) => !['stopped', 'init-failed'].includes(cause));

  it.each(['permanent', 'transient', 'temporary'] as const)(
    '%s: nothing that was asked to stop',
    (mode) => {
      expect(budget({ mode }).advise(exitFor('stopped'), 0)).toEqual({
        restart: false,
        quarantine: false,
        reason: 'it was asked to stop',
      });
    },
  );

  it.each(['permanent', 'transient', 'temporary'] as const)(
    '%s: a start that failed goes into quarantine',
    (mode) => {
      expect(budget({ mode }).advise(exitFor('init-failed'), 0)).toEqual({
        restart: false,
        quarantine: true,
        reason: 'it failed to start: it ended: init-failed',
      });
    },
  );

  it.each(others)('permanent: after %s', (cause) => {
    expect(budget({ mode: 'permanent' }).advise(exitFor(cause), 0).restart).toBe(true);
  });

  it.each(others)('transient: after %s only if it was not expected', (cause) => {
    const advice = budget({ mode: 'transient' }).advise(exitFor(cause), 0);
    expect(advice.restart).toBe(cause !== 'finished');
  });

  it('transient: an end in good order is no quarantine', () => {
    expect(budget({ mode: 'transient' }).advise(exitFor('finished'), 0)).toMatchObject({
      restart: false,
      quarantine: false,
    });
  });

  it.each(others)('temporary: not after %s', (cause) => {
    expect(budget({ mode: 'temporary' }).advise(exitFor(cause), 0)).toEqual({
      restart: false,
      quarantine: false,
      reason: 'its restart policy is temporary',
    });
  });
});

describe('resolveRestartPolicy', () => {
  it('has defaults', () => {
    expect(resolveRestartPolicy()).toEqual({
      mode: 'transient',
      maxRestarts: 3,
      windowMs: 60_000,
      initialDelayMs: 200,
      maxDelayMs: 30_000,
      factor: 2,
      jitter: 0.2,
    });
  });

  it('keeps what it is given', () => {
    expect(resolveRestartPolicy({ mode: 'permanent', maxRestarts: 0, jitter: 1 })).toMatchObject({
      mode: 'permanent',
      maxRestarts: 0,
      jitter: 1,
    });
  });

  it.each([
    [
      { mode: 'always' },
      'restartPolicy.mode is "always": expected permanent, transient or temporary',
    ],
    [{ maxRestarts: -1 }, 'restartPolicy.maxRestarts is -1: expected a whole number from 0'],
    [{ maxRestarts: 1.5 }, 'restartPolicy.maxRestarts is 1.5: expected a whole number from 0'],
    [{ maxRestarts: '3' }, 'restartPolicy.maxRestarts is "3": expected a whole number from 0'],
    [{ maxRestarts: 3n }, 'restartPolicy.maxRestarts is 3n: expected a whole number from 0'],
    [{ windowMs: -1 }, 'restartPolicy.windowMs is -1: expected milliseconds from 0'],
    [{ windowMs: Number.NaN }, 'restartPolicy.windowMs is NaN: expected milliseconds from 0'],
    [
      { initialDelayMs: -5 },
      'restartPolicy.initialDelayMs is -5: expected milliseconds from 0 to 2147483647',
    ],
    [
      { maxDelayMs: -5 },
      'restartPolicy.maxDelayMs is -5: expected milliseconds from 0 to 2147483647',
    ],
    [{ factor: 0.5 }, 'restartPolicy.factor is 0.5: expected a number from 1'],
    [{ jitter: 1.1 }, 'restartPolicy.jitter is 1.1: expected a number from 0 to 1'],
    [{ jitter: -0.1 }, 'restartPolicy.jitter is -0.1: expected a number from 0 to 1'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveRestartPolicy(policy as unknown as Partial<RestartPolicy>)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });

  // A timer of the platform takes anything longer for 1 ms: the longest delay would become the shortest.
  it.each(['initialDelayMs', 'maxDelayMs'])('refuses a %s that no timer can wait', (name) => {
    expect(() => resolveRestartPolicy({ [name]: 2 ** 31 })).toThrow(
      `restartPolicy.${name} is 2147483648: expected milliseconds from 0 to 2147483647`,
    );
  });
});
