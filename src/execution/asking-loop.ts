import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

const FIRST_MS = 200;
const MOST_MS = 5_000;

export interface AskingParts {
  /** Asks for what is not known; true if something still is not. */
  readonly ask: () => Promise<boolean>;
  readonly logger: Logger;
}

/** Asks the venue again and again for what is not known, less and less often, until all is known. */
export class AskingLoop {
  readonly #parts: AskingParts;
  #timer: NodeJS.Timeout | undefined;
  #delayMs = FIRST_MS;
  #asking = false;
  #again = false;
  #stopped = false;

  constructor(parts: AskingParts) {
    this.#parts = parts;
  }

  /** Something is not known. */
  askSoon(): void {
    this.#delayMs = FIRST_MS;
    if (this.#asking) this.#again = true;
    else this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, MOST_MS);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    this.#again = false;
    let more = true;
    try {
      more = await this.#parts.ask();
    } catch (thrown) {
      const text = `the venue can't be asked what became of orders, and is asked again in ${this.#delayMs} ms: ${messageOf(thrown)}`;
      this.#parts.logger.log('warn', text);
    }
    this.#asking = false;
    if (more || this.#again) this.#plan();
  }
}
