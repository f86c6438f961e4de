import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const MAX_CHARS = 10_000;
const [CTRL_C, CTRL_D, BACKSPACE, DELETE, ESCAPE] = ['\u0003', '\u0004', '\b', '\u007f', '\u001b'];

/** Asks for secrets: at a terminal without showing what is typed, else line by line from stdin. */
export class SecretPrompt {
  readonly #input: NodeJS.ReadStream | Readable;
  readonly #say: (text: string) => void;
  #lines: AsyncIterator<string> | undefined;

  constructor(input: NodeJS.ReadStream | Readable, say: (text: string) => void) {
    this.#input = input;
    this.#say = say;
  }

  /** What was typed, undefined at the end of the input. @throws if the person gives up (Ctrl-C) */
  async ask(question: string): Promise<string | undefined> {
    const input = this.#input as Partial<NodeJS.ReadStream>;
    if (input.isTTY === true) return this.#askTerminal(question, this.#input as NodeJS.ReadStream);
    this.#lines ??= createInterface({ input: this.#input, crlfDelay: Infinity })[
      Symbol.asyncIterator
    ]();
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : String(value);
  }

  /** The process may end now. */
  close(): void {
    this.#input.destroy();
  }

  #askTerminal(question: string, input: NodeJS.ReadStream): Promise<string | undefined> {
    this.#say(`${question}: `);
    return new Promise((resolve) => {
      let typed = '';
      const end = (answer: string | undefined): void => {
        input.off('data', onData);
        input.setRawMode(false);
        input.pause();
        this.#say('\n');
        resolve(answer);
      };
      const onData = (data: Buffer | string): void => {
        const text = String(data);
        // An arrow key is no part of a secret.
        if (text.startsWith(ESCAPE as string)) return;
        for (const letter of text) {
          if (letter === '\r' || letter === '\n') return end(typed);
          if (letter === CTRL_C) {
            end(undefined);
            return void process.kill(process.pid, 'SIGINT');
          }
          if (letter === CTRL_D) return end(typed === '' ? undefined : typed);
          if (letter === BACKSPACE || letter === DELETE) typed = typed.slice(0, -1);
          else if (typed.length < MAX_CHARS) typed += letter;
        }
      };
      input.setRawMode(true);
      input.resume();
      input.on('data', onData);
    });
  }
}
