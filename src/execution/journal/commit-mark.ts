import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** All of it in one sector of the disk, so that it is never half written. */
const BYTES = 25;

/**
 * How many groups a journal has had at least, in a file beside it. SQLite takes a log that ends in damage for
 * one that ends there, which is right after a power cut and else hides what was acknowledged: a journal that
 * has less than this is not whole.
 *
 * It is written once a group is on the disk, and not synced: after a power cut it may say less than there is,
 * and never more. So nothing depends on it: what can't be read counts as 0, and what can't be written is left.
 */
export class CommitMark {
  #file: number | undefined;

  constructor(path: string) {
    this.#file = opened(path);
  }

  read(): number {
    if (this.#file === undefined) return 0;
    const bytes = Buffer.alloc(BYTES);
    try {
      readSync(this.#file, bytes, 0, BYTES, 0);
    } catch {
      return 0;
    }
    const text = bytes.toString('latin1');
    const count = Number(text.slice(0, 15));
    return text === textOf(count) ? count : 0;
  }

  write(count: number): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, textOf(count), 0, 'latin1');
    } catch {
      // The one before stays, which is right as well.
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch {
    return undefined;
  }
}

function textOf(count: number): string {
  const digits = String(count).padStart(15, '0');
  return `${digits} ${crc32(digits).toString(16).padStart(8, '0')}\n`;
}
