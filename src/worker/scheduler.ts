import { quote } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { TimerEvent } from '../strategy/events.ts';
import { StrategyUsageError } from './errors.ts';

interface Timer {
  readonly name: string;
  /** Undefined for a timer that fires once. */
  readonly intervalMs: number | undefined;
  dueMs: number;
}

/** The longest delay that a timer of the platform can have; longer ones are slept in parts. */
const MAX_SLEEP_MS = 2_147_483_647;

/**
 * The timers of one strategy, on whatever clock it lives by. It only knows what is due; in live mode
 * `wake` is called when something is, in a replay the runner asks before each event.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #wake: (() => void) | undefined;
  readonly #timers = new Map<string, Timer>();
  #sleep: NodeJS.Timeout | undefined;
  #nextDueMs = Number.POSITIVE_INFINITY;

  /** `wake` is undefined in a replay. */
  constructor(clock: Clock, wake: (() => void) | undefined) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** When the earliest timer is due; infinity if there is none. */
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
    this.#set({ name, intervalMs, dueMs: this.#clock.now() + intervalMs });
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
    if (nowMs < this.#nextDueMs) {
      // Woken early: the wall clock was set back, or the sleep was one part of a longer one.
      this.#plan();
      return undefined;
    }
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (first === undefined || timer.dueMs < first.dueMs) first = timer;
    }
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const event: TimerEvent = { type: 'timer', name: first.name, timestamp: first.dueMs };
    if (first.intervalMs === undefined) {
      this.#timers.delete(first.name);
    } else if (this.#wake === undefined) {
      first.dueMs += first.intervalMs;
    } else {
      // Live: a strategy that was held up is not made to catch up on every interval that it missed.
      const missed = Math.floor((nowMs - first.dueMs) / first.intervalMs);
      first.dueMs += (missed + 1) * first.intervalMs;
    }
    this.#plan();
    return event;
  }

  clear(): void {
    this.#timers.clear();
    this.#plan();
  }

  #set(timer: Timer): void {
    this.#timers.set(timer.name, timer);
    this.#plan();
  }

  #plan(): void {
    this.#nextDueMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#timers.values())
      this.#nextDueMs = Math.min(this.#nextDueMs, dueMs);
    if (this.#wake === undefined) return;
    clearTimeout(this.#sleep);
    if (this.#nextDueMs === Number.POSITIVE_INFINITY) return;
    const sleepMs = Math.max(0, Math.min(MAX_SLEEP_MS, this.#nextDueMs - this.#clock.now()));
    this.#sleep = setTimeout(this.#wake, sleepMs);
  }
}
