import { describe, expect, it } from 'vitest';
import type { CallbackName } from '../../../src/strategy/definition.ts';
import { CallbackWatch } from '../../../src/worker/callback-watch.ts';

function rig(timeoutMs: number): {
  calls: { pending: CallbackName | null; run: number };
  told: string[];
  beat: (times: number) => void;
} {
  const calls: { pending: CallbackName | null; run: number } = { pending: null, run: 0 };
  const told: string[] = [];
  const watch = new CallbackWatch(calls, timeoutMs, {
    onSlow: (name, ms) => told.push(`slow ${name} ${ms}`),
    onTimeout: (name, ms) => told.push(`timeout ${name} ${ms}`),
  });
  const beat = (times: number): void => {
    for (let count = 0; count < times; count += 1) watch.beat(1_000);
  };
  return { calls, told, beat };
}

describe('CallbackWatch', () => {
  it('tells of a callback that is pending for long, once, and then that its time is up', () => {
    const { calls, told, beat } = rig(15_000);
    Object.assign(calls, { pending: 'onBar', run: 7 });
    beat(10);
    expect(told).toEqual([]);
    beat(1);
    expect(told).toEqual(['slow onBar 10000']);
    beat(5);
    expect(told).toEqual(['slow onBar 10000', 'timeout onBar 15000']);
  });

  it('begins anew with each call', () => {
    const { calls, told, beat } = rig(15_000);
    for (let run = 1; run <= 20; run += 1) {
      Object.assign(calls, { pending: 'onBar', run });
      beat(3);
    }
    expect(told).toEqual([]);
  });

  it('has nothing against a strategy without a pending callback', () => {
    const { told, beat } = rig(15_000);
    beat(100);
    expect(told).toEqual([]);
  });

  it('only warns where there is no limit', () => {
    const { calls, told, beat } = rig(0);
    Object.assign(calls, { pending: 'onTimer', run: 1 });
    beat(1_000);
    expect(told).toEqual(['slow onTimer 10000']);
  });
});
