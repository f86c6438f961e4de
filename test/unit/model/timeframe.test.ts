import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTimeframeError } from '../../../src/model/errors.ts';
import { barOpenMs, timeframeMs, timeframeOfMs } from '../../../src/model/timeframe.ts';

const WEEK_MS = 604_800_000;
const timeframes = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('s', 'm', 'h', 'd', 'w'))
  .map(([count, unit]) => `${count}${unit}`);
const commonTimeframes = fc.constantFrom('1s', '1m', '5m', '15m', '1h', '4h', '1d', '1w');
const timestamps = fc.integer({ min: -(10 ** 12), max: 10 ** 13 });

describe('timeframeMs', () => {
  it.each([
    ['1s', 1_000],
    ['1m', 60_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['1d', 86_400_000],
    ['1w', WEEK_MS],
  ])('knows the length of %s', (timeframe, lengthMs) => {
    expect(timeframeMs(timeframe)).toBe(lengthMs);
  });

  it.each([
    '',
    'm',
    '0m',
    '01m',
    '-1m',
    '1.5m',
    '1M',
    '1y',
    '1 m',
    '1m ',
    '1m\n',
    '100000m',
    '1mm',
  ])('refuses %j', (timeframe) => {
    expect(() => timeframeMs(timeframe)).toThrow(InvalidTimeframeError);
  });

  it('quotes what it refuses', () => {
    expect(() => timeframeMs('1y')).toThrow('"1y" is not a timeframe');
  });
});

describe('timeframeOfMs', () => {
  it.each([
    [60_000, '1m'],
    [3_600_000, '1h'],
    [90_000, '90s'],
    [WEEK_MS, '1w'],
  ])('names %d ms by the largest whole unit', (lengthMs, timeframe) => {
    expect(timeframeOfMs(lengthMs)).toBe(timeframe);
  });

  it.each([0, -60_000, 1, 1_500, Number.NaN, Number.POSITIVE_INFINITY])(
    'has no name for %s ms',
    (lengthMs) => {
      expect(timeframeOfMs(lengthMs)).toBeUndefined();
    },
  );

  it('has no name that timeframeMs would refuse', () => {
    expect(timeframeOfMs(100_001_000)).toBeUndefined();
  });

  it('names the same length that timeframeMs reads', () => {
    fc.assert(
      fc.property(timeframes, (timeframe) => {
        const lengthMs = timeframeMs(timeframe);
        expect(timeframeMs(timeframeOfMs(lengthMs) as string)).toBe(lengthMs);
      }),
    );
  });
});

describe('barOpenMs', () => {
  it('opens no later than the moment, and less than one length before it', () => {
    fc.assert(
      fc.property(timestamps, commonTimeframes, (timestampMs, timeframe) => {
        const lengthMs = timeframeMs(timeframe);
        const openMs = barOpenMs(timestampMs, lengthMs);
        expect(openMs).toBeLessThanOrEqual(timestampMs);
        expect(openMs).toBeGreaterThan(timestampMs - lengthMs);
      }),
    );
  });

  it('is the same for every moment of a bar', () => {
    fc.assert(
      fc.property(
        timestamps,
        commonTimeframes,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (timestampMs, timeframe, share) => {
          const lengthMs = timeframeMs(timeframe);
          const openMs = barOpenMs(timestampMs, lengthMs);
          expect(barOpenMs(openMs + Math.floor(share * lengthMs), lengthMs)).toBe(openMs);
        },
      ),
    );
  });

  it('opens the next bar where one ends', () => {
    fc.assert(
      fc.property(timestamps, commonTimeframes, (timestampMs, timeframe) => {
        const lengthMs = timeframeMs(timeframe);
        const openMs = barOpenMs(timestampMs, lengthMs);
        expect(barOpenMs(openMs + lengthMs, lengthMs)).toBe(openMs + lengthMs);
      }),
    );
  });

  it('opens weeks on Monday, UTC', () => {
    fc.assert(
      fc.property(timestamps, (timestampMs) => {
        const open = new Date(barOpenMs(timestampMs, WEEK_MS));
        expect([open.getUTCDay(), open.getUTCHours()]).toEqual([1, 0]);
      }),
    );
  });

  it('opens days at midnight, UTC', () => {
    const noonMs = Date.UTC(2024, 1, 29, 12, 30);
    expect(barOpenMs(noonMs, 86_400_000)).toBe(Date.UTC(2024, 1, 29));
  });
});
