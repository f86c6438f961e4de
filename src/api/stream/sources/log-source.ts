import { LOG_LEVELS, type LogLevel } from '../../../base/logger.ts';
import { messageOf } from '../../../base/errors.ts';
import { HomeLog } from '../../../system/home-logs.ts';
import type { Service } from '../../../system/service/service.ts';
import type { LogLine } from '../../contract/worker-schemas.ts';
import type { Source } from '../source.ts';
import { journalSource } from './journal-source.ts';

/** Lines that are looked through for those of a level: reading more would keep others waiting. */
const MAX_LOOKED_THROUGH = 1_000;
/** Lines more than a snapshot shows that are kept at least before they are let go. */
const MIN_TRIM = 100;

/** The lines of a worker's log, of a level and worse ones, as they are written. @throws {WorkerError} code `UNKNOWN_WORKER` */
export function logSource(
  service: Service,
  workerId: string,
  level: LogLevel | undefined,
  lines: number,
): Source {
  service.system.manager.getWorkerStatus(workerId);
  // One that was never started has no file yet.
  const log = new HomeLog(service.home, workerId, { mayBeMissing: true });
  const least = level === undefined ? 0 : LOG_LEVELS.indexOf(level);
  const isWanted = (line: { readonly level: string }): boolean =>
    least === 0 || LOG_LEVELS.indexOf(line.level as LogLevel) >= least;
  const tail = log.tail(level === undefined ? Math.max(1, lines) : MAX_LOOKED_THROUGH);
  /** What a snapshot shows; each line that is told later is added to it. */
  const recent = lines === 0 ? [] : tail.lines.filter(isWanted).slice(-lines);
  const ending = new AbortController();
  const follow = async (take: (line: LogLine) => void): Promise<void> => {
    for await (const line of log.follow(tail.end, ending.signal)) {
      if (!isWanted(line)) continue;
      recent.push(line);
      // Now and then, and not for each line.
      if (recent.length >= 2 * lines + MIN_TRIM) recent.splice(0, recent.length - lines);
      take(viewOf(line));
    }
  };
  return journalSource<LogLine>({
    recent: () => (lines === 0 ? [] : recent.slice(-lines).map(viewOf)),
    listen: (take) => {
      follow(take).catch((thrown: unknown) => {
        const why = messageOf(thrown);
        service.logger.log('error', `the log of ${workerId} can't be followed: ${why}`);
      });
      return () => ending.abort();
    },
    wrap: (items) => ({ lines: items }),
  });
}

function viewOf({
  at,
  level,
  message,
  facts,
}: ReturnType<HomeLog['tail']>['lines'][number]): LogLine {
  return { at: Math.floor(at), level, message, ...(facts && { facts: { ...facts } }) };
}
