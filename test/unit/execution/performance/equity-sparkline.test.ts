import { expect, it } from 'vitest';
import { equitySparkline } from '../../../../src/execution/performance/equity-sparkline.ts';
import { samplesOf } from './support.ts';

it('draws a rising line, the highest and the lowest value beside it', () => {
  const values = Array.from({ length: 16 }, (_, index) => 100 + index);
  expect(equitySparkline(samplesOf(values), { width: 24, height: 2 })).toEqual([
    '115.00 ┤        ▁▂▃▄▅▆▇█',
    '100.00 ┤▁▂▃▄▅▆▇█████████',
    '        2022-01-01 00:00',
  ]);
});

it('shows the highest value though the column ends below it', () => {
  const values = Array.from({ length: 100 }, (_, index) => (index === 51 ? 9 : 0));
  const lines = equitySparkline(samplesOf(values), { width: 30, height: 3 });
  expect(lines[0]).toMatch(/^9\.00 ┤ +█$/);
});

it('draws what never moves in the middle', () => {
  const lines = equitySparkline(samplesOf([5, 5, 5]), { width: 12, height: 4 });
  expect(lines.slice(0, 4)).toEqual(['5.00 ┤', '     ┤', '     ┤██████', '5.00 ┤██████']);
});

it('has as many lines and characters as asked for, and the first and the last time', () => {
  const values = Array.from({ length: 3_000 }, (_, index) => Math.sin(index / 100));
  const lines = equitySparkline(samplesOf(values), { width: 60, height: 5 });
  expect(lines).toHaveLength(6);
  expect(Math.max(...lines.map((line) => line.length))).toBe(60);
  expect(lines[5]).toMatch(/^ +2022-01-01 00:00 +2022-01-03 01:59$/);
});

it('has no lines without samples', () => {
  expect(equitySparkline([])).toEqual([]);
});
