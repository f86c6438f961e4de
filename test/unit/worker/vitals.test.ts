import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Vitals } from '../../../src/worker/vitals.ts';

describe('Vitals', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('measures this process', () => {
    const vitals = new Vitals().read(3, 0);
    expect(vitals.queueLength).toBe(3);
    for (const figure of Object.values(vitals)) expect(figure).toBeGreaterThanOrEqual(0);
    expect(vitals.rssBytes).toBeGreaterThan(vitals.privateBytes);
  });

  it('finds no delay in a beat that is on time', () => {
    const vitals = new Vitals();
    for (let beat = 0; beat < 3; beat += 1) {
      vitals.beat(1_000);
      vi.advanceTimersByTime(1_000);
    }
    vitals.beat(1_000);
    expect(vitals.read(0, 0).loopDelayMs).toBe(0);
  });

  it('finds how late a beat came', () => {
    const vitals = new Vitals();
    vitals.beat(1_000);
    vi.advanceTimersByTime(1_250);
    vitals.beat(1_000);
    expect(vitals.read(0, 0).loopDelayMs).toBe(250);
  });

  it('forgets a delay with the next beat on time', () => {
    const vitals = new Vitals();
    vitals.beat(1_000);
    vi.advanceTimersByTime(1_250);
    vitals.beat(1_000);
    vi.advanceTimersByTime(1_000);
    vitals.beat(1_000);
    expect(vitals.read(0, 0).loopDelayMs).toBe(0);
  });
});
