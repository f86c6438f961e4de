import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import type { Bar } from '../../../src/model/bar.ts';
import type { MarketEvent } from '../../../src/model/market-event.ts';
import type { GapEvent, TimerEvent } from '../../../src/strategy/events.ts';
import { machineNowMs } from '../../../src/base/machine-clock.ts';
import type { Refill } from '../../../src/worker/strategy-runner.ts';
import {
  bar,
  BARS,
  bars,
  type Entry,
  MINUTE,
  records,
  rigOf,
  sequence,
  settle,
  trade,
  TRADES,
} from './support.ts';

/** The number of a bar that {@link bar} made. */
const numberOf = ({ timestamp }: Bar): number => timestamp / MINUTE;

/** A strategy that writes down the number of each bar, and each gap. */
function counting(): {
  seen: (number | string)[];
  onBar: (ctx: unknown, bar: Bar) => void;
  onGap: (ctx: unknown, gap: GapEvent) => void;
} {
  const seen: (number | string)[] = [];
  return {
    seen,
    onBar: (_ctx, event) => void seen.push(numberOf(event)),
    onGap: (_ctx, { fromSeq, toSeq }) => void seen.push(`gap ${fromSeq}-${toSeq}`),
  };
}

/** Blocks the process, as a strategy that computes. */
function compute(ms: number): void {
  const endsMs = performance.now() + ms;
  while (performance.now() < endsMs);
}

