import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownPolicies, type WhenDown } from '../../../src/execution/down-policies.ts';

const LONG_MS = 60_000;

function setUp(policy: WhenDown, fails = false) {
  const done: string[] = [];
  const lines: string[] = [];
  const act = (what: string) => (workerId: string) => {
    done.push(`${what} ${workerId}`);
    return fails ? Promise.reject(new Error('the venue is away')) : Promise.resolve();
  };
  const downs = new DownPolicies({
    policyOf: () => policy,
    cancelAll: act('cancel'),
    flatten: act('flatten'),
    logger: { log: (level, text) => void lines.push(`${level} ${text}`) },
  });
  return { downs, done, lines };
}

describe('DownPolicies', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('leaves the orders of a strategy that holds alone', async () => {
    const { downs, done, lines } = setUp('hold');
    downs.down('a', true);
    downs.down('a', false);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect([done, lines]).toEqual([[], []]);
  });

  it.each(['cancel', 'flatten'] as const)(
    'applies %s at once where it was stopped',
    async (policy) => {
      const { downs, done, lines } = setUp(policy);
      downs.down('a', true);
      expect(done).toEqual([`${policy} a`]);
      expect(lines).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(LONG_MS);
      expect(done).toHaveLength(1);
    },
  );

  it('waits whether one that died comes back', async () => {
    const { downs, done } = setUp('cancel');
    downs.down('a', false);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(done).toEqual([]);
    downs.up('a');
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(done).toEqual([]);
  });

  it('acts once on one that stays away, from its last death on', async () => {
    const { downs, done } = setUp('flatten');
    downs.down('a', false);
    await vi.advanceTimersByTimeAsync(3_000);
    downs.down('a', false);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(done).toEqual(['flatten a']);
  });

  it('keeps strategies apart', async () => {
    const { downs, done } = setUp('cancel');
    downs.down('a', false);
    downs.down('b', false);
    downs.up('a');
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(done).toEqual(['cancel b']);
  });

  it('says so where it could not be done', async () => {
    const { downs, lines } = setUp('cancel', true);
    downs.down('a', true);
    await vi.advanceTimersByTimeAsync(0);
    expect(lines.at(-1)).toBe('error the orders of worker a could not be ended: the venue is away');
  });

  it('does nothing any more once it is stopped', async () => {
    const { downs, done } = setUp('flatten');
    downs.down('a', false);
    downs.stop();
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(done).toEqual([]);
  });
});
