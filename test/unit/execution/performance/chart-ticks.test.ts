import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  moneyTicks,
  timeTicks,
  type Tick,
} from '../../../../src/execution/performance/chart-ticks.ts';
import { DAY, HOUR, MINUTE, T0 } from './support.ts';

const labels = (ticks: readonly Tick[]): string[] => ticks.map(({ label }) => label);

describe('of money', () => {
  it('are round', () => {
    expect(labels(moneyTicks(9_480, 10_230, 4))).toEqual(['9,600', '9,800', '10,000', '10,200']);
    expect(labels(moneyTicks(-0.03, 0.04, 4))).toEqual(['-0.02', '0.00', '0.02', '0.04']);
  });

  it('are a few, whatever the range', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        (low, span) => {
          expect(moneyTicks(low, low + span, 6).length).toBeLessThanOrEqual(8);
        },
      ),
    );
  });
});

describe('of time', () => {
  it('are clock times within a day, and its name where one begins', () => {
    expect(labels(timeTicks(T0 - 5 * MINUTE, T0 + 25 * MINUTE, 4))).toEqual([
      'Jan 1',
      '00:10',
      '00:20',
    ]);
  });

  it('are hours and days', () => {
    expect(labels(timeTicks(T0, T0 + 36 * HOUR, 4))).toEqual(['Jan 1', '12:00', 'Jan 2', '12:00']);
  });

  it('are months and years where it is long', () => {
    expect(labels(timeTicks(T0 - DAY, T0 + 300 * DAY, 4))).toEqual([
      '2022',
      'Apr 2022',
      'Jul 2022',
      'Oct 2022',
    ]);
    expect(labels(timeTicks(T0, T0 + 3_000 * DAY, 5))).toEqual([
      '2022',
      '2024',
      '2026',
      '2028',
      '2030',
    ]);
  });

  it('are no more than asked for, but one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 1, max: 1e12 }),
        (from, span) => {
          expect(timeTicks(from, from + span, 8).length).toBeLessThanOrEqual(10);
        },
      ),
    );
  });
});