describe('events', () => {
  it('reach the strategy in order', async () => {
    const strategy = counting();
    await rigOf(strategy).runner.take(bars(1, 5), 0);
    expect(strategy.seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('reach it in the order of the frame, over topics', async () => {
    const seen: string[] = [];
    const { runner } = rigOf({
      onBar: () => void seen.push('bar'),
      onTrade: () => void seen.push('trade'),
    });
    await runner.take(
      records([1, 1, bar(1)], [2, 1, trade(1)], [2, 2, trade(2)], [1, 2, bar(2)]),
      0,
    );
    expect(seen).toEqual(['bar', 'trade', 'trade', 'bar']);
  });

  it('begin where the frame says', async () => {
    const strategy = counting();
    // A record of topic 9 is 80 bytes long.
    const buffer = records([9, 1, bar(1)], [1, 1, bar(1)], [1, 2, bar(2)]);
    await rigOf(strategy).runner.take(buffer, 80);
    expect(strategy.seen).toEqual([1, 2]);
  });

  it('are shown once, however often they come', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    await runner.take(bars(1, 3), 0);
    await runner.take(bars(2, 5), 0);
    await runner.take(bars(1, 5), 0);
    expect(strategy.seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('of topics that nobody has here are passed over', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    await runner.take(records([9, 5, bar(5)], [1, 1, bar(1)]), 0);
    expect([strategy.seen, runner.received]).toEqual([[1], 1]);
  });

  it('without a callback are counted as handled', async () => {
    const { runner } = rigOf({});
    await runner.take(records([1, 1, bar(1)], [2, 1, trade(1)]), 0);
    expect([runner.received, runner.processed]).toEqual([2, 2]);
  });

  it('leave the last price', async () => {
    const { runner } = rigOf({ onTrade: () => undefined });
    await runner.take(records([1, 1, bar(1)]), 0);
    const ofBar = runner.lastPrice;
    await runner.take(records([2, 1, trade(7)]), 0);
    expect([ofBar, runner.lastPrice]).toEqual([1.5, 7]);
  });

  it('leave the middle of a quote as the last price', async () => {
    const { runner } = rigOf(
      { onQuote: () => undefined },
      { topics: [{ topicId: 3, symbol: 'BTC/USDT', dataType: 'quote' }] },
    );
    const quote = {
      type: 'quote',
      symbol: 'BTC/USDT',
      timestamp: 1,
      bid: 10,
      bidSize: 1,
      ask: 12,
      askSize: 1,
    } as const;
    await runner.take(records([3, 1, quote]), 0);
    expect(runner.lastPrice).toBe(11);
  });

  it('go into the history before the callback sees them', async () => {
    let inHistory = 0;
    const { runner, topics } = rigOf({
      onBar: () => {
        inHistory = topics.history('BTC/USDT', '1m', 10).length;
      },
    });
    await runner.take(bars(1, 2), 0);
    expect(inHistory).toBe(2);
  });

  it('go on after a callback that threw', async () => {
    const seen: number[] = [];
    const { runner, faults } = rigOf({
      onBar: (_ctx: unknown, event: Bar) => {
        seen.push(numberOf(event));
        if (seen.length === 2) throw new Error('no');
      },
    });
    await runner.take(bars(1, 3), 0);
    expect([seen, faults.length, runner.processed]).toEqual([[1, 2, 3], 1, 3]);
  });

  it('are each taken exactly once and in order, however they are cut, doubled and lost', async () => {
    // A host that remembers everything: whatever is missing can be had again.
    const refill: Refill = async (topicId, fromSeq, toSeq) => ({
      buffer: bars(fromSeq, toSeq, topicId),
      from: 0,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 6 })), {
          maxLength: 20,
        }),
        async (frames) => {
          const strategy = counting();
          const { runner } = rigOf(strategy, { refill });
          let last = 0;
          for (const [from, count] of frames) {
            await runner.take(bars(from, from + count - 1), 0);
            if (count > 0) last = Math.max(last, from + count - 1);
          }
          expect(strategy.seen).toEqual(sequence(1, last));
          expect(runner.done).toBe(last);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a batch', () => {
  it('without promises is done at once', () => {
    const { runner, batches } = rigOf(counting());
    expect([runner.take(bars(1, 1), 0), batches()]).toEqual([undefined, 1]);
  });

  it('that is empty is done at once', () => {
    const { runner, batches } = rigOf(counting());
    expect([runner.take(records(), 0), batches()]).toEqual([undefined, 1]);
  });

  it('with promises is done when the last is', async () => {
    let finish: () => void = () => undefined;
    const { runner, batches } = rigOf({
      onBar: () => new Promise<void>((resolve) => (finish = resolve)),
    });
    const pending = runner.take(bars(1, 1), 0);
    await settle();
    const before = batches();
    finish();
    await pending;
    expect([before, batches()]).toEqual([0, 1]);
  });

  it('waits while events are held', async () => {
    const strategy = counting();
    const { runner, batches } = rigOf(strategy);
    runner.flow = 'held';
    const pending = runner.take(bars(1, 2), 0);
    await settle();
    const before = [...strategy.seen];
    runner.flow = 'running';
    await pending;
    expect([before, strategy.seen, batches()]).toEqual([[], [1, 2], 1]);
  });

  it('is dropped once all is over', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    runner.flow = 'ended';
    await runner.take(bars(1, 2), 0);
    expect([strategy.seen, runner.received]).toEqual([[], 0]);
  });

  it('awaits each async callback before the next', async () => {
    const seen: string[] = [];
    const { runner } = rigOf({
      onBar: async (_ctx: unknown, event: Bar) => {
        seen.push(`begin ${numberOf(event)}`);
        await settle();
        seen.push(`end ${numberOf(event)}`);
      },
    });
    await runner.take(bars(1, 2), 0);
    expect(seen).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });
});

describe('a gap', () => {
  it('in bars is filled before the next bar is shown', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy, {
      refill: async (topicId, from, to) => ({ buffer: bars(from, to, topicId), from: 0 }),
    });
    await runner.take(bars(1, 2), 0);
    await runner.take(bars(6, 7), 0);
    expect(strategy.seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is asked for by its exact bounds', async () => {
    const asked: number[][] = [];
    const { runner } = rigOf(counting(), {
      refill: async (...args) => {
        asked.push(args);
        return null;
      },
    });
    await runner.take(bars(4, 4), 0);
    await runner.take(bars(9, 9), 0);
    expect(asked).toEqual([
      [1, 1, 3],
      [1, 5, 8],
    ]);
  });

  it('that was filled is counted as refilled, not as a gap', async () => {
    const { runner } = rigOf(counting(), {
      refill: async (topicId, from, to) => ({ buffer: bars(from, to, topicId), from: 0 }),
    });
    await runner.take(bars(4, 4), 0);
    const { refilled, gaps, dropped, received, processed } = runner;
    expect({ refilled, gaps, dropped, received, processed }).toEqual({
      refilled: 3,
      gaps: 0,
      dropped: 0,
      received: 4,
      processed: 4,
    });
  });

  it('that can not be filled is told', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    await runner.take(bars(1, 1), 0);
    await runner.take(bars(4, 4), 0);
    expect(strategy.seen).toEqual([1, 'gap 2-3', 4]);
  });

  it('is told with all that is known of it', async () => {
    const gaps: GapEvent[] = [];
    const { runner } = rigOf({ onGap: (_ctx, gap) => void gaps.push(gap) });
    await runner.take(bars(4, 4), 0);
    expect(gaps).toEqual([
      { type: 'gap', symbol: 'BTC/USDT', dataType: 'kline@1m', fromSeq: 1, toSeq: 3, count: 3 },
    ]);
  });

  it('that can not be filled counts what was lost', async () => {
    const { runner } = rigOf(counting());
    await runner.take(bars(4, 4), 0);
    expect([runner.gaps, runner.dropped, runner.done]).toEqual([1, 3, 4]);
  });

  it.each([
    ['at its beginning', 4, 5, ['gap 1-3', 4, 5, 6]],
    ['at its end', 1, 3, [1, 2, 3, 'gap 4-5', 6]],
    ['on both sides', 3, 3, ['gap 1-2', 3, 'gap 4-5', 6]],
  ])('that is filled in part is told %s', async (_where, from, to, expected) => {
    const strategy = counting();
    const { runner } = rigOf(strategy, {
      refill: async () => ({ buffer: bars(from, to), from: 0 }),
    });
    await runner.take(bars(6, 6), 0);
    expect(strategy.seen).toEqual(expected);
  });

  it('within what fills it is told in its place', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy, {
      refill: async () => ({ buffer: records([1, 1, bar(1)], [1, 4, bar(4)]), from: 0 }),
    });
    await runner.take(bars(6, 6), 0);
    expect(strategy.seen).toEqual([1, 'gap 2-3', 4, 'gap 5-5', 6]);
  });

  it('that is answered with nothing is told', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy, { refill: async () => ({ buffer: records(), from: 0 }) });
    await runner.take(bars(3, 3), 0);
    expect(strategy.seen).toEqual(['gap 1-2', 3]);
  });

  it('that is answered with more than was asked for shows nothing twice', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy, { refill: async () => ({ buffer: bars(1, 6), from: 0 }) });
    await runner.take(bars(4, 6), 0);
    expect(strategy.seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('in ticks is told at once and not asked for', async () => {
    const gaps: GapEvent[] = [];
    let asked = 0;
    const { runner } = rigOf(
      { onGap: (_ctx, gap) => void gaps.push(gap) },
      {
        refill: async () => {
          asked += 1;
          return null;
        },
      },
    );
    await runner.take(records([2, 5, trade(5)]), 0);
    expect([asked, gaps[0]?.count]).toEqual([0, 4]);
  });

  it('in one topic does not let later events of another overtake', async () => {
    const seen: string[] = [];
    const { runner } = rigOf(
      {
        onBar: (_ctx: unknown, event: Bar) => void seen.push(`bar ${numberOf(event)}`),
        onTrade: () => void seen.push('trade'),
      },
      {
        refill: async (topicId, from, to) => {
          await settle();
          return { buffer: bars(from, to, topicId), from: 0 };
        },
      },
    );
    await runner.take(records([1, 3, bar(3)], [2, 1, trade(1)]), 0);
    expect(seen).toEqual(['bar 1', 'bar 2', 'bar 3', 'trade']);
  });

  it('is filled with nothing more once the strategy has ended', async () => {
    const seen: number[] = [];
    const { runner } = rigOf(
      {
        onBar: (_ctx: unknown, event: Bar) => {
          seen.push(numberOf(event));
          throw new Error('no');
        },
      },
      {
        refill: async (topicId, from, to) => ({ buffer: bars(from, to, topicId), from: 0 }),
        onFault: (rig) => {
          rig.runner.flow = 'ended';
        },
      },
    );
    await runner.take(bars(6, 8), 0);
    expect(seen).toEqual([1]);
  });
});

