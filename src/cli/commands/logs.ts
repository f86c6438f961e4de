import { HomeLog } from '../../system/home-logs.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { formatLogLine, type LogLine } from '../terminal/log-line.ts';

/** Options of `quantcell logs`. */
export interface LogsFlags {
  readonly home: string;
  readonly lines: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** `quantcell logs`: what a worker said and what happened to it. Returns the exit code. */
export async function logsCommand(
  workerId: string,
  flags: LogsFlags,
  interruption: Interruption,
): Promise<number> {
  const log = new HomeLog(flags.home, workerId);
  const { lines, end } = log.tail(flags.lines);
  const print = (line: LogLine): void => {
    const text = flags.json === true ? JSON.stringify(line) : formatLogLine(line);
    process.stdout.write(`${text}\n`);
  };
  for (const line of lines) print(line);
  if (flags.follow !== true) return ExitCode.OK;
  const ending = new AbortController();
  const following = {
    stop: () => ending.abort(),
    kill: () => Promise.resolve(),
    workersAlive: 0,
    stopLimitMs: 0,
  };
  interruption.watch(following, (line) => void process.stderr.write(`${line}\n`));
  for await (const line of log.follow(end, ending.signal)) print(line);
  interruption.done();
  return ExitCode.INTERRUPTED;
}
