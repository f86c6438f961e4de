import { describe, expect, it } from 'vitest';
import type { AlertView, BarView, Worker } from '../../../../src/client/index.ts';
import { CHANNEL_STEPS } from '../../../../web/src/data/channel-states.ts';

const worker = (id: string, pid: number | null = null): Worker => ({ id, pid }) as Worker;
const bar = (timestamp: number, close: number): BarView => ({ timestamp, close }) as BarView;

describe('the state of a channel', () => {
  it('of workers takes changed ones whole and lets removed ones go', () => {
    const { begin, apply } = CHANNEL_STEPS.workers;
    const before = begin({ workers: [worker('a'), worker('b')] });
    const change = { workers: [worker('a', 7), worker('c')], pulses: [], removed: ['b'] };
    const after = apply(before, change);
    expect([...after.workers.values()]).toEqual([worker('a', 7), worker('c')]);
    expect([...before.workers.keys()]).toEqual(['a', 'b']);
  });

  it('of workers puts the pulse of one in place of its pulse before', () => {
    const { begin, apply } = CHANNEL_STEPS.workers;
    const pulse = { id: 'a', health: 'late', lastPrice: 5 } as never;
    const stray = { id: 'gone', health: 'ok' } as never;
    const state = apply(begin({ workers: [worker('a', 7)] }), {
      workers: [],
      pulses: [pulse, stray],
      removed: [],
    });
    expect([...state.workers]).toEqual([['a', { id: 'a', pid: 7, health: 'late', lastPrice: 5 }]]);
  });

  it('of bars takes the bar that is being made in place of its earlier self', () => {
    const { begin, apply } = CHANNEL_STEPS.bars;
    const state = apply(begin({ bars: [bar(60, 1), bar(120, 2)] }), {
      bars: [bar(120, 3), bar(180, 4)],
    });
    expect(state.bars).toEqual([bar(60, 1), bar(120, 3), bar(180, 4)]);
  });

  it('of market data keeps the state of the feed where a change has none', () => {
    const { begin, apply } = CHANNEL_STEPS.market;
    const feed = { state: 'live' } as never;
    const value = (price: number) => ({ symbol: 'BTC/USDT', dataType: 'trade', price }) as never;
    const state = apply(begin({ values: [value(1)], feed }), { values: [value(2)], feed: null });
    expect(state.feed).toBe(feed);
    expect([...state.values.values()]).toEqual([value(2)]);
  });

  it('of alerts keeps the newest thousand', () => {
    const { begin, apply } = CHANNEL_STEPS.alerts;
    const alert = (seq: number): AlertView => ({ seq }) as AlertView;
    const many = Array.from({ length: 1_500 }, (_, at) => alert(at + 1));
    const state = apply(begin({ alerts: [] }), { alerts: many });
    expect(state.alerts.size).toBe(1_000);
    expect(state.alerts.has(1_500)).toBe(true);
    expect(state.alerts.has(500)).toBe(false);
  });

  it('of one worker collects the moves that were seen', () => {
    const { begin, apply } = CHANNEL_STEPS.worker;
    const move = (revision: number) => ({ revision }) as never;
    const first = apply(begin({ worker: worker('a') }), {
      worker: worker('a'),
      transitions: [move(1)],
    });
    const second = apply(first, { worker: null, transitions: [move(2)] });
    expect(second).toEqual({ worker: null, transitions: [move(1), move(2)] });
  });
});
