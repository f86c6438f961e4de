import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface KeptFile {
  readonly text: string;
  readonly sizeBytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** A regular file, never what a link in its place leads to; undefined if there is none. */
export function readKept(path: string): KeptFile | undefined {
  let file: number;
  try {
    // A pipe in its place is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined;
    throw thrown;
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) return undefined;
    const text = readFileSync(file, 'utf8');
    return { text, sizeBytes: facts.size, modifiedAt: Math.floor(facts.mtimeMs) };
  } finally {
    closeSync(file);
  }
}

/** Writes a file with mode 0600: all of it or nothing, on the disk before this returns. A link in its place is replaced. */
export function writeKept(path: string, text: string): void {
  const folder = dirname(path);
  // Hidden, so that nothing takes it for a whole file.
  const temporary = join(folder, `.${basename(path)}.${process.pid}.part`);
  try {
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
  const entries = openSync(folder, 'r');
  try {
    fsyncSync(entries);
  } finally {
    closeSync(entries);
  }
}
