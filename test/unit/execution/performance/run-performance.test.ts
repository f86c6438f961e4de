import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equityCsvLines } from '../../../../src/execution/performance/equity-csv.ts';
import { EquityRecorder } from '../../../../src/execution/performance/equity-recorder.ts';
import { performanceOf } from '../../../../src/execution/performance/performance-summary.ts';
import { RunPerformance } from '../../../../src/execution/performance/run-performance.ts';
import { fill, MINUTE, SPOT, T0 } from './support.ts';

const SYMBOL = 'BTC/USDT';

const two = (): RunPerformance =>
  new RunPerformance({
    initialCapital: new Map([
      ['b', '1000'],
      ['a', '500.5'],
    ]),
    currency: 'USDT',
  });

describe('the total', () => {
  it('has the sum of the capitals and of what was won', () => {
    const run = two();
    run.onPrice(SYMBOL, 100, T0);
    run.onFill('a', fill('buy', '1', '100', { fee: '0.1' }), SPOT);
    run.onFill('b', fill('sell', '1', '100', { fee: '0.1' }), SPOT);
    run.onPrice(SYMBOL, 110, T0 + MINUTE);
    run.onFill('a', fill('sell', '1', '110', { timestamp: T0 + MINUTE }), SPOT);
    run.onFill('b', fill('buy', '1', '110', { timestamp: T0 + MINUTE }), SPOT);
    const { strategies, total } = run.figures();
    expect(strategies.map(({ id, pnl }) => [id, pnl])).toEqual([
      ['b', '-10.1'],
      ['a', '9.9'],
    ]);
    // Two round trips, though the account was flat all the time.
    expect(total).toMatchObject({
      initialEquity: '1500.5',
      finalEquity: '1500.3',
      trades: 2,
      wins: 1,
      exposure: 1,
      fees: { USDT: '0.2' },
    });
  });

  it('has also what a worker without a capital did', () => {
    const run = two();
    run.onFill('gone', fill('buy', '1', '100', { fee: '1' }), SPOT);
    expect(run.figures().total).toMatchObject({ fills: 1, pnl: '-1' });
    expect(run.figures().strategies.map(({ fills }) => fills)).toEqual([0, 0]);
  });

  it('is what the one strategy is, where there is one', () => {
    const run = new RunPerformance({ initialCapital: new Map([['w', '1000']]), currency: 'USDT' });
    run.onPrice(SYMBOL, 100, T0);
    run.onFill('w', fill('buy', '1', '100'), SPOT);
    for (let i = 0; i < 100; i += 1) run.onPrice(SYMBOL, 100 + Math.sin(i), T0 + i * 17_000);
    const { strategies, total, curves } = run.figures();
    expect({ ...strategies[0], id: 'total' }).toEqual(total);
    expect(curves[0]?.samples).toEqual(curves[1]?.samples);
  });
});

const event = fc.record({
  after: fc.integer({ min: 0, max: 200_000 }),
  cents: fc.integer({ min: 5_000, max: 15_000 }),
  fillOf: fc.option(fc.constantFrom('a', 'b'), { freq: 3 }),
  side: fc.constantFrom('buy' as const, 'sell' as const),
});

describe('with any prices and fills', () => {
  it('a strategy has the figures that it has alone', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const run = two();
        const alone = new EquityRecorder({ initialCapital: '500.5', currency: 'USDT' });
        let now = T0;
        for (const { after, cents, fillOf, side } of events) {
          now += after;
          run.onPrice(SYMBOL, cents / 100, now);
          alone.onPrice(SYMBOL, cents / 100, now);
          if (fillOf === null) continue;
          const each = fill(side, '1', String(cents / 100), { timestamp: now, fee: '0.1' });
          run.onFill(fillOf, each, SPOT);
          if (fillOf === 'a') alone.onFill(each, SPOT);
        }
        expect(run.figures().strategies[1]).toEqual(performanceOf('a', alone.record()));
      }),
    );
  });

  it('each row of the CSV adds up', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 80 }), (events) => {
        const run = two();
        let now = T0;
        for (const { after, cents, fillOf, side } of events) {
          now += after;
          run.onPrice(SYMBOL, cents / 100, now);
          const each = fill(side, '1', String(cents / 100), { timestamp: now, fee: '0.1' });
          if (fillOf !== null) run.onFill(fillOf, each, SPOT);
        }
        const rows = [...equityCsvLines(run.figures().curves)].slice(1);
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) {
          const [b, a, total] = row.split(',').slice(2).map(Number) as [number, number, number];
          expect(a + b).toBeCloseTo(total, 6);
        }
        expect(Number(rows.at(-1)?.split(',')[0])).toBe(now);
      }),
    );
  });
});
