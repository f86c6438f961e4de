import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

const TAIL_BYTES = 16_384;

/** What a process wrote itself, not through the log, is cut to its tail beyond so much, bytes. */
const MAX_BYTES = 1_048_576;

/** How often that is looked at, milliseconds. */
const TRIM_INTERVAL_MS = 250;

/**
 * The file behind a process's stdout and stderr. A file, not a pipe: a worker must not stop because
 * nobody reads what it writes. A fault of the file system costs what was written, nothing else: it is
 * logged once.
 */
export class ProcessOutput {
  readonly path: string;
  readonly fd: number;
  readonly #logger: Logger;
  readonly #trimmer: NodeJS.Timeout;
  #failed = false;
  #dropped = 0;

  /** @throws what the file system says if the file can't be opened */
  constructor(path: string, logger: Logger) {
    this.path = path;
    this.#logger = logger;
    this.fd = openSync(path, 'a+', 0o600);
    this.#trimmer = setInterval(() => this.trim(), TRIM_INTERVAL_MS).unref();
  }

  /** What was cut off so far, bytes. */
  get droppedBytes(): number {
    return this.#dropped;
  }

  /** The last of what was written; empty if it can't be read. */
  tail(): string {
    return this.#attempt('', () => {
      const { size } = fstatSync(this.fd);
      const length = Math.min(size, TAIL_BYTES);
      const tail = Buffer.alloc(length);
      const read = readSync(this.fd, tail, 0, length, size - length);
      return tail.toString('utf8', 0, read);
    });
  }

  /** Keeps what a strategy writes past its log from filling the disk. The file is appended to, so that its writer goes on at the new end. */
  trim(): void {
    this.#attempt(undefined, () => {
      if (fstatSync(this.fd).size <= MAX_BYTES) return;
      const tail = this.tail();
      // The process goes on writing: what came since the tail was read is cut off with the rest.
      this.#dropped += fstatSync(this.fd).size;
      ftruncateSync(this.fd, 0);
      this.#dropped -= writeSync(this.fd, tail);
    });
  }

  /** Closes and removes the file. */
  close(): void {
    clearInterval(this.#trimmer);
    this.#attempt(undefined, () => closeSync(this.fd));
    this.#attempt(undefined, () => rmSync(this.path, { force: true }));
  }

  #attempt<T>(otherwise: T, action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      if (!this.#failed) {
        const facts = { path: this.path };
        this.#logger.log('warn', `the output of a process: ${messageOf(thrown)}`, facts);
      }
      this.#failed = true;
      return otherwise;
    }
  }
}
