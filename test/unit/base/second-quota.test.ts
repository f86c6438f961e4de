import { expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { SecondQuota } from '../../../src/base/second-quota.ts';

it('lets so many through each second, and no more', () => {
  const clock = new ManualClock(5_000);
  const quota = new SecondQuota(2, clock);
  const passes = (): boolean[] => Array.from({ length: 3 }, () => quota.pass());
  expect(passes()).toEqual([true, true, false]);
  clock.advance(999);
  expect(quota.pass()).toBe(false);
  clock.advance(1);
  expect(passes()).toEqual([true, true, false]);
});
