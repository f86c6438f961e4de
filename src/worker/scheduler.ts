import { quote } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { TimerEvent } from '../strategy/events.ts';
import { StrategyUsageError } from './errors.ts';

interface Timer {
  readonly name: string;
  /** Undefined for a timer that fires once. */
  readonly intervalMs: number | undefined;
  /** In the time that it goes by, see `Scheduler`. */
  dueMs: number;
}

/** The longest delay that a timer of the platform can have; longer ones are slept in parts. */
const MAX_SLEEP_MS = 2_147_483_647;

/** How often the wall clock is looked at while a timer waits for it, milliseconds: it may be set meanwhile. */
const LOOK_EVERY_MS = 1_000;

/**
 * The timers of one strategy, on whatever clock it lives by. It only knows what is due; in live mode
 * `wake` is called when something is, in a replay the runner asks before each event.
 *
 * Live, an interval goes by monotonic time, so that it is what it says although the wall clock is set; a
 * time of day goes by the wall clock. In a replay there is one time.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #wake: (() => void) | undefined;
  readonly #timers = new Map<string, Timer>();
  #nextDueMs = Number.POSITIVE_INFINITY;
  #sleep: NodeJS.Timeout | undefined;

  /** `wake` is undefined in a replay. */
  constructor(clock: Clock, wake: (() => void) | undefined) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** When the earliest timer is due, as the clock is now; infinity if there is none. */
  get nextDueMs(): number {
    return this.#nextDueMs;
  }

  every(name: string, intervalMs: number): void {
    if (!(intervalMs >= 1) || !Number.isFinite(intervalMs)) {
      throw new StrategyUsageError(
        'INVALID_TIMER',
        `schedule.every(${quote(name)}) has the interval ${quote(intervalMs)}: expected milliseconds from 1`,
        { name, intervalMs },
      );
    }
    const live = this.#wake !== undefined;
    const nowMs = live ? this.#clock.monotonic() : this.#clock.now();
    this.#set({ name, intervalMs, dueMs: nowMs + intervalMs });
  }

  at(name: string, timestampMs: number): void {
    if (!Number.isFinite(timestampMs)) {
      throw new StrategyUsageError(
        'INVALID_TIMER',
        `schedule.at(${quote(name)}) has the time ${quote(timestampMs)}: expected milliseconds since the epoch`,
        { name, timestampMs },
      );
    }
    this.#set({ name, intervalMs: undefined, dueMs: timestampMs });
  }

  cancel(name: string): boolean {
    const existed = this.#timers.delete(name);
    this.#plan();
    return existed;
  }

  /** Takes the earliest timer that is due at `nowMs`; undefined if none is. */
  take(nowMs: number): TimerEvent | undefined {
    const { timer, dueMs } = this.#first(nowMs);
    if (timer === undefined || dueMs > nowMs) {
      // Woken early: the wall clock was set back, or the sleep was one part of a longer one.
      if (this.#wake !== undefined) this.#plan();
      return undefined;
    }
    const { name, intervalMs } = timer;
    if (intervalMs === undefined) {
      this.#timers.delete(name);
    } else if (this.#wake === undefined) {
      timer.dueMs += intervalMs;
    } else {
      // Live: a strategy that was held up is not made to catch up on every interval that it missed.
      const missed = Math.floor((nowMs - dueMs) / intervalMs);
      timer.dueMs += (missed + 1) * intervalMs;
    }
    this.#plan();
    return { type: 'timer', name, timestamp: dueMs };
  }

  clear(): void {
    this.#timers.clear();
    this.#plan();
  }

  #set(timer: Timer): void {
    this.#timers.set(timer.name, timer);
    this.#plan();
  }

  /** The timer that is due first, and when, as the clock is at `nowMs`. */
  #first(nowMs: number): { readonly timer: Timer | undefined; readonly dueMs: number } {
    let timer: Timer | undefined;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const each of this.#timers.values()) {
      const eachDueMs = this.#dueMs(each, nowMs);
      if (eachDueMs >= dueMs) continue;
      timer = each;
      dueMs = eachDueMs;
    }
    return { timer, dueMs };
  }

  #dueMs({ intervalMs, dueMs }: Timer, nowMs: number): number {
    if (this.#wake === undefined || intervalMs === undefined) return dueMs;
    return nowMs + Math.ceil(dueMs - this.#clock.monotonic());
  }

  #plan(): void {
    const nowMs = this.#clock.now();
    this.#nextDueMs = this.#first(nowMs).dueMs;
    const wake = this.#wake;
    if (wake === undefined) return;
    clearTimeout(this.#sleep);
    if (this.#nextDueMs === Number.POSITIVE_INFINITY) return;
    const waitsForWall = [...this.#timers.values()].some((each) => each.intervalMs === undefined);
    const longestMs = waitsForWall ? LOOK_EVERY_MS : MAX_SLEEP_MS;
    const sleepMs = Math.max(0, Math.min(longestMs, this.#nextDueMs - nowMs));
    this.#sleep = setTimeout(() => {
      const lookedAtMs = this.#clock.now();
      if (this.#first(lookedAtMs).dueMs > lookedAtMs) this.#plan();
      else wake();
    }, sleepMs);
  }
}
