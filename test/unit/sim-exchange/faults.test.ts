import { describe, expect, it } from 'vitest';
import { Faults, parseFault } from '../../../src/sim-exchange/faults.ts';

function faults(rules: unknown, seed = 1): { set: Faults; struck: string[] } {
  const struck: string[] = [];
  const set = new Faults(seed, (kind) => struck.push(kind));
  set.change(rules);
  return { set, struck };
}

/** How it went, time after time. */
function series(set: Faults, times: number): string {
  return Array.from({ length: times }, () =>
    set.strikes('delay', 'order') === undefined ? '-' : '+',
  ).join('');
}

describe('a fault', () => {
  it('strikes each time if nothing else is said', () => {
    expect(series(faults({ delay: {} }).set, 4)).toBe('++++');
  });

  it('strikes so many times and is gone then', () => {
    const { set, struck } = faults({ delay: { next: 2 } });
    expect(series(set, 4)).toBe('++--');
    expect(set.describe()).toEqual({});
    expect(struck).toEqual(['delay', 'delay']);
  });

  it('strikes at a rate, by seed', () => {
    const first = series(faults({ delay: { rate: 0.5 } }, 4).set, 64);
    expect(first).toMatch(/\+.*-|-.*\+/);
    expect(series(faults({ delay: { rate: 0.5 } }, 4).set, 64)).toBe(first);
    expect(series(faults({ delay: { rate: 0.5 } }, 5).set, 64)).not.toBe(first);
  });

  it('strikes the requests that it is for', () => {
    const { set } = faults({ delay: { on: 'cancel' }, reject: { on: 'any' } });
    expect(set.strikes('delay', 'order')).toBeUndefined();
    expect(set.strikes('delay', 'cancel')).toBeDefined();
    expect(set.strikes('reject', 'query')).toBeDefined();
  });

  it('stays as it is when another one is set, and goes with null', () => {
    const { set } = faults({ delay: {} });
    set.change({ reject: { next: 1 } });
    expect(set.describe()).toEqual({ delay: {}, reject: { next: 1 } });
    set.change({ delay: null });
    expect(set.describe()).toEqual({ reject: { next: 1 } });
  });

  it.each([
    [{ explode: {} }],
    [{ delay: { next: 0 } }],
    [{ delay: { rate: 2 } }],
    ['delay'],
    [null],
  ])('is refused as %j, and nothing is changed', (rules) => {
    const { set } = faults({ reject: {} });
    expect(() => set.change(rules)).toThrow(/are no faults/);
    expect(set.describe()).toEqual({ reject: {} });
  });
});

describe('a fault of the command line', () => {
  it.each([
    ['drop-answer', { 'drop-answer': {} }],
    ['delay:ms=200,rate=0.1,on=any', { delay: { ms: 200, rate: 0.1, on: 'any' } }],
  ])('%s is read', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  it.each(['delay:', 'delay:ms', 'delay:ms=', 'delay:=1'])('%s is refused', (text) => {
    expect(() => parseFault(text)).toThrow(/is no fault/);
  });
});
