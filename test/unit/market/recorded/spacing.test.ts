import { expect, it } from 'vitest';
import { smallestSpacingMs } from '../../../../src/market/recorded/spacing.ts';

it('is the smallest distance between rows of the same symbol', () => {
  const rows = [
    { symbol: 'A', timestamp: 0 },
    { symbol: 'B', timestamp: 10 },
    { symbol: 'A', timestamp: 300 },
    { symbol: 'B', timestamp: 310 },
    { symbol: 'A', timestamp: 400 },
  ];
  expect(smallestSpacingMs(rows)).toBe(100);
});

it('passes over repeated times', () => {
  expect(smallestSpacingMs([0, 0, 60].map((timestamp) => ({ symbol: 'A', timestamp })))).toBe(60);
});

it('is undefined where no symbol has two rows', () => {
  expect(smallestSpacingMs([{ symbol: 'A', timestamp: 0 }])).toBeUndefined();
});
