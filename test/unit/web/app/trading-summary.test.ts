import { describe, expect, it } from 'vitest';
import type { TradingStatus } from '../../../../src/client/index.ts';
import { tradingSummary } from '../../../../web/src/app/kill-switch/trading-summary.ts';

const status = (part: Partial<TradingStatus>, ...switches: [string, string][]): TradingStatus => ({
  venue: 'paper',
  mode: 'paper',
  closedBecause: null,
  lastReconciliation: null,
  switches: switches.map(([scope, state]) => ({ scope, state }) as never),
  ...part,
});

describe('trading in one word', () => {
  it.each([
    ['open', status({})],
    ['open', status({}, ['all', 'active'])],
    ['partly', status({}, ['strategy:a', 'halted'])],
    ['reduce-only', status({}, ['account', 'reduce-only'], ['strategy:a', 'halted'])],
    ['halted', status({ closedBecause: 'reconciling' }, ['all', 'halted'])],
    ['closed', status({ closedBecause: 'reconciling' })],
    ['none', status({ mode: 'none' }, ['all', 'halted'])],
  ])('is %s', (word, given) => {
    expect(tradingSummary(given)).toBe(word);
  });
});
