import { describe, expect, it } from 'vitest';
import {
  returnsOf,
  sharpeRatio,
  sortinoRatio,
  type ReturnSeries,
} from '../../../../src/execution/performance/return-ratios.ts';
import { DAY, HOUR, MINUTE, samplesOf, T0 } from './support.ts';

const daily = (returns: readonly number[]): ReturnSeries => ({
  period: 'day',
  returns,
  periodsPerYear: 365,
});

const doubling = (count: number): number[] => Array.from({ length: count }, (_, i) => 2 ** i);

describe('returns', () => {
  it('are taken by day over 30 days or more', () => {
    const series = returnsOf(samplesOf(doubling(31), DAY));
    expect(series).toEqual({ period: 'day', returns: Array(30).fill(1), periodsPerYear: 365 });
  });

  it('are taken by hour over 30 hours or more', () => {
    const series = returnsOf(samplesOf(doubling(31), HOUR));
    expect(series).toMatchObject({ period: 'hour', periodsPerYear: 8_760 });
    expect(series?.returns).toHaveLength(30);
  });

  it('are taken from sample to sample otherwise', () => {
    expect(returnsOf(samplesOf([100, 150, 75]))).toEqual({
      period: 'sample',
      returns: [0.5, -0.5],
      periodsPerYear: 365 * 24 * 60,
    });
  });

  it('carry the last value over a silence, and leave out what is no whole period', () => {
    const samples = [
      { timestamp: T0, equity: 100 },
      { timestamp: T0 + 1.5 * DAY, equity: 110 },
      { timestamp: T0 + 30.5 * DAY, equity: 500 },
    ];
    expect(returnsOf(samples)?.returns).toEqual([0, 110 / 100 - 1, ...Array<number>(28).fill(0)]);
  });

  it('do not exist where equity is not above 0', () => {
    expect(returnsOf(samplesOf([100, 0, 100]))).toBeUndefined();
    expect(returnsOf([])).toBeUndefined();
  });
});

describe('the Sharpe ratio', () => {
  it('is the mean over the deviation, of a year', () => {
    // Mean 0.02, deviation 0.01 * sqrt(2).
    const { value } = sharpeRatio(daily([0.01, 0.03]));
    expect(value).toBeCloseTo(Math.sqrt(2) * Math.sqrt(365), 9);
  });

  it('is undefined, and says why, without deviation or returns', () => {
    expect(sharpeRatio(daily([0.1, 0.1, 0.1]))).toEqual({
      value: null,
      reason: 'all 3 returns are the same',
    });
    expect(sharpeRatio(daily([0, 0]))).toMatchObject({ value: null });
    expect(sharpeRatio(daily([0.1]))).toEqual({
      value: null,
      reason: '2 returns or more are needed, there is 1',
    });
    expect(sharpeRatio(undefined)).toMatchObject({
      value: null,
      reason: expect.stringContaining('not above 0') as string,
    });
  });
});

describe('the Sortino ratio', () => {
  it('is the mean over the deviation of what is below 0, of a year', () => {
    // Mean 0.01, downside deviation 0.01 / sqrt(2).
    const { value } = sortinoRatio(daily([0.03, -0.01]));
    expect(value).toBeCloseTo(Math.sqrt(2) * Math.sqrt(365), 9);
  });

  it('is undefined, and says why, where no return is below 0', () => {
    expect(sortinoRatio(daily([0, 0.1]))).toEqual({
      value: null,
      reason: 'no return is below 0',
    });
  });
});

it('no time between samples makes a year of none, and no figure that is not a number', () => {
  const series = returnsOf(samplesOf([100, 101], MINUTE).slice(0, 1));
  expect(series).toEqual({ period: 'sample', returns: [], periodsPerYear: 0 });
});
