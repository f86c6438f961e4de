import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '../base/deadline.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { WhenDown } from '../model/when-down.ts';
import type { FlattenResult } from './flatten.ts';

/** A strategy that is restarted is back in less; only one that is away longer counts as down, milliseconds. */
const DEFAULT_GRACE_MS = 5_000;

/** How long the end may wait for what is being done, milliseconds. */
const FINISH_MS = 10_000;

/** How long cancels and closing orders may take to have their effect, milliseconds. */
const EFFECT_MS = 5_000;

/** How often it is looked whether trading is open, and whether they have, milliseconds. */
const LOOK_MS = 50;

export interface DownPoliciesParts {
  /** Whether the strategy has open orders, or, with `flatten`, holds anything. */
  readonly isConcerned: (workerId: string, whenDown: WhenDown) => boolean;
  readonly cancelAll: (workerId: string) => Promise<readonly OrderOutcome[]>;
  readonly flatten: (workerId: string) => Promise<FlattenResult>;
  /** Orders can leave, and what is open is known. */
  readonly isOpen: () => boolean;
  readonly logger: Logger;
  /** How long one that may come back is waited for, milliseconds. @default 5_000 */
  readonly graceMs?: number;
}

interface Down {
  readonly whenDown: WhenDown;
  /** Runs while it may come back. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Applies each strategy's own choice once it is down: at once if it will not come back by itself, else if it
 * stays away for longer than a restart takes; and not before trading is open.
 */
export class DownPolicies {
  readonly #parts: DownPoliciesParts;
  readonly #graceMs: number;
  readonly #downs = new Map<string, Down>();
  /** What is being done, by worker: one thing after the other. */
  readonly #work = new Map<string, Promise<void>>();
  #ended = false;

  constructor(parts: DownPoliciesParts) {
    this.#parts = parts;
    this.#graceMs = parts.graceMs ?? DEFAULT_GRACE_MS;
  }

  /** May be told again; `stopped` if it will not come back by itself. */
  down(workerId: string, stopped: boolean, whenDown: WhenDown): void {
    const known = this.#downs.get(workerId);
    // Its time away counts from the first end of a row of them.
    if (known !== undefined && (known.timer === undefined || !stopped)) return;
    clearTimeout(known?.timer);
    const down: Down = { whenDown, timer: undefined };
    this.#downs.set(workerId, down);
    if (stopped) this.#begin(workerId, down);
    else down.timer = setTimeout(() => this.#begin(workerId, down), this.#graceMs);
  }

  up(workerId: string): void {
    clearTimeout(this.#downs.get(workerId)?.timer);
    this.#downs.delete(workerId);
  }

  /** Does at once what would be done later, and waits until it is, but not for ever. */
  async finish(limitMs = FINISH_MS): Promise<void> {
    for (const [workerId, down] of this.#downs) {
      if (down.timer === undefined) continue;
      clearTimeout(down.timer);
      this.#begin(workerId, down);
    }
    if (!(await settlesWithin(Promise.all(this.#work.values()), limitMs))) {
      const late = [...this.#work.keys()].join(', ');
      const text = `orders of workers that are down could not be ended within ${limitMs} ms: ${late}`;
      this.#parts.logger.log('error', text);
    }
    this.#ended = true;
  }

  #begin(workerId: string, down: Down): void {
    down.timer = undefined;
    if (down.whenDown !== 'cancel' && down.whenDown !== 'flatten') return;
    const before = this.#work.get(workerId);
    const work = (before ?? Promise.resolve())
      .then(() => this.#apply(workerId, down))
      .finally(() => {
        if (this.#work.get(workerId) === work) this.#work.delete(workerId);
      });
    this.#work.set(workerId, work);
  }

  async #apply(workerId: string, down: Down): Promise<void> {
    const { isConcerned, isOpen, logger } = this.#parts;
    const { whenDown } = down;
    while (!isOpen() && !this.#ended && this.#downs.get(workerId) === down) await delay(LOOK_MS);
    // It may be back by now.
    if (this.#ended || this.#downs.get(workerId) !== down) return;
    if (!isConcerned(workerId, whenDown)) return;
    const what =
      whenDown === 'cancel'
        ? 'its orders are canceled'
        : 'its orders are canceled and its positions closed';
    logger.log('warn', `worker ${workerId} is down: ${what}`);
    try {
      const refused = await this.#end(workerId, whenDown);
      if (!isConcerned(workerId, whenDown)) return;
      const why = refused.length === 0 ? 'nothing was said against it' : refused.join('; ');
      logger.log('error', `worker ${workerId} is down, and not all of that is done: ${why}`);
    } catch (thrown) {
      const text = `the orders of worker ${workerId} could not be ended: ${messageOf(thrown)}`;
      logger.log('error', text);
    }
  }

  /** Resolves once it has had its effect, or is not expected to have any; with what was said against it. */
  async #end(workerId: string, whenDown: WhenDown): Promise<readonly string[]> {
    const { isConcerned, cancelAll, flatten } = this.#parts;
    const outcomes: OrderOutcome[] = [];
    if (whenDown === 'cancel') {
      outcomes.push(...(await cancelAll(workerId)));
    } else {
      const { canceled, closed } = await flatten(workerId);
      outcomes.push(...canceled, ...closed);
    }
    const refused = outcomes.flatMap((one) => ('reason' in one ? [one.reason] : []));
    const endMs = performance.now() + EFFECT_MS;
    const goesOn = (): boolean =>
      isConcerned(workerId, whenDown) && this.#downs.has(workerId) && performance.now() < endMs;
    while (refused.length < outcomes.length && goesOn()) await delay(LOOK_MS);
    return refused;
  }
}
