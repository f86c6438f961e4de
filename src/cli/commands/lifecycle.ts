import type { WorkerAction } from '../../api/contract/worker-routes.ts';
import type { BatchResult } from '../../client/index.ts';
import { connect, type ConnectionFlags } from '../api/connection.ts';
import { confirm } from '../api/confirm.ts';
import { printAnswer, tableText } from '../api/print.ts';
import { UsageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { listAll } from './workers.ts';

/** A batch ends many processes one after the other if it must, milliseconds. */
const BATCH_LIMIT_MS = 300_000;
const BATCH_SIZE = 1_000;

const OPERATIONS = {
  start: 'startWorker',
  stop: 'stopWorker',
  restart: 'restartWorker',
  pause: 'pauseWorker',
  resume: 'resumeWorker',
  reload: 'reloadWorker',
} as const satisfies Record<WorkerAction, string>;

/** `quantcell start`, `stop` and so on: with one worker, or with some. */
export async function lifecycleCommand(
  action: WorkerAction,
  ids: readonly string[],
  flags: ConnectionFlags,
): Promise<number> {
  const [id = ''] = ids;
  if (ids.length > 1) return runBatch(action, ids, flags);
  const { client } = connect(flags);
  const answer = await client.call(OPERATIONS[action], { params: { id } });
  printAnswer(flags, answer, () => `${answer.worker.id}: ${answer.worker.state}`);
  return ExitCode.OK;
}

/** Options of `quantcell batch`. */
export interface BatchFlags extends ConnectionFlags {
  readonly all?: boolean;
  readonly state?: string;
  readonly yes?: boolean;
}

export type BatchAction = WorkerAction | 'delete';

const ACTIONS: readonly string[] = [...Object.keys(OPERATIONS), 'delete'];

/** `quantcell batch`: the same with many workers. */
export async function batchCommand(
  action: string,
  ids: readonly string[],
  flags: BatchFlags,
): Promise<number> {
  if (!ACTIONS.includes(action)) {
    throw new UsageError(`${JSON.stringify(action)}: expected one of ${ACTIONS.join(', ')}`);
  }
  const ways = [ids.length > 0, flags.all === true, flags.state !== undefined];
  if (ways.filter(Boolean).length !== 1) {
    throw new UsageError('which workers? give their ids, or --all, or --state');
  }
  const chosen = ids.length > 0 ? ids : await idsOf(flags);
  if (chosen.length === 0) {
    printAnswer(flags, { results: [] }, () => 'no worker matches');
    return ExitCode.OK;
  }
  if (action === 'delete') {
    await confirm(`Forget ${chosen.length} workers, with their logs and states?`, flags);
  }
  return runBatch(action as BatchAction, chosen, flags);
}

async function idsOf(flags: BatchFlags): Promise<readonly string[]> {
  const { state } = flags;
  const { items } = await listAll(connect(flags), state === undefined ? {} : { state });
  return items.map(({ id }) => id);
}

async function runBatch(
  action: BatchAction,
  ids: readonly string[],
  flags: ConnectionFlags,
): Promise<number> {
  const { client } = connect(flags, BATCH_LIMIT_MS);
  const results: BatchResult['results'] = [];
  for (let at = 0; at < ids.length; at += BATCH_SIZE) {
    const body = { action, ids: ids.slice(at, at + BATCH_SIZE) };
    results.push(...(await client.call('batchWorkers', { body })).results);
  }
  printAnswer(flags, { results }, () =>
    tableText(
      ['WORKER', 'RESULT', 'STATE', 'WHY'],
      results.map(({ workerId, result, state, code, reason }) => [
        workerId,
        result,
        state ?? '-',
        [code, reason].filter((part) => part !== null).join(': '),
      ]),
      'nothing was done',
    ),
  );
  return results.every(({ result }) => result === 'applied') ? ExitCode.OK : ExitCode.FAILED;
}
