const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** The whole of a terminal, drawn in place. However the process ends, the terminal is as it was before. */
export class FullScreen implements Disposable {
  readonly #output: NodeJS.WriteStream;
  readonly #input: NodeJS.ReadStream;
  readonly #onKey: (chunk: Buffer) => void;
  readonly #leave = (): void => this.close();
  #isOpen = true;

  /** `onKey` gets each key as the terminal sends it; Ctrl-C is one of them. */
  constructor(output: NodeJS.WriteStream, input: NodeJS.ReadStream, onKey: (key: string) => void) {
    this.#output = output;
    this.#input = input;
    this.#onKey = (chunk) => {
      // Pasted text, and what comes in one piece over a slow line.
      for (const key of chunk.toString()) onKey(key);
    };
    process.on('exit', this.#leave);
    // Before the error is written: on the other screen nobody would see it.
    process.on('uncaughtExceptionMonitor', this.#leave);
    input.setRawMode(true);
    input.on('data', this.#onKey);
    input.resume();
    output.write(ENTER);
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  /** Lines beyond the screen are left out; they are cut by whoever makes them. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const shown = lines.slice(0, this.rows).map((line) => `${line}${CLEAR_LINE}`);
    this.#output.write(`${HOME}${shown.join('\r\n')}${CLEAR_BELOW}`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.#leave);
    process.off('uncaughtExceptionMonitor', this.#leave);
    this.#input.off('data', this.#onKey);
    this.#input.setRawMode(false);
    this.#input.pause();
    this.#output.write(LEAVE);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
