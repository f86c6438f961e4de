import { backoffMs } from '../base/backoff.ts';
import type { Random } from '../base/random.ts';
import { InvalidOptionError } from './errors.ts';
import type { WorkerExit } from './worker-exit.ts';

/**
 * When a worker that ended is started again, in the words of OTP: `permanent` always, `transient`
 * after an unexpected end, `temporary` never.
 */
export type RestartMode = 'permanent' | 'transient' | 'temporary';

export interface RestartPolicy {
  /** @default 'transient' */
  readonly mode: RestartMode;
  /** Restarts allowed within `windowMs`; one more ends in quarantine. @default 3 */
  readonly maxRestarts: number;
  /** Milliseconds. @default 60_000 */
  readonly windowMs: number;
  /** Delay before the first restart, milliseconds. @default 200 */
  readonly initialDelayMs: number;
  /** No delay is longer, milliseconds. @default 30_000 */
  readonly maxDelayMs: number;
  /** Each delay within the window is the one before times this. @default 2 */
  readonly factor: number;
  /** Share of each delay that is random, 0 to 1. @default 0.2 */
  readonly jitter: number;
}

/** The longest that a timer waits; it takes anything longer for 1 ms. */
const MAX_DELAY_MS = 2_147_483_647;

const DEFAULTS: RestartPolicy = {
  mode: 'transient',
  maxRestarts: 3,
  windowMs: 60_000,
  initialDelayMs: 200,
  maxDelayMs: 30_000,
  factor: 2,
  jitter: 0.2,
};

/**
 * Completes a policy with the defaults.
 *
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function resolveRestartPolicy(policy: Partial<RestartPolicy> = {}): RestartPolicy {
  const resolved = { ...DEFAULTS, ...policy };
  if (!['permanent', 'transient', 'temporary'].includes(resolved.mode)) {
    throw new InvalidOptionError(
      'restartPolicy.mode',
      resolved.mode,
      'permanent, transient or temporary',
    );
  }
  if (!Number.isSafeInteger(resolved.maxRestarts) || resolved.maxRestarts < 0) {
    throw new InvalidOptionError(
      'restartPolicy.maxRestarts',
      resolved.maxRestarts,
      'a whole number from 0',
    );
  }
  if (!(resolved.windowMs >= 0)) {
    throw new InvalidOptionError(
      'restartPolicy.windowMs',
      resolved.windowMs,
      'milliseconds from 0',
    );
  }
  for (const name of ['initialDelayMs', 'maxDelayMs'] as const) {
    if (!(resolved[name] >= 0 && resolved[name] <= MAX_DELAY_MS)) {
      throw new InvalidOptionError(
        `restartPolicy.${name}`,
        resolved[name],
        `milliseconds from 0 to ${MAX_DELAY_MS}`,
      );
    }
  }
  if (!(resolved.factor >= 1)) {
    throw new InvalidOptionError('restartPolicy.factor', resolved.factor, 'a number from 1');
  }
  if (!(resolved.jitter >= 0 && resolved.jitter <= 1)) {
    throw new InvalidOptionError('restartPolicy.jitter', resolved.jitter, 'a number from 0 to 1');
  }
  return resolved;
}

export type RestartAdvice =
  | { readonly restart: true; readonly delayMs: number; readonly attempt: number }
  | { readonly restart: false; readonly quarantine: boolean; readonly reason: string };

/** The restarts that one worker has left. Time is passed in: monotonic milliseconds. */
export class RestartBudget {
  readonly #policy: RestartPolicy;
  readonly #random: Random;
  #restartsAtMs: number[] = [];

  constructor(policy: RestartPolicy, random: Random = Math.random) {
    this.#policy = policy;
    this.#random = random;
  }

  /** Restarts within the window that ends at `nowMs`. */
  used(nowMs: number): number {
    const sinceMs = nowMs - this.#policy.windowMs;
    this.#restartsAtMs = this.#restartsAtMs.filter((atMs) => atMs > sinceMs);
    return this.#restartsAtMs.length;
  }

  /** Whether to restart after `exit`, and takes one restart from the budget if so. */
  advise(exit: WorkerExit, nowMs: number): RestartAdvice {
    const { mode, maxRestarts, windowMs, initialDelayMs, maxDelayMs, factor, jitter } =
      this.#policy;
    const decline = (reason: string, quarantine = false): RestartAdvice => ({
      restart: false,
      quarantine,
      reason,
    });
    if (exit.cause === 'stopped') return decline('it was asked to stop');
    if (exit.cause === 'init-failed') return decline(`it failed to start: ${exit.reason}`, true);
    if (mode === 'temporary') return decline('its restart policy is temporary');
    if (mode === 'transient' && exit.expected) return decline('it ended in good order');
    const attempt = this.used(nowMs);
    if (attempt >= maxRestarts) {
      return decline(
        `${attempt} restarts within ${windowMs} ms are its limit; last end: ${exit.reason}`,
        true,
      );
    }
    this.#restartsAtMs.push(nowMs);
    const backoff = { initialMs: initialDelayMs, maxMs: maxDelayMs, factor, jitter };
    return {
      restart: true,
      delayMs: backoffMs(attempt, backoff, this.#random),
      attempt: attempt + 1,
    };
  }

  /** Gives the whole budget back, as when a person starts the worker again. */
  reset(): void {
    this.#restartsAtMs = [];
  }
}
