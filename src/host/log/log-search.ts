import { fstatSync } from 'node:fs';
import { LOG_LEVELS, type LogLevel } from '../../base/logger.ts';
import { CHUNK_BYTES, filesOf, LINE_END, readChunk } from './log-reader.ts';
import { parseLogLines, type WorkerLogLine } from './worker-log-line.ts';

/** Which lines of a log are wanted. */
export interface LogFilter {
  /** This one and worse ones. @default all */
  readonly level?: LogLevel;
  /** Part of the message, whatever its case. @default all */
  readonly search?: string;
  /** Older than this, milliseconds since the Unix epoch. @default all */
  readonly beforeMs?: number;
}

/** The last `count` lines of a log that the filter lets through, oldest first, over the files that were put aside. */
export function searchLog(path: string, count: number, filter: LogFilter): WorkerLogLine[] {
  const mayPass = quickLook(filter);
  const found: WorkerLogLine[] = [];
  const seen = new Set<number>();
  for (const { fd, inode } of filesOf(path)) {
    if (seen.has(inode)) continue;
    seen.add(inode);
    for (const text of linesBackwards(fd)) {
      // A log is megabytes: of most lines no more is to be done than to look at their text.
      if (!mayPass(text)) continue;
      const [line] = parseLogLines(text);
      if (line === undefined || !passes(line, filter)) continue;
      found.push(line);
      if (found.length >= count) return found.toReversed();
    }
  }
  return found.toReversed();
}

/** Whole lines, the last one first. */
function* linesBackwards(fd: number): Generator<string> {
  let begin = fstatSync(fd).size;
  /** The end of a line of which the begin is not read yet. */
  let rest = Buffer.alloc(0);
  let isEnd = true;
  while (begin > 0) {
    const length = Math.min(CHUNK_BYTES, begin);
    begin -= length;
    const chunk = Buffer.concat([readChunk(fd, begin, length), rest]);
    const first = begin === 0 ? 0 : chunk.indexOf(LINE_END) + 1;
    rest = first === 0 && begin > 0 ? chunk : chunk.subarray(0, first);
    if (rest === chunk) continue;
    // What follows the last line end is being written.
    const last = isEnd ? chunk.lastIndexOf(LINE_END) + 1 : chunk.length;
    isEnd = false;
    const lines = chunk.toString('utf8', first, Math.max(first, last)).split('\n');
    yield* lines.filter((line) => line !== '').toReversed();
  }
}

function passes({ at, level, message }: WorkerLogLine, filter: LogFilter): boolean {
  if (filter.beforeMs !== undefined && !(at > 0 && at < filter.beforeMs)) return false;
  if (filter.level !== undefined && !levelsFrom(filter.level).includes(level)) return false;
  if (filter.search === undefined) return true;
  return message.toLowerCase().includes(filter.search.toLowerCase());
}

/** Whether the text of a line may be one that is wanted; false is certain. */
function quickLook({ level, search }: LogFilter): (text: string) => boolean {
  const levels = level === undefined ? [] : levelsFrom(level).map((one) => `"level":"${one}"`);
  const part = search === undefined ? '' : JSON.stringify(search).slice(1, -1).toLowerCase();
  return (text) => {
    if (levels.length > 0 && !levels.some((one) => text.includes(one))) return false;
    return part === '' || text.toLowerCase().includes(part);
  };
}

function levelsFrom(level: LogLevel): readonly string[] {
  return LOG_LEVELS.slice(LOG_LEVELS.indexOf(level));
}
