/** How long the last events of a burst may go untold, milliseconds. */
const DELAY_MS = 10;

export interface ProgressOptions {
  /** Tells after so many events, and soon after the last one; 0 is never. */
  readonly every: number;
  /** Events that are done with. */
  readonly done: () => number;
  readonly tell: (done: number) => void;
}

/** Tells the host how far this worker is, where the host waits for it. */
export class ProgressTeller {
  readonly #options: ProgressOptions;
  #due: NodeJS.Timeout | undefined;
  #told = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** To be called after each batch. */
  look(): void {
    const { every, done } = this.#options;
    if (every === 0) return;
    if (done() - this.#told >= every) this.#tell();
    else this.#due ??= setTimeout(() => this.#tell(), DELAY_MS);
  }

  #tell(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    const done = this.#options.done();
    if (done === this.#told) return;
    this.#told = done;
    this.#options.tell(done);
  }
}
