import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { timeframeMs } from '../../../src/model/timeframe.ts';
import { Scheduler } from '../../../src/worker/scheduler.ts';
import type { LoadedStrategy } from '../../../src/worker/strategy-loader.ts';
import { SubscribedTopics } from '../../../src/worker/subscribed-topics.ts';
import { WorkerContext } from '../../../src/worker/worker-context.ts';
import { bar, BARS } from './support.ts';
import { tradingOf } from './trading/support.ts';

function contextOf(): {
  context: WorkerContext;
  clock: ManualClock;
  scheduler: Scheduler;
  topics: SubscribedTopics;
  lines: unknown[][];
} {
  const clock = new ManualClock(5_000);
  const scheduler = new Scheduler(clock, undefined);
  const topics = new SubscribedTopics({ name: 'test' } as LoadedStrategy, 0, timeframeMs);
  topics.replace([BARS]);
  const lines: unknown[][] = [];
  const context = new WorkerContext({
    workerId: 'w-1',
    mode: 'replay',
    symbols: ['BTC/USDT'],
    params: { fast: 1 },
    state: { count: 0 },
    clock,
    scheduler,
    topics,
    trading: tradingOf().trading.calls,
    log: (...line) => void lines.push(line),
  });
  return { context, clock, scheduler, topics, lines };
}

describe('WorkerContext', () => {
  it('says who, how and with what', () => {
    const { workerId, mode, symbols, params, state } = contextOf().context;
    expect({ workerId, mode, symbols, params, state }).toEqual({
      workerId: 'w-1',
      mode: 'replay',
      symbols: ['BTC/USDT'],
      params: { fast: 1 },
      state: { count: 0 },
    });
  });

  it('has the time of its clock', () => {
    const { context, clock } = contextOf();
    clock.advance(10);
    expect(context.clock.now()).toBe(5_010);
  });

  it('lets the state be replaced', () => {
    const { context } = contextOf();
    context.state = { count: 9 };
    expect(context.state).toEqual({ count: 9 });
  });

  it('shows new parameters and symbols', () => {
    const { context } = contextOf();
    context.replaceParams({ fast: 2 });
    context.replaceSymbols(['ETH/USDT']);
    expect([context.params, context.symbols]).toEqual([{ fast: 2 }, ['ETH/USDT']]);
  });

  it('lets no strategy replace its parameters', () => {
    const { context } = contextOf();
    expect(() => {
      (context as { params: unknown }).params = {};
    }).toThrow(TypeError);
  });

  it('gives history', () => {
    const { context, topics } = contextOf();
    topics.get(1)?.bars?.add(bar(1));
    expect(context.history('BTC/USDT', '1m', 5)).toEqual([bar(1)]);
  });

  it('sets and cancels timers', () => {
    const { context, scheduler } = contextOf();
    context.schedule.every('a', 10);
    context.schedule.at('b', 5_005);
    const cancelled = context.schedule.cancel('a');
    expect([cancelled, scheduler.nextDueMs]).toEqual([true, 5_005]);
  });

  it.each(['debug', 'info', 'warn', 'error'] as const)('logs at level %s', (level) => {
    const { context, lines } = contextOf();
    context.log[level]('hello', { n: 1 });
    expect(lines).toEqual([[level, 'hello', { n: 1 }]]);
  });

  it('lets its functions be taken out of it', () => {
    const { context, lines } = contextOf();
    // As `const { info } = ctx.log` in a strategy's file, which no linter sees.
    const info = Reflect.get(context.log, 'info') as (message: string) => void;
    info('hello');
    expect(lines).toHaveLength(1);
  });
});

describe('report', () => {
  it('merges figures over those from before', () => {
    const { context } = contextOf();
    context.report({ a: 1, b: 1 });
    context.report({ b: 2 });
    expect(context.takeFigures()).toEqual({ a: 1, b: 2 });
  });

  it('gives figures once for each change', () => {
    const { context } = contextOf();
    context.report({ a: 1 });
    expect([context.takeFigures(), context.takeFigures()]).toEqual([{ a: 1 }, undefined]);
  });

  it('gives all figures after a change of one', () => {
    const { context } = contextOf();
    context.report({ a: 1 });
    context.takeFigures();
    context.report({ b: 2 });
    expect(context.takeFigures()).toEqual({ a: 1, b: 2 });
  });

  // Reports go out with the next heartbeat: what grows meanwhile would make that too large to send.
  it('keeps figures as they were when they were reported', () => {
    const { context } = contextOf();
    const trades = [1];
    context.report({ trades });
    trades.push(2);
    expect(context.takeFigures()).toEqual({ trades: [1] });
  });

  it('takes figures up to 65,536 characters of JSON', () => {
    const { context } = contextOf();
    context.report({ x: 'y'.repeat(65_536 - '{"x":""}'.length) });
    expect(context.takeFigures()).toBeDefined();
  });

  it('refuses more, and names the figures', () => {
    const { context } = contextOf();
    expect(() => context.report({ x: 'y'.repeat(65_536) })).toThrow(
      expect.objectContaining({
        name: 'StrategyUsageError',
        code: 'INVALID_REPORT',
        message:
          'report(["x"]): all figures together have 65544 characters of JSON, at most 65536 are kept',
      }),
    );
  });

  it('counts all figures together', () => {
    const { context } = contextOf();
    context.report({ x: 'y'.repeat(40_000) });
    expect(() => context.report({ z: 'y'.repeat(40_000) })).toThrow('all figures together');
  });

  it('keeps the figures from before when it refuses', () => {
    const { context } = contextOf();
    context.report({ a: 1 });
    expect(() => context.report({ x: 'y'.repeat(70_000) })).toThrow();
    expect(context.takeFigures()).toEqual({ a: 1 });
  });

  it.each([
    ['a bigint', { x: 1n }],
    ['a loop', loop()],
    ['something that makes itself nothing', { toJSON: () => undefined }],
    ['something that makes itself text', { toJSON: () => 'x' }],
  ])('refuses %s', (_what, figures) => {
    const { context } = contextOf();
    expect(() => context.report(figures)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REPORT',
        message: expect.stringContaining('plain data'),
      }),
    );
  });
});

function loop(): Record<string, unknown> {
  const looped: Record<string, unknown> = {};
  looped['self'] = looped;
  return looped;
}
