import { quote } from '../base/errors.ts';
import { WorkerError } from '../host/errors.ts';
import { followLog, readLogTail, type LogPosition, type LogTail } from '../host/log/log-reader.ts';
import type { WorkerLogLine } from '../host/log/worker-log-line.ts';
import { logPathOf, workersWithLogs } from '../host/log/worker-logs.ts';

/** The log of one worker in a home, read from its files: whether a system runs on the home does not matter. */
export class HomeLog {
  readonly #path: string;

  /** @throws {WorkerError} code `UNKNOWN_WORKER`; not for one that is known to be there (`mayBeMissing`) */
  constructor(home: string, workerId: string, { mayBeMissing = false } = {}) {
    const known = mayBeMissing ? [workerId] : workersWithLogs(home);
    if (!known.includes(workerId)) {
      const names = known.map((id) => quote(id)).join(', ');
      throw new WorkerError(
        'UNKNOWN_WORKER',
        `there is no log of a worker ${quote(workerId)} in ${home}; there is ${names || 'none'}`,
        { workerId, known },
      );
    }
    this.#path = logPathOf(home, workerId);
  }

  /** The last `count` lines, oldest first. */
  tail(count: number): LogTail {
    return readLogTail(this.#path, count);
  }

  /** Lines after `from`, until `signal` aborts. */
  follow(from: LogPosition, signal: AbortSignal): AsyncGenerator<WorkerLogLine, void, undefined> {
    return followLog(this.#path, from, signal);
  }
}
