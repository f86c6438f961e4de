import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, type BackoffOptions } from '../../../src/base/backoff.ts';

const OPTIONS: BackoffOptions = { initialMs: 100, maxMs: 5_000, factor: 2, jitter: 0 };
const half = (): number => 0.5;

describe('backoffMs', () => {
  it('multiplies the delay by the factor at each attempt', () => {
    const delays = [0, 1, 2, 3].map((attempt) => backoffMs(attempt, OPTIONS, half));
    expect(delays).toEqual([100, 200, 400, 800]);
  });

  it('never exceeds the longest delay', () => {
    expect(backoffMs(20, OPTIONS, half)).toBe(5_000);
  });

  it('takes the random share off the delay', () => {
    expect(backoffMs(0, { ...OPTIONS, jitter: 0.4 }, half)).toBe(80);
  });

  it('stays 0 when the first delay is 0, however many attempts there were', () => {
    expect(backoffMs(5_000, { ...OPTIONS, initialMs: 0 }, half)).toBe(0);
  });

  it('lies between the delay without its random share and the full delay', () => {
    const options = fc.record({
      initialMs: fc.nat(60_000),
      maxMs: fc.nat(600_000),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(10_000), options, random, (attempt, given, drawn) => {
        const full = backoffMs(attempt, { ...given, jitter: 0 }, () => drawn);
        const delay = backoffMs(attempt, given, () => drawn);
        expect(full).toBeLessThanOrEqual(given.maxMs);
        expect(delay).toBeLessThanOrEqual(full);
        expect(delay).toBeGreaterThanOrEqual(full * (1 - given.jitter));
      }),
    );
  });

  it('never shrinks from one attempt to the next without a random share', () => {
    fc.assert(
      fc.property(fc.nat(2_000), (attempt) => {
        expect(backoffMs(attempt + 1, OPTIONS, half)).toBeGreaterThanOrEqual(
          backoffMs(attempt, OPTIONS, half),
        );
      }),
    );
  });
});
