import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { differencesOf } from '../../../../web/src/components/differences.ts';
import { sparklinePoints } from '../../../../web/src/components/sparkline-points.ts';
import { outcomesText } from '../../../../web/src/components/trading/order-outcome.ts';
import { fill } from '../../../../web/src/i18n/fill.ts';
import { en } from '../../../../web/src/i18n/en.ts';
import type { Translate } from '../../../../web/src/i18n/translate.ts';

const t: Translate = (key, ...[parts]) => fill(en[key], parts ?? {});

describe('differences', () => {
  it('name each place that is another', () => {
    const before = { a: 1, levels: [{ size: 1 }, { size: 2 }], gone: true };
    const after = { a: 1, levels: [{ size: 1 }, { size: 3 }], made: 'x' };
    expect(differencesOf(before, after)).toEqual([
      { path: 'levels.1.size', before: 2, after: 3 },
      { path: 'gone', before: true, after: undefined },
      { path: 'made', before: undefined, after: 'x' },
    ]);
  });

  it('are one where the kind of a value is another', () => {
    expect(differencesOf({ a: [1] }, { a: { 0: 1 } })).toEqual([
      { path: 'a', before: [1], after: { 0: 1 } },
    ]);
  });

  it('are none of equal values', () => {
    expect(differencesOf({ a: { b: [] } }, { a: { b: [] } })).toEqual([]);
  });
});

describe('a sparkline', () => {
  it('goes from zero to the highest value', () => {
    expect(sparklinePoints([0, 10], 100, 23)).toBe('0,21.5 100,1.5');
  });

  it('lies at the bottom for nothing but zeros', () => {
    expect(sparklinePoints([0, 0], 100, 23)).toBe('0,21.5 100,21.5');
  });

  it('has room for what is below zero', () => {
    expect(sparklinePoints([-10, 0], 100, 23)).toBe('0,21.5 100,1.5');
  });
});

describe('what became of orders', () => {
  type Outcome = AnswerOf<'cancelOrder'>;
  const outcome = (part: Partial<Outcome>): Outcome => ({
    outcome: 'accepted',
    rule: null,
    reason: null,
    order: null,
    ...part,
  });

  it('is applied only if the venue took all', () => {
    expect(outcomesText(t, [outcome({}), outcome({})]).status).toBe('applied');
    const some = [outcome({}), outcome({ outcome: 'rejected', reason: 'too late' })];
    expect(outcomesText(t, some).status).toBe('partly');
    expect(outcomesText(t, some).detail).toContain('too late');
    expect(outcomesText(t, [outcome({ outcome: 'denied' })]).status).toBe('rejected');
  });
});
