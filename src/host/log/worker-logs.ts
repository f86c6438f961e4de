import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LogLevel, Logger } from '../../base/logger.ts';
import { LogFile, type LogFileOptions } from '../../base/log-file.ts';
import { InvalidOptionError } from '../../lifecycle/errors.ts';
import type { LogFileConfig } from './log-file-config.ts';
import { searchLog, type LogFilter } from './log-search.ts';
import { followLog, readLogTail, type LogPosition, type LogTail } from './log-reader.ts';
import type { WorkerLogLine } from './worker-log-line.ts';

const SUFFIX = '.jsonl';

export interface ReadLogOptions extends LogFilter {
  /** Lines at most. @default 100 */
  readonly lines?: number;
}

/** Where the logs of a home's workers are. */
function directoryOf(home: string): string {
  return join(resolve(home), 'logs');
}

/** The file that a worker's lines go to. */
export function logPathOf(home: string, workerId: string): string {
  return join(directoryOf(home), `${workerId}${SUFFIX}`);
}

/** Ids of the workers that have a log in this home, in order; none where there is no such directory. */
export function workersWithLogs(home: string): readonly string[] {
  return namesIn(directoryOf(home))
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .toSorted();
}

/**
 * The logs of the workers of one host, a file for each. A worker writes its lines itself, so that they do
 * not depend on the host; the host adds what happened to it. Without a home there are no files.
 */
export class WorkerLogs {
  readonly #home: string | undefined;
  readonly #config: LogFileConfig;
  readonly #logger: Logger;
  #failed = false;

  constructor(home: string | undefined, config: LogFileConfig, logger: Logger) {
    this.#home = home;
    this.#config = config;
    this.#logger = logger;
  }

  /** For the worker; null if it is to write none. */
  fileOf(workerId: string): LogFileOptions | null {
    if (this.#home === undefined) return null;
    return { path: logPathOf(this.#home, workerId), ...this.#config };
  }

  /** Adds a line of the host's own. Never throws: that a disk is full is logged once. */
  note(workerId: string, level: LogLevel, message: string, facts?: Record<string, unknown>): void {
    const options = this.fileOf(workerId);
    if (options === null) return;
    const file = new LogFile(options);
    file.append(JSON.stringify({ at: Date.now(), level, message, ...(facts && { facts }) }));
    file.close();
    if (file.failed === 0 || this.#failed) return;
    this.#failed = true;
    this.#logger.log('warn', `${options.path} can't be written`, { path: options.path });
  }

  /** Removes what there is of a worker. */
  remove(workerId: string): void {
    if (this.#home === undefined) return;
    rmSync(logPathOf(this.#home, workerId), { force: true });
    this.#removeAside(this.#home, workerId);
  }

  /**
   * Empties the log of a worker, which may be writing to it: its file stays in place and is appended to, so
   * that the next line is the first.
   */
  clear(workerId: string): void {
    if (this.#home === undefined) return;
    const path = logPathOf(this.#home, workerId);
    if (existsSync(path)) truncateSync(path);
    // Afterwards: where the file was put aside just now, what was in it is among these.
    this.#removeAside(this.#home, workerId);
  }

  #removeAside(home: string, workerId: string): void {
    const directory = directoryOf(home);
    const stem = `${workerId}${SUFFIX}.`;
    for (const name of namesIn(directory)) {
      const aside = name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length));
      if (aside) rmSync(join(directory, name), { force: true });
    }
  }

  /** The last lines of a worker that the filter lets through, oldest first. @throws {InvalidOptionError} code `INVALID_OPTION` */
  read(workerId: string, { lines: count = 100, ...filter }: ReadLogOptions): LogTail {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new InvalidOptionError('lines', count, 'a whole number from 1');
    }
    const options = this.fileOf(workerId);
    if (options === null) return { lines: [], end: { inode: 0, offset: 0 } };
    if (Object.keys(filter).length === 0) return readLogTail(options.path, count);
    const { end } = readLogTail(options.path, 1);
    return { lines: searchLog(options.path, count, filter), end };
  }

  /** Lines after `from`, until `signal` aborts. */
  async *follow(
    workerId: string,
    from: LogPosition,
    signal: AbortSignal,
  ): AsyncGenerator<WorkerLogLine, void, undefined> {
    const options = this.fileOf(workerId);
    if (options !== null) yield* followLog(options.path, from, signal);
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Nothing was written yet.
    return [];
  }
}
