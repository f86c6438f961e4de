import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarLine } from '../../../../src/market/ccxt/bar-line.ts';
import type { BarRow } from '../../../../src/market/ccxt/bar-row.ts';

const LENGTH_MS = 1_000;

/** Bar number `index`, when it is over, or as it is after `part` of its words. */
function row(index: number, volume = 9): BarRow {
  return [index * LENGTH_MS, 1, 2, 0, 1, volume];
}

function rows(from: number, to: number): BarRow[] {
  return Array.from({ length: to - from }, (_, index) => row(from + index));
}

describe('bars of a stream', () => {
  it('are told once, when one after them has come, with the last word on them', () => {
    const line = new BarLine(LENGTH_MS);
    expect(line.take([row(5, 1)])).toEqual([]);
    expect(line.take([row(5, 2)])).toEqual([]);
    expect(line.take([row(5, 3), row(6, 1)])).toEqual([row(5, 3)]);
    expect(line.take([row(6, 4)])).toEqual([]);
    expect(line.nextMs).toBe(6_000);
  });

  it('begin with the one under way, whatever of the past comes along', () => {
    const line = new BarLine(LENGTH_MS);
    expect(line.take([row(3), row(4), row(5)])).toEqual([]);
    expect(line.take([row(6)])).toEqual([row(5)]);
    expect(line.late).toBe(2);
  });

  it('that come after they were told are counted and left out', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    line.take([row(5), row(6)]);
    expect(line.take([row(5, 100)])).toEqual([]);
    expect(line.take([row(7)])).toEqual([row(6)]);
    expect(line.late).toBe(1);
  });

  it('wait for those before them', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    expect(line.take([row(5)])).toEqual([]);
    expect(line.take([row(8), row(9)])).toEqual([row(5)]);
    expect(line.gap).toEqual({ fromMs: 6_000, toMs: 8_000 });
    expect(line.fill([row(6), row(7)], 8_000, true)).toEqual([row(6), row(7), row(8)]);
    expect(line.gap).toBeUndefined();
  });

  it('that were under way at a cut are not told with what was known of them', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    line.take([row(5, 1)]);
    line.cut();
    expect(line.take([row(6)])).toEqual([]);
    expect(line.gap).toEqual({ fromMs: 5_000, toMs: 6_000 });
  });

  it('go on where they were if a cut is shorter than a bar', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    line.take([row(5, 1)]);
    line.cut();
    expect(line.take([row(5, 7)])).toEqual([]);
    expect(line.take([row(6)])).toEqual([row(5, 7)]);
  });
});

describe('bars of the archive', () => {
  it('that are missing at its end may still come', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    expect(line.fill([row(5)], 7_000, false)).toEqual([row(5)]);
    expect(line.nextMs).toBe(6_000);
    expect(line.fill([row(5), row(6)], 7_000, false)).toEqual([row(6)]);
  });

  it('that it does not have are passed over once it is known to have all', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    line.take([row(9)]);
    expect(line.fill([row(5), row(7)], 9_000, true)).toEqual([row(5), row(7)]);
    expect(line.gap).toBeUndefined();
    expect(line.take([row(10)])).toEqual([row(9)]);
  });

  it('under way are not told', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    expect(line.fill(rows(4, 9), 7_000, true)).toEqual([row(5), row(6)]);
  });

  it('before those that are wanted are counted', () => {
    const line = new BarLine(LENGTH_MS, 4_000);
    expect(line.skipTo(9_000)).toBe(4);
    expect(line.skipTo(6_000)).toBe(0);
    expect(line.nextMs).toBe(9_000);
  });
});

/** What happens to a line: the stream says something of a bar, repeats an old one, loses some, or is cut. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('word' as const), times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('next' as const), bars: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('old' as const), back: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('cut' as const) }),
  fc.record({ kind: fc.constant('look' as const), lag: fc.integer({ min: 0, max: 2 }) }),
);

it('has no hole, tells none twice, and each as it was at its end, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.boolean(), (happenings, begins) => {
      const line = new BarLine(LENGTH_MS, begins ? 9_000 : undefined);
      let now = 10;
      const told = [...line.take([row(now, 1)])];
      for (const one of happenings) {
        if (one.kind === 'cut') line.cut();
        if (one.kind === 'old') told.push(...line.take([row(now - one.back)]));
        if (one.kind === 'word') {
          for (let time = 0; time < one.times; time += 1) told.push(...line.take([row(now, time)]));
        }
        if (one.kind === 'next') {
          // The last word on a bar comes unless the stream has lost all of it.
          if (one.bars === 1) told.push(...line.take([row(now)]));
          else line.cut();
          now += one.bars;
          told.push(...line.take([row(now, 1)]));
        }
        if (one.kind === 'look') {
          const closed = Math.max(10, now - one.lag);
          told.push(...line.fill(rows(5, closed), closed * LENGTH_MS, one.lag === 0));
        }
        const { gap } = line;
        if (gap !== undefined) {
          const archive = rows(gap.fromMs / LENGTH_MS, gap.toMs / LENGTH_MS);
          told.push(...line.fill(archive, gap.toMs, true));
        }
        expect(line.gap).toBeUndefined();
      }
      expect(told).toEqual(rows(10, 10 + told.length));
    }),
  );
});
