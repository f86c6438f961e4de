import { describe, expect, it } from 'vitest';
import { decimal } from '../../../../src/execution/decimals.ts';
import { DailyLoss } from '../../../../src/execution/risk/daily-loss.ts';

const DAY_MS = 86_400_000;
const NOON = 20_000 * DAY_MS + DAY_MS / 2;

function setUp() {
  const kept = new Map<string, string>();
  const make = (): DailyLoss => new DailyLoss((scope, json) => kept.set(scope, json));
  const daily = make();
  const loss = (pnl: string, nowMs: number, of = daily, scope = 'all'): string =>
    of.loss(scope, decimal(pnl), nowMs).toString();
  return { kept, make, loss };
}

describe('DailyLoss', () => {
  it('counts from where the day began', () => {
    const { loss } = setUp();
    expect(loss('100', NOON)).toBe('0');
    expect(loss('70.5', NOON + 1)).toBe('29.5');
    expect(loss('130', NOON + 2)).toBe('-30');
  });

  it('begins anew at midnight UTC', () => {
    const { loss } = setUp();
    loss('100', NOON);
    expect(loss('60', 20_001 * DAY_MS - 1)).toBe('40');
    expect(loss('60', 20_001 * DAY_MS)).toBe('0');
    expect(loss('55', 20_001 * DAY_MS + 1)).toBe('5');
  });

  it('goes on over a restart within the day, to the last digit', () => {
    const { kept, make, loss } = setUp();
    loss('0.123456789012345678901234567890', NOON);
    const next = make();
    next.restore('all', kept.get('all') ?? '');
    expect(loss('0.023456789012345678901234567890', NOON + 5, next)).toBe('0.1');
    expect(kept.size).toBe(1);
  });

  it('does not take the beginning of another day', () => {
    const { kept, make, loss } = setUp();
    loss('100', NOON);
    const next = make();
    next.restore('all', kept.get('all') ?? '');
    expect(loss('40', NOON + DAY_MS, next)).toBe('0');
  });

  it('keeps scopes apart, and writes each beginning down once', () => {
    const { kept, make, loss } = setUp();
    const daily = make();
    loss('10', NOON, daily, 'all');
    loss('4', NOON, daily, 'strategy:a');
    expect(loss('3', NOON + 1, daily, 'strategy:a')).toBe('1');
    expect(loss('10', NOON + 1, daily, 'all')).toBe('0');
    expect([...kept.keys()]).toEqual(['all', 'strategy:a']);
  });

  it('follows a clock that goes back over midnight without an invented loss', () => {
    const { loss } = setUp();
    loss('100', 20_001 * DAY_MS + 1);
    expect(loss('90', 20_001 * DAY_MS - 1)).toBe('0');
  });
});