describe('a beacon', () => {
  it('ahead of the last bar has what is missing filled', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy, {
      refill: async (topicId, from, to) => ({ buffer: bars(from, to, topicId), from: 0 }),
    });
    await runner.take(bars(1, 2), 0);
    await runner.take(records([1, 5, null]), 0);
    expect(strategy.seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('ahead of the last bar tells what can not be had', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    await runner.take(bars(1, 2), 0);
    await runner.take(records([1, 5, null]), 0);
    expect([strategy.seen, runner.dropped, runner.done]).toEqual([[1, 2, 'gap 3-5'], 3, 5]);
  });

  it('ahead of the last tick tells the gap', async () => {
    const gaps: GapEvent[] = [];
    const { runner } = rigOf({ onGap: (_ctx, gap) => void gaps.push(gap) });
    await runner.take(records([2, 1, trade(1)], [2, 4, null]), 0);
    expect(gaps).toMatchObject([{ dataType: 'trade', fromSeq: 2, toSeq: 4, count: 3 }]);
  });

  it('that says nothing new does nothing', async () => {
    let asked = 0;
    const strategy = counting();
    const { runner } = rigOf(strategy, {
      refill: async () => {
        asked += 1;
        return null;
      },
    });
    await runner.take(bars(1, 2), 0);
    await runner.take(records([1, 2, null], [1, 1, null]), 0);
    expect([strategy.seen, asked, runner.received, runner.done]).toEqual([[1, 2], 0, 2, 2]);
  });

  it('lets what comes after it in the batch be shown', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    await runner.take(records([1, 2, null], [1, 3, bar(3)]), 0);
    expect(strategy.seen).toEqual(['gap 1-2', 3]);
  });
});

