import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Where the lines of a log go, and how much of them is kept. */
export interface LogFileOptions {
  readonly path: string;
  /** The file is put aside before it grows past this, bytes. */
  readonly maxBytes: number;
  /** Files put aside that are kept, from 1, as `PATH.1` (the latest), `PATH.2` and so on. */
  readonly keep: number;
}

/** How often it is looked for that somebody else has put the file aside or written to it, milliseconds. */
const LOOK_EVERY_MS = 1_000;

/**
 * A log on the disk, bounded in total. Each line is with the system once `append` returns, so that the
 * last ones before a crash are there. Nothing is thrown: a full disk costs lines, which are counted.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #fd: number | undefined;
  #bytes = 0;
  #lookedAtMs = 0;
  #failed = 0;
  /** A line may have been written in part: the next one must not continue it. */
  #torn = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** Lines that could not be written. */
  get failed(): number {
    return this.#failed;
  }

  /** Appends one line. */
  append(line: string): void {
    try {
      this.#write(Buffer.from(`${this.#torn ? '\n' : ''}${line}\n`));
      this.#torn = false;
    } catch {
      this.#failed += 1;
      this.#torn = true;
      // The file may be back by the next line, where a directory or a disk was not there.
      this.close();
    }
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd === undefined) return;
    try {
      closeSync(fd);
    } catch {
      // What could not be written was counted when it was.
    }
  }

  #write(bytes: Buffer): void {
    if (performance.now() - this.#lookedAtMs >= LOOK_EVERY_MS) this.#look();
    let fd = this.#fd ?? this.#open();
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#options.maxBytes) {
      this.#rotate();
      fd = this.#open();
    }
    // A disk that fills up takes a part of it first.
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
    this.#bytes += bytes.length;
  }

  /** The host and its worker write to the same file, and either may put it aside. */
  #look(): void {
    this.#lookedAtMs = performance.now();
    if (this.#fd === undefined) return;
    const { ino, size } = fstatSync(this.#fd);
    const inPlace = statSync(this.#options.path, { throwIfNoEntry: false })?.ino;
    if (inPlace === ino) this.#bytes = size;
    else this.close();
  }

  #open(): number {
    const { path } = this.#options;
    const fd = openOrMakeDirectory(path);
    this.#fd = fd;
    this.#bytes = fstatSync(fd).size;
    return fd;
  }

  #rotate(): void {
    const { path, keep } = this.#options;
    this.close();
    rmSync(`${path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 1; number -= 1) {
      move(`${path}.${number}`, `${path}.${number + 1}`);
    }
    move(path, `${path}.1`);
  }
}

function openOrMakeDirectory(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    // One level, not all: Node 20's own recursive mkdir may never end.
    mkdirSync(dirname(path), { mode: 0o700 });
    return openSync(path, 'a', 0o600);
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (thrown) {
    // There are not so many yet.
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}
