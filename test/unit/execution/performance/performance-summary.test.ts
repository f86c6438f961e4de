import { describe, expect, it } from 'vitest';
import { EquityRecorder } from '../../../../src/execution/performance/equity-recorder.ts';
import { performanceOf } from '../../../../src/execution/performance/performance-summary.ts';
import { fill, MINUTE, SPOT, T0 } from './support.ts';

const SYMBOL = 'BTC/USDT';
const at = (minute: number): { timestamp: number } => ({ timestamp: T0 + minute * MINUTE });

/** Won 19.58, lost 5.2, in 3 of 8 minutes. */
function worked(): EquityRecorder {
  const recorder = new EquityRecorder({ initialCapital: '1000', currency: 'USDT' });
  recorder.onPrice(SYMBOL, 100, T0);
  recorder.onFill(fill('buy', '2', '100', { fee: '0.2', ...at(1) }), SPOT);
  recorder.onPrice(SYMBOL, 110, T0 + 2 * MINUTE);
  recorder.onFill(fill('sell', '2', '110', { fee: '0.22', ...at(3) }), SPOT);
  recorder.onFill(fill('sell', '1', '110', { fee: '0.1', ...at(5) }), SPOT);
  recorder.onPrice(SYMBOL, 115, T0 + 6 * MINUTE);
  recorder.onFill(fill('buy', '1', '115', { fee: '0.1', ...at(6) }), SPOT);
  recorder.onPrice(SYMBOL, 115, T0 + 8 * MINUTE);
  return recorder;
}

describe('performanceOf', () => {
  it('gives the figures of an example worked by hand', () => {
    expect(performanceOf('w', worked().record())).toMatchObject({
      id: 'w',
      currency: 'USDT',
      firstTime: T0,
      lastTime: T0 + 8 * MINUTE,
      initialEquity: '1000',
      finalEquity: '1014.38',
      pnl: '14.38',
      grossPnl: '15',
      fees: { USDT: '0.62' },
      return: 0.01438,
      maxDrawdown: { amount: '5.42', from: T0 + 2 * MINUTE, to: T0 + 6 * MINUTE },
      returnPeriod: 'sample',
      fills: 4,
      trades: 2,
      wins: 1,
      losses: 1,
      openPositions: 0,
      winRate: 0.5,
      profitFactor: 19.58 / 5.2,
      averageWin: '19.58',
      averageLoss: '5.2',
      exposure: 3 / 8,
      tradedNotional: '645',
      turnover: 0.645,
      undefinedBecause: {},
    });
  });

  it('gives the same figures twice', () => {
    const figures = JSON.stringify(performanceOf('w', worked().record()));
    expect(JSON.stringify(performanceOf('w', worked().record()))).toBe(figures);
  });

  it('says why a figure does not exist', () => {
    const nothing = new EquityRecorder({ initialCapital: '0', currency: 'USDT' }).record();
    const summary = performanceOf('w', nothing);
    expect(summary).toMatchObject({ return: null, sharpe: null, winRate: null, exposure: null });
    expect(summary.undefinedBecause).toMatchObject({
      return: 'initial equity is not above 0',
      winRate: 'no trade has ended',
      profitFactor: 'no trade has lost',
      exposure: 'no time went by',
    });
    expect(summary.maxDrawdown.share).toBe(0);
  });
});
