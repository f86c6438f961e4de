import type { AlertInput } from './alert.ts';

/** Kinds and subjects that are counted at a time; past it the oldest is told early. */
const MAX_OPEN = 1_000;

interface Window {
  endsAtMs: number;
  /** Since the window began. */
  count: number;
  last: AlertInput | undefined;
}

/** How many were like one that was told, and the last of them. */
export interface Repeats {
  readonly last: AlertInput;
  readonly count: number;
}

/**
 * Counts alerts of one kind and subject that follow one another within a while, so that a strategy that ends a
 * hundred times is told of twice. Times are monotonic milliseconds.
 */
export class AlertRepeats {
  readonly #windowMs: number;
  readonly #windows = new Map<string, Window>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** True if it is to be told now; false if it is counted. */
  isFirst(input: AlertInput, nowMs: number): boolean {
    const key = keyOf(input);
    const window = this.#windows.get(key);
    if (window === undefined || nowMs >= window.endsAtMs) {
      // What was counted until then is told by `due`, which comes first.
      this.#windows.delete(key);
      this.#windows.set(key, { endsAtMs: nowMs + this.#windowMs, count: 0, last: undefined });
      return true;
    }
    window.count += 1;
    window.last = input;
    return false;
  }

  /** What was counted in windows that are over, or in all of them; counting goes on for those that had any. */
  due(nowMs: number, all = false): Repeats[] {
    const found: Repeats[] = [];
    for (const [key, window] of this.#windows) {
      const isOver = all || nowMs >= window.endsAtMs || this.#windows.size > MAX_OPEN;
      if (!isOver) continue;
      this.#windows.delete(key);
      if (window.last === undefined) continue;
      found.push({ last: window.last, count: window.count });
      if (!all && nowMs >= window.endsAtMs)
        this.#windows.set(key, { endsAtMs: nowMs + this.#windowMs, count: 0, last: undefined });
    }
    return found;
  }

  /** When the next window is over; undefined if none is open. */
  get nextMs(): number | undefined {
    let next: number | undefined;
    for (const { endsAtMs } of this.#windows.values())
      if (next === undefined || endsAtMs < next) next = endsAtMs;
    return next;
  }
}

function keyOf({ kind, subject }: AlertInput): string {
  return `${kind} ${subject}`;
}
