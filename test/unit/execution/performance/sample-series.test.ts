import { expect, it } from 'vitest';
import { endOfSpan, SampleSeries } from '../../../../src/execution/performance/sample-series.ts';

const seriesOf = (timestamps: readonly number[], maxSamples: number): SampleSeries => {
  const series = new SampleSeries(10, maxSamples);
  for (const timestamp of timestamps) series.add({ timestamp, equity: timestamp });
  return series;
};

const timesOf = (series: SampleSeries): number[] => series.samples.map((each) => each.timestamp);

it('keeps all while they are few', () => {
  expect(timesOf(seriesOf([0, 3, 10, 20], 4))).toEqual([0, 3, 10, 20]);
});

it('keeps the first, and the last of each span of twice the length, when there are too many', () => {
  const series = seriesOf([0, 3, 10, 20, 30], 4);
  expect(timesOf(series)).toEqual([0, 20, 30]);
  expect(series.spanMs).toBe(20);
});

it('keeps but the last of each span from then on', () => {
  expect(timesOf(seriesOf([0, 3, 10, 20, 30, 40, 45, 55], 4))).toEqual([0, 20, 40, 55]);
});

it('doubles the span until it helps', () => {
  const series = seriesOf([0, 100, 200, 300, 400], 3);
  expect(timesOf(series)).toEqual([0, 300, 400]);
  expect(series.spanMs).toBe(320);
});

it('has spans that include their end', () => {
  expect([endOfSpan(10, 10), endOfSpan(11, 10)]).toEqual([10, 20]);
});
