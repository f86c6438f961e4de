import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock, systemClock } from '../../../src/base/clock.ts';
import { Scheduler } from '../../../src/worker/scheduler.ts';

/** Everything that is due up to `nowMs`. */
function drain(scheduler: Scheduler, nowMs: number): [string, number][] {
  const taken: [string, number][] = [];
  for (let timer = scheduler.take(nowMs); timer !== undefined; timer = scheduler.take(nowMs)) {
    taken.push([timer.name, timer.timestamp]);
  }
  return taken;
}

describe('a scheduler in a replay', () => {
  it('fires every interval, the first time one interval from now', () => {
    const scheduler = new Scheduler(new ManualClock(1_000), undefined);
    scheduler.every('tick', 100);
    expect(drain(scheduler, 1_350)).toEqual([
      ['tick', 1_100],
      ['tick', 1_200],
      ['tick', 1_300],
    ]);
  });

  it('fires at a time, once', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    scheduler.at('close', 500);
    expect([drain(scheduler, 499), drain(scheduler, 500), drain(scheduler, 9_999)]).toEqual([
      [],
      [['close', 500]],
      [],
    ]);
  });

  it('fires what is due first, first', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    scheduler.at('late', 300);
    scheduler.at('early', 100);
    scheduler.every('often', 150);
    expect(drain(scheduler, 300)).toEqual([
      ['early', 100],
      ['often', 150],
      ['late', 300],
      ['often', 300],
    ]);
  });

  it('fires at once what has passed', () => {
    const scheduler = new Scheduler(new ManualClock(1_000), undefined);
    scheduler.at('past', 10);
    expect(drain(scheduler, 1_000)).toEqual([['past', 10]]);
  });

  it('replaces a timer of the same name', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    scheduler.every('x', 100);
    scheduler.at('x', 250);
    expect(drain(scheduler, 1_000)).toEqual([['x', 250]]);
  });

  it('cancels, and says whether there was something', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    scheduler.every('x', 100);
    expect([scheduler.cancel('x'), scheduler.cancel('x'), drain(scheduler, 1_000)]).toEqual([
      true,
      false,
      [],
    ]);
  });

  it('forgets everything when cleared', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    scheduler.every('x', 100);
    scheduler.at('y', 100);
    scheduler.clear();
    expect([drain(scheduler, 1_000), scheduler.nextDueMs]).toEqual([[], Number.POSITIVE_INFINITY]);
  });

  it('knows when the next one is due', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    scheduler.every('x', 100);
    scheduler.at('y', 70);
    const before = scheduler.nextDueMs;
    scheduler.take(70);
    expect([before, scheduler.nextDueMs]).toEqual([70, 100]);
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '100'])(
    'refuses the interval %j',
    (intervalMs) => {
      const scheduler = new Scheduler(new ManualClock(), undefined);
      expect(() => scheduler.every('x', intervalMs as number)).toThrow(
        expect.objectContaining({ name: 'StrategyUsageError', code: 'INVALID_TIMER' }),
      );
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    'refuses the time %j',
    (timestampMs) => {
      const scheduler = new Scheduler(new ManualClock(), undefined);
      expect(() => scheduler.at('x', timestampMs as number)).toThrow(
        expect.objectContaining({ code: 'INVALID_TIMER' }),
      );
    },
  );

  it('names the timer and the value that it refuses', () => {
    const scheduler = new Scheduler(new ManualClock(), undefined);
    expect(() => scheduler.every('poll', Number.NaN)).toThrow(
      'schedule.every("poll") has the interval NaN: expected milliseconds from 1',
    );
  });
});

describe('a live scheduler', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Takes what is due whenever it is woken. */
  function live(): { scheduler: Scheduler; fired: [string, number][]; wakes: () => number } {
    const fired: [string, number][] = [];
    let wakes = 0;
    const scheduler = new Scheduler(systemClock, () => {
      wakes += 1;
      const timer = scheduler.take(Date.now());
      if (timer !== undefined) fired.push([timer.name, timer.timestamp - 1_000_000]);
    });
    return { scheduler, fired, wakes: () => wakes };
  }

  it('wakes when something is due', () => {
    const { scheduler, fired } = live();
    scheduler.every('x', 100);
    vi.advanceTimersByTime(350);
    expect(fired).toEqual([
      ['x', 100],
      ['x', 200],
      ['x', 300],
    ]);
  });

  it('wakes at once for what has passed', () => {
    const { scheduler, fired } = live();
    scheduler.at('x', 999_000);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([['x', -1_000]]);
  });

  it('wakes once for each of several that are due together', () => {
    const { scheduler, fired } = live();
    scheduler.at('x', 1_000_100);
    scheduler.at('y', 1_000_100);
    vi.advanceTimersByTime(101);
    expect(fired).toEqual([
      ['x', 100],
      ['y', 100],
    ]);
  });

  it('does not catch up on intervals that it missed', () => {
    const scheduler = new Scheduler(systemClock, () => undefined);
    scheduler.every('x', 100);
    vi.advanceTimersByTime(550);
    const first = scheduler.take(Date.now());
    expect([first?.timestamp, scheduler.take(Date.now()), scheduler.nextDueMs]).toEqual([
      1_000_100,
      undefined,
      1_000_600,
    ]);
  });

  it('sleeps longer than a timer of the platform can', () => {
    const { scheduler, fired, wakes } = live();
    const inMs = 5_000_000_000;
    scheduler.every('x', inMs);
    vi.advanceTimersByTime(inMs - 1);
    const before = [...fired];
    vi.advanceTimersByTime(2);
    expect([before, fired, wakes()]).toEqual([[], [['x', inMs]], 1]);
  });

  it.each([-3_600_000, 3_600_000])(
    'keeps its intervals although the wall clock is set by %i ms',
    (stepMs) => {
      const { scheduler, fired } = live();
      scheduler.every('x', 100);
      vi.advanceTimersByTime(150);
      vi.setSystemTime(Date.now() + stepMs);
      vi.advanceTimersByTime(200);
      expect(fired).toEqual([
        ['x', 100],
        ['x', stepMs + 200],
        ['x', stepMs + 300],
      ]);
    },
  );

  it('fires at a time of day soon after the wall clock was set past it', () => {
    const { scheduler, fired } = live();
    scheduler.at('x', 4_000_000);
    vi.advanceTimersByTime(1_500);
    vi.setSystemTime(4_000_500);
    vi.advanceTimersByTime(1_000);
    expect(fired).toEqual([['x', 3_000_000]]);
  });

  it('waits longer for a time of day if the wall clock is set back', () => {
    const { scheduler, fired } = live();
    scheduler.at('x', 1_002_000);
    vi.advanceTimersByTime(1_500);
    vi.setSystemTime(1_000_000);
    vi.advanceTimersByTime(1_990);
    const before = [...fired];
    vi.advanceTimersByTime(1_010);
    expect([before, fired]).toEqual([[], [['x', 2_000]]]);
  });

  it('does not wake for what was cancelled', () => {
    const { scheduler, wakes } = live();
    scheduler.every('x', 100);
    scheduler.cancel('x');
    vi.advanceTimersByTime(1_000);
    expect(wakes()).toBe(0);
  });

  it('leaves no timer behind when cleared', () => {
    const { scheduler } = live();
    scheduler.every('x', 100);
    scheduler.clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});
