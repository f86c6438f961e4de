import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

/**
 * What happens to a strategy's orders while it has no process: they stay (`hold`), are canceled (`cancel`),
 * or are canceled and what it holds is closed (`flatten`).
 */
export type WhenDown = 'hold' | 'cancel' | 'flatten';

/** A strategy that is restarted is back in less; only one that is away longer counts as down, milliseconds. */
const GRACE_MS = 5_000;

export interface DownPoliciesParts {
  readonly policyOf: (workerId: string) => WhenDown;
  readonly cancelAll: (workerId: string) => Promise<unknown>;
  readonly flatten: (workerId: string) => Promise<unknown>;
  readonly logger: Logger;
}

/** Applies each strategy's own choice once it is down: at once if it was stopped, else if it stays away. */
export class DownPolicies {
  readonly #parts: DownPoliciesParts;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(parts: DownPoliciesParts) {
    this.#parts = parts;
  }

  down(workerId: string, stopped: boolean): void {
    this.up(workerId);
    if (this.#parts.policyOf(workerId) === 'hold') return;
    if (stopped) return void this.#apply(workerId);
    this.#timers.set(
      workerId,
      setTimeout(() => void this.#apply(workerId), GRACE_MS),
    );
  }

  up(workerId: string): void {
    clearTimeout(this.#timers.get(workerId));
    this.#timers.delete(workerId);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #apply(workerId: string): Promise<void> {
    const { policyOf, cancelAll, flatten, logger } = this.#parts;
    this.#timers.delete(workerId);
    const policy = policyOf(workerId);
    logger.log(
      'warn',
      `worker ${workerId} is down: ${policy === 'cancel' ? 'its orders are canceled' : 'its orders are canceled and its positions closed'}`,
    );
    try {
      await (policy === 'cancel' ? cancelAll(workerId) : flatten(workerId));
    } catch (thrown) {
      logger.log(
        'error',
        `the orders of worker ${workerId} could not be ended: ${messageOf(thrown)}`,
      );
    }
  }
}
