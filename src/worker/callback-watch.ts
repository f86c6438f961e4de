import type { CallbackName } from '../strategy/definition.ts';

/** When a callback that has not returned is first told of, milliseconds. */
const SLOW_MS = 10_000;

/** What of the strategy's callbacks is watched. */
export interface WatchedCallbacks {
  /** The callback whose promise has not settled yet, null for none. */
  readonly pending: CallbackName | null;
  /** Calls so far. */
  readonly run: number;
}

export interface WatchHooks {
  onSlow(name: CallbackName, pendingMs: number): void;
  onTimeout(name: CallbackName, pendingMs: number): void;
}

/**
 * Finds a callback whose promise does not settle: its event loop turns and its heart beats, but the
 * strategy does nothing any more. Time is counted in heartbeats, so that a process that was itself
 * stopped does not take that for the callback's time.
 */
export class CallbackWatch {
  readonly #callbacks: WatchedCallbacks;
  readonly #timeoutMs: number;
  readonly #hooks: WatchHooks;
  #runAtBeat = -1;
  #pendingMs = 0;
  #told = false;

  /** `timeoutMs` 0 is no limit. */
  constructor(callbacks: WatchedCallbacks, timeoutMs: number, hooks: WatchHooks) {
    this.#callbacks = callbacks;
    this.#timeoutMs = timeoutMs;
    this.#hooks = hooks;
  }

  /** To be called every `intervalMs`. */
  beat(intervalMs: number): void {
    const { pending, run } = this.#callbacks;
    if (pending === null || run !== this.#runAtBeat) {
      this.#runAtBeat = pending === null ? -1 : run;
      this.#pendingMs = 0;
      this.#told = false;
      return;
    }
    this.#pendingMs += intervalMs;
    if (this.#timeoutMs > 0 && this.#pendingMs >= this.#timeoutMs) {
      this.#hooks.onTimeout(pending, this.#pendingMs);
    } else if (!this.#told && this.#pendingMs >= SLOW_MS) {
      this.#told = true;
      this.#hooks.onSlow(pending, this.#pendingMs);
    }
  }
}