describe('a batch that is late', () => {
  const conflateAfterMs = 250;

  /** Ticks by topic, and bars, as a strategy was shown them. */
  function watching() {
    const seen: string[] = [];
    const onTrade = (_ctx: unknown, { symbol, timestamp }: MarketEvent): void =>
      void seen.push(`${symbol} ${timestamp}`);
    const onBar = (_ctx: unknown, event: Bar): void => void seen.push(`bar ${numberOf(event)}`);
    const topics = [BARS, TRADES, { topicId: 3, symbol: 'ETH/USDT', dataType: 'trade' }];
    return { seen, rig: rigOf({ onTrade, onBar }, { conflateAfterMs, topics }) };
  }

  const ticks = records(
    [2, 1, trade(1)],
    [3, 1, trade(1, 'ETH/USDT')],
    [2, 2, trade(2)],
    [2, 3, trade(3)],
    [3, 2, trade(2, 'ETH/USDT')],
  );

  it('shows only the newest tick of each topic', async () => {
    const { seen, rig } = watching();
    await rig.runner.take(ticks, 0);
    expect(seen).toEqual(['BTC/USDT 3', 'ETH/USDT 2']);
  });

  it('counts the ticks that were passed over', async () => {
    const { rig } = watching();
    await rig.runner.take(ticks, 0);
    const { received, processed, conflated, dropped, gaps, done } = rig.runner;
    expect({ received, processed, conflated, dropped, gaps, done }).toEqual({
      received: 5,
      processed: 2,
      conflated: 3,
      dropped: 0,
      gaps: 0,
      done: 5,
    });
  });

  it('shows every bar', async () => {
    const { seen, rig } = watching();
    await rig.runner.take(bars(1, 3), 0);
    expect([seen, rig.runner.conflated]).toEqual([['bar 1', 'bar 2', 'bar 3'], 0]);
  });

  it('shows the newest tick also if a beacon comes after it', async () => {
    const { seen, rig } = watching();
    await rig.runner.take(records([2, 1, trade(1)], [2, 2, trade(2)], [2, 2, null]), 0);
    expect(seen).toEqual(['BTC/USDT 2']);
  });

  it('tells a gap in ticks all the same', async () => {
    const { rig } = watching();
    await rig.runner.take(records([2, 1, trade(1)], [2, 4, trade(4)]), 0);
    expect([rig.runner.conflated, rig.runner.dropped, rig.runner.done]).toEqual([1, 2, 4]);
  });

  it('is followed by one in time, of which every tick is shown', async () => {
    const { seen, rig } = watching();
    await rig.runner.take(records([2, 1, trade(1)], [2, 2, trade(2)]), 0);
    const nowMs = machineNowMs();
    await rig.runner.take(records([2, 3, trade(3), nowMs], [2, 4, trade(4), nowMs]), 0);
    expect(seen).toEqual(['BTC/USDT 2', 'BTC/USDT 3', 'BTC/USDT 4']);
  });
});

