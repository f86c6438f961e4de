import { describe, expect, it } from 'vitest';
import { SampleHistory } from '../../../../src/system/samples/sample-history.ts';

const T0 = Date.UTC(2022, 0, 1);

function historyOf(values: readonly number[], everyMs = 1_000) {
  const history = new SampleHistory({ mean: 'mean', max: 'max', last: 'last' });
  for (const [index, value] of values.entries())
    history.add(T0 + index * everyMs, { mean: value, max: value, last: value });
  return history;
}

describe('a history of samples', () => {
  it('has what was added, oldest first', () => {
    const [first, second, ...others] = historyOf([1, 2]).since(0, 'second');
    expect(first).toEqual({ at: T0, mean: 1, max: 1, last: 1 });
    expect(second).toEqual({ at: T0 + 1_000, mean: 2, max: 2, last: 2 });
    expect(others).toEqual([]);
  });

  it('begins where it is asked to', () => {
    const since = historyOf([1, 2, 3]).since(T0 + 1_000, 'second');
    expect(since.map(({ last }) => last)).toEqual([2, 3]);
  });

  it('keeps the last 600 seconds', () => {
    const all = historyOf(Array.from({ length: 1_000 }, (_, index) => index)).since(0, 'second');
    expect(all.map(({ last }) => last)).toEqual(Array.from({ length: 600 }, (_, n) => 400 + n));
  });

  it('makes one of each minute: its mean, its largest and its last', () => {
    const values = [...Array.from({ length: 60 }, (_, index) => 60 - index), 7];
    expect(historyOf(values).since(0, 'minute')).toEqual([
      { at: T0, mean: 30.5, max: 60, last: 1 },
    ]);
  });

  it('keeps the last day of minutes', () => {
    const days = Array.from({ length: 3_000 }, (_, index) => index);
    const all = historyOf(days, 60_000).since(0, 'minute');
    expect(all).toHaveLength(1_440);
    expect(all.at(-1)?.last).toBe(2_998);
    expect(all[0]?.last).toBe(2_998 - 1_439);
  });
});
