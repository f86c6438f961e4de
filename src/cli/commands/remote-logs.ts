import { ApiCallError, UnreachableError, type LogLine } from '../../client/index.ts';
import { describeFailure } from '../api/api-failure.ts';
import { connect, type ConnectionFlags } from '../api/connection.ts';
import { openStream } from '../api/stream-connection.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { formatLogLine } from '../terminal/log-line.ts';

/** Options of `quantcell logs` of a server. */
export interface RemoteLogsFlags extends ConnectionFlags {
  readonly lines: number;
  readonly follow?: boolean;
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
  readonly search?: string;
}

/** The stream's snapshot has at most so many lines. */
const MAX_SNAPSHOT_LINES = 1_000;

/** `quantcell logs` without `--home`: of a server, with `-f` as they come. Returns the exit code. */
export async function remoteLogsCommand(
  workerId: string,
  flags: RemoteLogsFlags,
  interruption: Interruption,
): Promise<number> {
  if (flags.follow === true) return follow(workerId, flags, interruption);
  const { level, search, lines: limit } = flags;
  const answer = await connect(flags).client.call('getWorkerLogs', {
    params: { id: workerId },
    query: {
      limit,
      ...(level !== undefined && { level }),
      ...(search !== undefined && { search }),
    },
  });
  if (flags.json === true) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else for (const line of answer.lines) process.stdout.write(`${formatLogLine(line)}\n`);
  return ExitCode.OK;
}

function follow(
  workerId: string,
  flags: RemoteLogsFlags,
  interruption: Interruption,
): Promise<number> {
  const { level, search, lines, json } = flags;
  const note = (text: string): void => void process.stderr.write(`quantcell: ${text}\n`);
  const print = (given: readonly LogLine[]): void => {
    for (const line of given) {
      if (search !== undefined && !line.message.includes(search)) continue;
      process.stdout.write(`${json === true ? JSON.stringify(line) : formatLogLine(line)}\n`);
    }
  };
  const connection = connect(flags);
  return new Promise((resolve, reject) => {
    let wasLive = false;
    const end = (exitCode: number): void => {
      stream.close();
      interruption.done();
      resolve(exitCode);
    };
    // After a cut, lines that were shown come again with the snapshot.
    let newest = 0;
    const show = (given: readonly LogLine[], isSnapshot: boolean): void => {
      print(isSnapshot ? given.filter(({ at }) => at > newest) : given);
      newest = Math.max(newest, ...given.map(({ at }) => at));
    };
    const stream = openStream(connection, {
      onState: (state, reason) => {
        if (state === 'live') wasLive = true;
        if (state !== 'down') return;
        if (wasLive) note(`the connection is lost (${reason}); trying again`);
        else {
          stream.close();
          reject(new UnreachableError(connection.url, reason, undefined));
        }
      },
      onUnauthorized: () => {
        note('NOT_AUTHENTICATED: the server does not take the token');
        end(ExitCode.FAILED);
      },
    });
    stream.subscribe<'logs'>(
      {
        channel: 'logs',
        workerId,
        lines: Math.min(lines, MAX_SNAPSHOT_LINES),
        ...(level !== undefined && { level }),
      },
      {
        onSnapshot: (data) => show(data.lines, true),
        onChange: (data) => show(data.lines, false),
        onMissed: (count) => note(`${count} lines are left out: this end was too slow`),
        onError: (problem) => {
          note(describeFailure(new ApiCallError(problem))?.text ?? problem.detail);
          end(ExitCode.FAILED);
        },
      },
    );
    const following = {
      stop: () => end(ExitCode.INTERRUPTED),
      kill: () => Promise.resolve(),
      workersAlive: 0,
      stopLimitMs: 0,
    };
    interruption.watch(following, note);
  });
}
