import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseLogLines, type WorkerLogLine } from './worker-log-line.ts';

/** How often a followed file is looked at, milliseconds. */
const FOLLOW_EVERY_MS = 200;

/** What of a file is read at a time; several times the longest line, bytes. */
export const CHUNK_BYTES = 262_144;

/** Files put aside that are looked for; as many as can be kept. */
export const MAX_KEPT = 100;

export const LINE_END = 10;

/** How far a log was read: a file, by its number in the file system, and a byte of it. */
export interface LogPosition {
  readonly inode: number;
  readonly offset: number;
}

export interface LogTail {
  readonly lines: readonly WorkerLogLine[];
  /** Where the lines end: reading on from here gives each later line once. */
  readonly end: LogPosition;
}

/** The last `count` lines of a log, oldest first, over the files that were put aside. */
export function readLogTail(path: string, count: number): LogTail {
  let end: LogPosition | undefined;
  let lines: WorkerLogLine[] = [];
  const seen = new Set<number>();
  for (const { fd, inode } of filesOf(path)) {
    // It was put aside while this was reading, and comes by again under its next name.
    if (seen.has(inode)) continue;
    seen.add(inode);
    const { text, offset } = textTail(fd, count - lines.length);
    end ??= { inode, offset };
    const found = parseLogLines(text);
    lines = [...found.slice(Math.max(0, found.length - count + lines.length)), ...lines];
    if (lines.length >= count) break;
  }
  return { lines, end: end ?? { inode: 0, offset: 0 } };
}

/** Lines that are written after `from`, until `signal` aborts. Goes over to the next file when one is put aside. */
export async function* followLog(
  path: string,
  from: LogPosition,
  signal: AbortSignal,
): AsyncGenerator<WorkerLogLine, void, undefined> {
  let position = from;
  while (!signal.aborted) {
    const { text, next, more } = readOn(path, position);
    position = next;
    for (const line of parseLogLines(text)) {
      if (signal.aborted) return;
      yield line;
    }
    if (!more) await delay(FOLLOW_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Step {
  readonly text: string;
  readonly next: LogPosition;
  /** There may be more to be had at once. */
  readonly more: boolean;
}

function readOn(path: string, { inode, offset }: LogPosition): Step {
  /** The file that came after the one at hand. */
  let later: number | undefined;
  for (const file of filesOf(path)) {
    if (file.inode !== inode) {
      later = file.inode;
      continue;
    }
    const { size } = fstatSync(file.fd);
    // Somebody has emptied it.
    const begin = size < offset ? 0 : offset;
    const chunk = readChunk(file.fd, begin, Math.min(CHUNK_BYTES, size - begin));
    const length = chunk.lastIndexOf(LINE_END) + 1;
    if (length > 0) {
      const next = { inode, offset: begin + length };
      return { text: chunk.toString('utf8', 0, length), next, more: true };
    }
    // A file that was put aside gets nothing more.
    if (later !== undefined) return { text: '', next: { inode: later, offset: 0 }, more: true };
    return { text: '', next: { inode, offset: begin }, more: false };
  }
  // It is not there any more, or was not there before: from the oldest that there is.
  if (later === undefined) return { text: '', next: { inode, offset }, more: false };
  return { text: '', next: { inode: later, offset: 0 }, more: true };
}

/** The files of a log, open for as long as each is looked at; the latest first. */
export function* filesOf(path: string): Generator<{ readonly fd: number; readonly inode: number }> {
  let missing = 0;
  for (let number = 0; number <= MAX_KEPT; number += 1) {
    const fd = openIfThere(number === 0 ? path : `${path}.${number}`);
    if (fd === undefined) {
      missing += 1;
      // One may be missing while files are put aside, also the latest.
      if (missing > 2) return;
      continue;
    }
    try {
      yield { fd, inode: fstatSync(fd).ino };
    } finally {
      closeSync(fd);
    }
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** The end of a file with `count` whole lines in it, or with all that it has; and where its last line ends. */
function textTail(fd: number, count: number): { readonly text: string; readonly offset: number } {
  const { size } = fstatSync(fd);
  let begin = size;
  let tail = Buffer.alloc(0);
  let lineEnds = 0;
  // The line end before the first line as well.
  while (begin > 0 && lineEnds <= count) {
    const length = Math.min(CHUNK_BYTES, begin);
    begin -= length;
    const chunk = readChunk(fd, begin, length);
    for (const byte of chunk) if (byte === LINE_END) lineEnds += 1;
    tail = Buffer.concat([chunk, tail]);
  }
  const first = begin === 0 ? 0 : tail.indexOf(LINE_END) + 1;
  const end = tail.lastIndexOf(LINE_END) + 1;
  return { text: tail.toString('utf8', first, Math.max(first, end)), offset: begin + end };
}

export function readChunk(fd: number, position: number, length: number): Buffer {
  const chunk = Buffer.alloc(length);
  return chunk.subarray(0, readSync(fd, chunk, 0, length, position));
}
