import { backoffMs } from '../base/backoff.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { ReconciliationResult } from './reconciler.ts';

const RETRY = { initialMs: 500, maxMs: 30_000, factor: 2, jitter: 0.2 };

export interface OpeningParts {
  readonly venue: string;
  /** Compares everything with the venue. @throws if it can't be asked */
  readonly reconcile: () => Promise<ReconciliationResult>;
  /** Trading has been opened; `unknown` orders are to be asked for. */
  readonly onOpen: (unknown: number) => void;
  /** Trading is open (null) or closed, with a reason that is another one than before. */
  readonly onChange: (closedBecause: string | null) => void;
  readonly logger: Logger;
}

/**
 * Whether new orders may leave: once everything was compared with the venue, and as long as the line to it
 * stands. After each cut it is compared anew.
 */
export class Opening {
  readonly #parts: OpeningParts;
  #closedBecause: string | null = 'the engine has not been started';
  /** Why the venue does not tell what happens; null while it does. */
  #lineDown: string | null = null;
  /** How often the line was cut: what was compared before a cut opens nothing after it. */
  #cuts = 0;
  #comparing = false;
  #trying = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Why nothing but cancels may leave; null if trading is open. */
  get closedBecause(): string | null {
    return this.#closedBecause;
  }

  set closedBecause(reason: string | null) {
    if (reason === this.#closedBecause) return;
    this.#closedBecause = reason;
    this.#parts.onChange(reason);
  }

  /** Compares, and goes on trying in the background if the venue can't be asked. */
  async begin(when: string): Promise<void> {
    this.#trying = true;
    if (await this.#tryToOpen(when)) this.#trying = false;
    else void this.#goOnTrying(when, 0);
  }

  onConnection(state: 'up' | 'down', reason: string): void {
    const { logger, venue } = this.#parts;
    logger.log('warn', `the line to ${venue} is ${state}: ${reason}`);
    if (state === 'down') {
      this.#cuts += 1;
      this.#lineDown = `the line to ${venue} is down: ${reason}`;
      this.closedBecause = this.#lineDown;
      return;
    }
    this.#lineDown = null;
    if (!this.#trying) void this.begin('after the line was down');
  }

  /** From time to time, while trading is open: one comparison at a time. */
  async compare(): Promise<void> {
    if (this.#comparing || this.#trying || this.closedBecause !== null) return;
    this.#comparing = true;
    try {
      await this.#parts.reconcile();
    } catch (thrown) {
      const { logger, venue } = this.#parts;
      logger.log('warn', `not compared with ${venue}: ${messageOf(thrown)}`);
    } finally {
      this.#comparing = false;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.closedBecause = 'the engine has been stopped';
    clearTimeout(this.#timer);
  }

  async #goOnTrying(when: string, attempt: number): Promise<void> {
    await new Promise((resolve) => {
      this.#timer = setTimeout(resolve, backoffMs(attempt, RETRY, Math.random));
    });
    if (await this.#tryToOpen(when)) this.#trying = false;
    else void this.#goOnTrying(when, attempt + 1);
  }

  /** True if it was compared, or nothing is to be opened any more. */
  async #tryToOpen(when: string): Promise<boolean> {
    const { reconcile, onOpen, logger, venue } = this.#parts;
    const cuts = this.#cuts;
    try {
      const { unknown, external } = await reconcile();
      if (this.#stopped) return true;
      // What it was told may be from before the cut.
      if (cuts !== this.#cuts && this.#lineDown === null) return false;
      this.closedBecause = this.#lineDown;
      const text = this.#lineDown === null ? 'trading is open' : 'trading stays closed';
      logger.log('info', `compared with ${venue} ${when}: ${text}`, { unknown, external });
      if (this.#lineDown === null) onOpen(unknown);
      return true;
    } catch (thrown) {
      if (this.#stopped) return true;
      this.closedBecause = `${venue} can't be asked what is there: ${messageOf(thrown)}`;
      logger.log('error', `trading stays closed: ${this.closedBecause}`);
      return false;
    }
  }
}
