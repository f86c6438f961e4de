import { loadPosition, storePosition } from './position.ts';
import { MappedFile } from './mapped-file.ts';

/*
 * A reader's page, shared between the host and one worker. What each side stores has a cache line for
 * itself.
 *
 *    0 u32 process id of the worker, 0 until it is there      worker
 *   64 u32 1 while the worker sleeps and wants the bell rung  worker sets, host clears
 *  128 cursor: the worker is done with what is before         worker
 *  192 first position that is news to a worker asleep         host
 */
const PAGE_BYTES = 4_096;
const PID_WORD = 0;
const ASLEEP_WORD = 16;
const CURSOR_WORD = 32;
const NEWS_WORD = 48;

/** Either side's view of the page. */
export class ReaderPage {
  readonly #file: MappedFile;
  readonly #words: Int32Array;

  private constructor(file: MappedFile) {
    this.#file = file;
    this.#words = new Int32Array(file.memory);
  }

  /** On the host: the page of a reader that is to begin at `cursor`. */
  static create(path: string, cursor: number): ReaderPage {
    const page = new ReaderPage(MappedFile.create(path, PAGE_BYTES, 0o600));
    page.cursor = cursor;
    return page;
  }

  /** In the worker. */
  static open(path: string): ReaderPage {
    const page = new ReaderPage(MappedFile.open(path, PAGE_BYTES, 'write'));
    Atomics.store(page.#words, PID_WORD, process.pid);
    return page;
  }

  /** 0 until the worker is there. */
  get pid(): number {
    return Atomics.load(this.#words, PID_WORD);
  }

  get cursor(): number {
    return loadPosition(this.#words, CURSOR_WORD);
  }

  set cursor(position: number) {
    storePosition(this.#words, CURSOR_WORD, position);
  }

  /**
   * On the host, to be read after the tail was stored: storing it is a barrier, so that a plain load is
   * enough for what is looked at once a line and a flush.
   */
  get asleep(): boolean {
    return this.#words[ASLEEP_WORD] === 1;
  }

  set asleep(asleep: boolean) {
    Atomics.store(this.#words, ASLEEP_WORD, asleep ? 1 : 0);
  }

  get news(): number {
    return loadPosition(this.#words, NEWS_WORD);
  }

  set news(position: number) {
    storePosition(this.#words, NEWS_WORD, position);
  }

  close(): void {
    this.#file.close();
  }
}
