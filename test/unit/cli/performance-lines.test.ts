import { expect, it } from 'vitest';
import { performanceLines } from '../../../src/cli/performance-lines.ts';
import { RunPerformance } from '../../../src/execution/performance/run-performance.ts';
import { fill, MINUTE, SPOT, T0 } from '../execution/performance/support.ts';

function linesOf(ids: readonly string[]): string[] {
  const run = new RunPerformance({
    initialCapital: new Map(ids.map((id) => [id, '1000'])),
    currency: 'USDT',
  });
  run.onPrice('BTC/USDT', 100, T0);
  run.onFill('a', fill('buy', '2', '100', { fee: '0.2' }), SPOT);
  run.onPrice('BTC/USDT', 110, T0 + MINUTE);
  run.onFill('a', fill('sell', '2', '110', { fee: '0.22', timestamp: T0 + MINUTE }), SPOT);
  run.onPrice('BTC/USDT', 110, T0 + 2 * MINUTE);
  if (ids.includes('b')) {
    const timestamp = T0 + 2 * MINUTE;
    run.onFill('b', fill('buy', '1', '110', { fee: '0.001', feeCurrency: 'BNB', timestamp }), SPOT);
    run.onFill('b', fill('buy', '1', '110', { timestamp }), { ...SPOT, quote: 'EUR' });
  }
  const { strategies, total } = run.figures();
  return performanceLines(strategies, total);
}

it('one strategy is one row', () => {
  expect(linesOf(['a'])).toEqual([
    'WORKER  FILLS  TRADES  WIN RATE       FEES         PNL    EQUITY  RETURN  MAX DRAWDOWN  SHARPE  EXPOSURE',
    expect.stringMatching(
      /^a +2 +1 +100\.00 % +0\.42 USDT +19\.58 USDT +1,019\.58 +1\.96 % +0\.02 % +\d+\.\d\d +50\.00 %$/,
    ),
  ]);
});

it('several are followed by all together, and by what the figures leave out', () => {
  const lines = linesOf(['a', 'b']);
  expect(lines[3]).toMatch(/^total +3 +1 /);
  expect(lines.slice(4)).toEqual([
    'b: 1 position still open, valued at the last price',
    'b: fees of 0.001 BNB are not taken off pnl and equity',
    'b: 1 fill not in USDT, left out of these figures',
  ]);
});

it('what does not exist is a dash', () => {
  const { strategies, total } = new RunPerformance({
    initialCapital: new Map([['idle', '1000']]),
    currency: 'USDT',
  }).figures();
  expect(performanceLines(strategies, total)[1]).toMatch(
    /^idle +0 +0 +- +0\.00 USDT +0\.00 USDT +1,000\.00 +0\.00 % +0\.00 % +- +-$/,
  );
});