describe('while paused', () => {
  it('nothing is shown', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    runner.flow = 'paused';
    await runner.take(bars(1, 3), 0);
    expect([strategy.seen, runner.skipped, runner.processed]).toEqual([[], 3, 0]);
  });

  it('bars go into the history all the same', async () => {
    const { runner, topics } = rigOf(counting());
    runner.flow = 'paused';
    await runner.take(bars(1, 3), 0);
    expect(topics.history('BTC/USDT', '1m', 10).map(numberOf)).toEqual([1, 2, 3]);
  });

  it('what came is not shown afterwards, and makes no gap', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    runner.flow = 'paused';
    await runner.take(bars(1, 3), 0);
    runner.flow = 'running';
    await runner.take(bars(4, 4), 0);
    expect(strategy.seen).toEqual([4]);
  });

  it('gaps are counted and not told', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    runner.flow = 'paused';
    await runner.take(bars(3, 3), 0);
    expect([strategy.seen, runner.gaps, runner.dropped]).toEqual([[], 1, 2]);
  });
});

describe('between', () => {
  it('runs at once where nothing else does', async () => {
    const { runner } = rigOf({});
    await expect(runner.between(() => 5)).resolves.toBe(5);
  });

  it('rejects as the task does, and goes on', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    await expect(
      runner.between(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await runner.take(bars(1, 1), 0);
    expect(strategy.seen).toEqual([1]);
  });

  it('runs between two events, not in the middle of one', async () => {
    const seen: string[] = [];
    let asked = false;
    const { runner } = rigOf({
      onBar: async (_ctx: unknown, event: Bar) => {
        seen.push(`begin ${numberOf(event)}`);
        if (!asked) {
          asked = true;
          void runner.between(() => void seen.push('task'));
        }
        await settle();
        seen.push(`end ${numberOf(event)}`);
      },
    });
    await runner.take(bars(1, 2), 0);
    expect(seen).toEqual(['begin 1', 'end 1', 'task', 'begin 2', 'end 2']);
  });

  it('runs after the event at hand of a strategy without promises', async () => {
    const seen: string[] = [];
    const { runner } = rigOf({
      onBar: (_ctx: unknown, event: Bar) => {
        seen.push(`bar ${numberOf(event)}`);
        if (numberOf(event) === 1) void runner.between(() => void seen.push('task'));
      },
    });
    await runner.take(bars(1, 2), 0);
    expect(seen).toEqual(['bar 1', 'task', 'bar 2']);
  });

  it('holds events while a task waits', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    let finish: () => void = () => undefined;
    const task = runner.between(() => new Promise<void>((resolve) => (finish = resolve)));
    const pending = runner.take(bars(1, 2), 0);
    await settle();
    const before = [...strategy.seen];
    finish();
    await Promise.all([task, pending]);
    expect([before, strategy.seen]).toEqual([[], [1, 2]]);
  });

  it('runs tasks one at a time, in order', async () => {
    const { runner } = rigOf({});
    const seen: string[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        runner.between(async () => {
          seen.push(`begin ${name}`);
          await settle();
          seen.push(`end ${name}`);
        }),
      ),
    );
    expect(seen).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  it('counts what waits', () => {
    const { runner } = rigOf({});
    void runner.between(() => settle());
    void runner.between(() => undefined);
    void runner.between(() => undefined);
    expect(runner.waiting).toBe(2);
  });

  it('can stop the events of the very batch', async () => {
    const seen: number[] = [];
    const { runner } = rigOf({
      onBar: (_ctx: unknown, event: Bar) => {
        seen.push(numberOf(event));
        void runner.between(() => {
          runner.flow = 'ended';
        });
      },
    });
    await runner.take(bars(1, 5), 0);
    expect(seen).toEqual([1]);
  });
});

describe('the lag', () => {
  it('is that of the first event of a batch, which may have waited longest', async () => {
    const { runner } = rigOf(counting());
    const nowMs = machineNowMs();
    await runner.take(records([1, 1, bar(1), nowMs - 5_000], [1, 2, bar(2), nowMs]), 0);
    const lagMs = runner.takeLagMs();
    expect(lagMs).toBeGreaterThanOrEqual(5_000);
    expect(lagMs).toBeLessThan(60_000);
    expect(runner.takeLagMs()).toBe(0);
  });

  it('is that of the last one, which waits for those before it', async () => {
    const { runner } = rigOf({ onBar: () => compute(20) });
    const nowMs = machineNowMs();
    await runner.take(records([1, 1, bar(1), nowMs], [1, 2, bar(2), nowMs]), 0);
    expect(runner.takeLagMs()).toBeGreaterThanOrEqual(40);
  });
});

describe('a strategy that computes long', () => {
  /** How many events were handled before a timer of the platform got its turn. */
  async function handledBeforeTimer(count: number, eachMs: number): Promise<number> {
    const strategy = counting();
    const { runner } = rigOf({
      ...strategy,
      onBar: (ctx, event) => {
        compute(eachMs);
        strategy.onBar(ctx, event);
      },
    });
    let handled = Number.NaN;
    setImmediate(() => {
      handled = strategy.seen.length;
    });
    await runner.take(bars(1, count), 0);
    expect(strategy.seen).toEqual(sequence(1, count));
    return handled;
  }

  it('lets others have a turn between fast events', async () => {
    expect(await handledBeforeTimer(2_000, 0.02)).toBeLessThan(2_000);
  });

  it('lets others have a turn after each event that takes longer than a turn', async () => {
    expect(await handledBeforeTimer(40, 6)).toBe(1);
  });

  it('lets others have a turn while a gap is filled', async () => {
    const strategy = counting();
    const { runner } = rigOf(
      {
        ...strategy,
        onBar: (ctx, event) => {
          compute(6);
          strategy.onBar(ctx, event);
        },
      },
      { refill: async (topicId, from, to) => ({ buffer: bars(from, to, topicId), from: 0 }) },
    );
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await runner.take(bars(21, 21), 0);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('history from before the start', () => {
  it('is remembered up to where it is to be shown', () => {
    const { runner, topics } = rigOf(counting());
    runner.remember(bars(1, 5), new Map([[1, 4]]));
    expect(topics.history('BTC/USDT', '1m', 10).map(numberOf)).toEqual([1, 2, 3]);
  });

  it('is shown from there on', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    const ranges = [{ topicId: 1, deliverFromSeq: 4, lastSeq: 5 }];
    runner.beginAt(ranges);
    await runner.catchUp(bars(1, 5), ranges);
    expect(strategy.seen).toEqual([4, 5]);
  });

  it('of topics that nobody has here is passed over', async () => {
    const strategy = counting();
    const { runner } = rigOf(strategy);
    const buffer = bars(1, 3, 9);
    runner.remember(buffer, new Map([[9, 4]]));
    await runner.catchUp(buffer, [{ topicId: 9, deliverFromSeq: 1, lastSeq: 3 }]);
    expect(strategy.seen).toEqual([]);
  });
});

describe('a replay', () => {
  it('has the time of the event at hand: when a bar ends, when a tick happens', async () => {
    const clock = new ManualClock(0);
    const times: number[] = [];
    const { runner } = rigOf(
      { onBar: () => void times.push(clock.now()), onTrade: () => void times.push(clock.now()) },
      { replayClock: clock },
    );
    await runner.take(records([1, 1, bar(1)], [2, 1, trade(2 * MINUTE + 5)]), 0);
    expect(times).toEqual([2 * MINUTE, 2 * MINUTE + 5]);
  });

  it('never goes back in time', async () => {
    const clock = new ManualClock(0);
    const { runner } = rigOf({}, { replayClock: clock });
    await runner.take(records([1, 1, bar(5)], [2, 1, trade(1)]), 0);
    expect(clock.now()).toBe(6 * MINUTE);
  });

  it('fires timers before the event that is known after them, each at its own time', async () => {
    const clock = new ManualClock(MINUTE);
    const seen: string[] = [];
    const { runner, scheduler } = rigOf(
      {
        onTimer: (_ctx: unknown, { name }: TimerEvent) => void seen.push(`${name} ${clock.now()}`),
        onBar: () => void seen.push(`bar ${clock.now()}`),
      },
      { replayClock: clock },
    );
    scheduler.every('half', MINUTE / 2);
    await runner.take(bars(1, 2), 0);
    expect(seen).toEqual([
      'half 90000',
      'half 120000',
      'bar 120000',
      'half 150000',
      'half 180000',
      'bar 180000',
    ]);
  });

  it('awaits an async timer before the event', async () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const { runner, scheduler } = rigOf(
      {
        onTimer: async () => {
          await settle();
          seen.push('timer');
        },
        onBar: () => void seen.push('bar'),
      },
      { replayClock: clock },
    );
    scheduler.at('x', 1);
    await runner.take(bars(1, 1), 0);
    expect(seen).toEqual(['timer', 'bar']);
  });

  it('fires timers that a timer has set', async () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const { runner, scheduler } = rigOf(
      {
        onTimer: (_ctx: unknown, { name }: TimerEvent) => {
          seen.push(name);
          if (name === 'first') scheduler.at('second', clock.now() + 1);
        },
      },
      { replayClock: clock },
    );
    scheduler.at('first', 10);
    await runner.take(bars(1, 1), 0);
    expect(seen).toEqual(['first', 'second']);
  });

  it('fires no timer before its time', async () => {
    const seen: string[] = [];
    const { runner, scheduler } = rigOf(
      { onTimer: () => void seen.push('timer') },
      { replayClock: new ManualClock(0) },
    );
    scheduler.at('x', 2 * MINUTE + 1);
    await runner.take(bars(1, 1), 0);
    expect(seen).toEqual([]);
  });

  it('is the same every time', async () => {
    const run = async (): Promise<string[]> => {
      const clock = new ManualClock(0);
      const seen: string[] = [];
      const { runner, scheduler } = rigOf(
        {
          onBar: async (_ctx: unknown, event: Bar) => {
            await settle();
            seen.push(`bar ${numberOf(event)} ${clock.now()}`);
          },
          onTimer: () => void seen.push(`timer ${clock.now()}`),
        },
        { replayClock: clock, topics: [BARS, TRADES] },
      );
      scheduler.every('x', 45_000);
      const entries: Entry[] = sequence(1, 20).map((seq) => [1, seq, bar(seq)]);
      await runner.take(records(...entries), 0);
      return seen;
    };
    expect(await run()).toEqual(await run());
  });
});
