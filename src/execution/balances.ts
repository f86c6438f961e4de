import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Balance } from '../model/account.ts';
import type { ExecutionVenue } from './venue.ts';

/** Those of an exchange are asked for no more often than this, milliseconds. */
const APART_MS = 2_000;

/** What the account has at the venue, as it was told last. */
export class Balances {
  readonly #venue: ExecutionVenue;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #current: Readonly<Record<string, Balance>> = {};
  #coming: Promise<void> | undefined;
  #stopped = false;

  constructor(venue: ExecutionVenue, logger: Logger, onChange: () => void) {
    this.#venue = venue;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  get current(): Readonly<Record<string, Balance>> {
    return this.#current;
  }

  /** Resolves once what was asked for is here, at once if nothing was. */
  get settled(): Promise<void> {
    return this.#coming ?? Promise.resolve();
  }

  take(balances: Readonly<Record<string, Balance>>): void {
    this.#current = balances;
    this.#onChange();
  }

  /** They have changed: asks for them, once for all changes of a while. */
  refresh(): void {
    if (this.#coming !== undefined || this.#stopped) return;
    this.#coming = this.#fetch().finally(() => {
      this.#coming = undefined;
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #fetch(): Promise<void> {
    if (this.#venue.mode === 'live') await new Promise((resolve) => setTimeout(resolve, APART_MS));
    if (this.#stopped) return;
    try {
      this.take((await this.#venue.account()).balances);
    } catch (thrown) {
      this.#logger.log('warn', `the balances could not be had: ${messageOf(thrown)}`);
    }
  }
}
