import { expect, it } from 'vitest';
import { fetchBars } from '../../../../src/market/ccxt/bar-history.ts';
import { barRowOf, type BarRow } from '../../../../src/market/ccxt/bar-row.ts';

const LENGTH_MS = 60_000;
const NEVER = new AbortController().signal;

/** An archive that has some bars and gives at most `most` of them at a time, within `most` bars of time. */
function archive(indexes: readonly number[], most: number) {
  const asked: number[] = [];
  return {
    asked,
    fetchOHLCV: (_symbol: string, _timeframe: string, since = 0, limit = 500) => {
      asked.push(since / LENGTH_MS);
      const atMost = Math.min(limit, most);
      const found = indexes
        .filter((index) => index * LENGTH_MS >= since && index < since / LENGTH_MS + limit)
        .slice(0, atMost)
        .map((index): BarRow => [index * LENGTH_MS, 1, 1, 1, 1, index]);
      return Promise.resolve(found);
    },
  };
}

function past(from: number, to: number) {
  return {
    symbol: 'BTC/USDT',
    timeframe: '1m',
    lengthMs: LENGTH_MS,
    fromMs: from * LENGTH_MS,
    toMs: to * LENGTH_MS,
  };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

it('reads page by page, each bar once', async () => {
  const client = archive(numbers(0, 3_000), 100);
  const { rows, reachesEnd } = await fetchBars(client, past(10, 1_510), NEVER);
  expect(rows.map(([openMs]) => openMs / LENGTH_MS)).toEqual(numbers(10, 1_510));
  expect(reachesEnd).toBe(true);
  expect(client.asked.length).toBe(15);
});

it('knows whether the archive has come to the end', async () => {
  const lagging = archive(numbers(0, 9), 500);
  expect((await fetchBars(lagging, past(5, 10), NEVER)).reachesEnd).toBe(false);
  // There is no bar 9, but one after it: nothing is to come.
  const quiet = archive([5, 6, 10], 500);
  const { rows, reachesEnd } = await fetchBars(quiet, past(5, 10), NEVER);
  expect(rows).toHaveLength(2);
  expect(reachesEnd).toBe(true);
});

it('goes on behind a page of time without a bar', async () => {
  const client = archive([0, 1_400], 500);
  const { rows } = await fetchBars(client, past(0, 1_450), NEVER);
  expect(rows.map(([openMs]) => openMs / LENGTH_MS)).toEqual([0, 1_400]);
});

it('leaves out rows without prices, and takes a missing volume for none', () => {
  expect(barRowOf([1, 2, 3, null, 5, 6])).toBeUndefined();
  expect(barRowOf([1, 2, 3, undefined, 5, 6])).toBeUndefined();
  expect(barRowOf([1, 2, 3, 1, 2, undefined])).toEqual([1, 2, 3, 1, 2, 0]);
});
