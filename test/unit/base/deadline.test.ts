import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settlesWithin, withDeadline } from '../../../src/base/deadline.ts';

const late = (): Error => new Error('late');
const never = new Promise<never>(() => undefined);

function after<T>(delayMs: number, settle: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(settle());
      } catch (error) {
        reject(error as Error);
      }
    }, delayMs);
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('withDeadline', () => {
  it('gives what the work gives', async () => {
    await expect(withDeadline(Promise.resolve('done'), 10, late)).resolves.toBe('done');
  });

  it('rejects like the work', async () => {
    await expect(withDeadline(Promise.reject(new Error('broken')), 10, late)).rejects.toThrow(
      'broken',
    );
  });

  it('rejects with what onTimeout makes once the time has passed', async () => {
    const outcome = expect(withDeadline(never, 10, late)).rejects.toThrow('late');
    await vi.advanceTimersByTimeAsync(10);
    await outcome;
  });

  it('does not reject before the time has passed', async () => {
    let settled = false;
    const outcome = withDeadline(never, 10, late).catch(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(9);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await outcome;
  });

  it('leaves no timer behind when the work is done', async () => {
    await withDeadline(Promise.resolve('done'), 10, late);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets work that fails after the deadline fail unheard', async () => {
    const work = after(20, () => {
      throw new Error('broken');
    });
    const outcome = expect(withDeadline(work, 10, late)).rejects.toThrow('late');
    await vi.advanceTimersByTimeAsync(30);
    await outcome;
  });

  it('settles as whichever of work and deadline comes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000), fc.nat(1_000), async (workMs, timeoutMs) => {
        fc.pre(workMs !== timeoutMs);
        const outcome = withDeadline(
          after(workMs, () => 'done'),
          timeoutMs,
          late,
        ).catch((error: Error) => error.message);
        await vi.advanceTimersByTimeAsync(1_001);
        expect(await outcome).toBe(workMs < timeoutMs ? 'done' : 'late');
      }),
    );
  });
});

describe('settlesWithin', () => {
  it('is true for work that is done in time', async () => {
    await expect(settlesWithin(Promise.resolve(), 10)).resolves.toBe(true);
  });

  it('is true for work that fails in time', async () => {
    await expect(settlesWithin(Promise.reject(new Error('broken')), 10)).resolves.toBe(true);
  });

  it('is false for work that is still under way', async () => {
    const outcome = expect(settlesWithin(never, 10)).resolves.toBe(false);
    await vi.advanceTimersByTimeAsync(10);
    await outcome;
  });

  it('leaves no timer behind when the work is done', async () => {
    await settlesWithin(Promise.resolve(), 10);
    expect(vi.getTimerCount()).toBe(0);
  });
});

// The fake timers do not overflow as real ones do.
describe('a deadline longer than a timer can wait', () => {
  beforeEach(() => {
    vi.useRealTimers();
  });

  it.each([2 ** 31, Number.POSITIVE_INFINITY])(
    'does not expire at once (%s ms)',
    async (timeoutMs) => {
      const work = after(30, () => 'done');
      await expect(withDeadline(work, timeoutMs, late)).resolves.toBe('done');
    },
  );

  it('does not make settlesWithin give up at once', async () => {
    await expect(
      settlesWithin(
        after(30, () => 'done'),
        Number.POSITIVE_INFINITY,
      ),
    ).resolves.toBe(true);
  });
});
