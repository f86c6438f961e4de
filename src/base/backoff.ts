import type { Random } from './random.ts';

export interface BackoffOptions {
  /** Delay before the first retry, milliseconds. */
  readonly initialMs: number;
  /** No delay is longer than this, milliseconds. */
  readonly maxMs: number;
  /** Each delay is the one before times this. */
  readonly factor: number;
  /** Share of the delay that is random, 0 to 1: 0 is none, 1 is anything from 0 to the full delay. */
  readonly jitter: number;
}

/** Delay before retry number `attempt` (0 is the first), milliseconds. */
export function backoffMs(attempt: number, options: BackoffOptions, random: Random): number {
  // A factor that has grown to infinity must not make a delay of 0 into NaN.
  const growth = Math.min(options.factor ** attempt, Number.MAX_VALUE);
  const full = Math.min(options.maxMs, options.initialMs * growth);
  return full * (1 - options.jitter * random());
}
