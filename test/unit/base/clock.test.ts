import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../../../src/base/clock.ts';

describe('ManualClock', () => {
  it('starts at the wall time it is given', () => {
    expect(new ManualClock(1_000).now()).toBe(1_000);
  });

  it('starts its monotonic time at 0', () => {
    expect(new ManualClock(1_000).monotonic()).toBe(0);
  });

  it('stands still until it is moved', () => {
    const clock = new ManualClock(5);
    expect([clock.now(), clock.now()]).toEqual([5, 5]);
  });

  it('moves wall and monotonic time together', () => {
    const clock = new ManualClock(1_000);
    clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
  });

  it('can be set to a wall time', () => {
    const clock = new ManualClock(1_000);
    clock.set(4_000);
    expect([clock.now(), clock.monotonic()]).toEqual([4_000, 3_000]);
  });
});

describe('systemClock', () => {
  it('tells the wall time', () => {
    const before = Date.now();
    const told = systemClock.now();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  it('never goes back in its monotonic time', () => {
    const first = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first);
  });
});
