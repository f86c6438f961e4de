import { describe, expect, it } from 'vitest';
import { TradingAlerts } from '../../../../../src/system/alerts/watch/trading-alerts.ts';
import type { WatchLimits } from '../../../../../src/system/alerts/watch/watch-options.ts';
import type { ExecutionEngineOptions } from '../../../../../src/execution/engine-options.ts';
import { setUp } from '../../../execution/engine-setup.ts';
import { waitFor } from '../../../../integration/support/wait.ts';
import { partsOf } from './fixtures.ts';

async function rigOf(
  limits: Partial<WatchLimits> = {},
  options: Partial<ExecutionEngineOptions> = {},
) {
  const setup = await setUp(options);
  const rig = partsOf(limits);
  const { clock } = setup;
  const trading = new TradingAlerts({ ...rig.parts, clock }, setup.engine);
  return { ...rig, ...setup, trading };
}

describe('alerts of trading', () => {
  it('tell of a line that stays down, and when trading is open again', async () => {
    const { venue, trading, clock, told, engine, alerts } = await rigOf({ closedMs: 10_000 });
    venue.cut('down');
    trading.look();
    expect(told()).toEqual([]);
    clock.advance(10_000);
    trading.look();
    trading.look();
    expect(told()).toEqual(['critical trading-closed paper']);
    expect(alerts.recent(1)[0]?.text).toContain('a test cuts it');
    venue.cut('up');
    await waitFor('trading', () => engine.status.closedBecause === null);
    expect(told()).toEqual(['resolved trading-closed paper']);
  });

  it('do not tell of a line that was down for a moment', async () => {
    const { venue, trading, clock, told, engine } = await rigOf({ closedMs: 10_000 });
    venue.cut('down');
    clock.advance(9_000);
    venue.cut('up');
    await waitFor('trading', () => engine.status.closedBecause === null);
    clock.advance(9_000);
    trading.look();
    expect(told()).toEqual([]);
  });

  it('tell each change of the kill switch, with who and why', async () => {
    const { engine, told, alerts } = await rigOf();
    engine.setTradingState('all', 'halted', 'eva', 'odd prices');
    engine.setTradingState('all', 'active', 'eva', 'it was the feed');
    engine.setTradingState('all', 'halted', 'tom', 'again');
    expect(told()).toEqual([
      'critical kill-switch all',
      'warning kill-switch all',
      'critical kill-switch all',
    ]);
    expect(alerts.recent(3).at(-1)?.text).toBe('eva has set trading to halted for all: odd prices');
  });

  it('tell that a daily loss was reached, and that a person lifted it', async () => {
    const risk = { account: { maxDailyLoss: '5' } };
    const { engine, submit, price, told } = await rigOf({}, { risk });
    await submit({ type: 'market', price: null });
    price(90);
    engine.watchLosses();
    expect(told()).toEqual(['critical daily-loss account']);
    engine.setTradingState('account', 'active', 'eva', 'a new day');
    expect(told()).toEqual(['warning kill-switch account', 'resolved daily-loss account']);
  });

  it('tell of orders of which nobody knows what became, and when it is known', async () => {
    const { venue, submit, trading, clock, told, engine, alerts } = await rigOf({
      unknownMs: 30_000,
    });
    venue.fault = 'lose the answer';
    venue.silent = true;
    venue.down = true;
    await submit({ price: '99' });
    trading.look();
    expect(told()).toEqual([]);
    clock.advance(30_000);
    trading.look();
    trading.look();
    expect(told()).toEqual(['critical order-unknown worker-1']);
    expect(alerts.recent(1)[0]?.text).toContain('buy 1 BTC/USDT: the line was cut');
    venue.down = false;
    await engine.reconcile();
    trading.look();
    expect(told()).toContain('resolved order-unknown worker-1');
  });

  it('tell that the venue had something else than was known here', async () => {
    const { venue, submit, price, engine, told } = await rigOf();
    await submit({ price: '99' });
    venue.silent = true;
    price(98);
    await engine.reconcile();
    await engine.reconcile();
    expect(told()).toEqual(['warning reconciliation-differences paper']);
  });

  it('tell nothing any more after the end', async () => {
    const { engine, trading, told } = await rigOf();
    trading.stop();
    engine.setTradingState('all', 'halted', 'eva', 'a test');
    expect(told()).toEqual([]);
  });
});
