import { forEachOf } from '../../base/for-each-of.ts';
import { messageOf, QuantCellError, stackOf } from '../../base/errors.ts';
import type { Handlers } from '../call.ts';
import type { AnswerOf, CallParts } from '../contract/routes.ts';
import { withoutPaths } from '../security/without-paths.ts';
import { carryOut, resultOf, stateOf, type CommandParts } from './worker-command.ts';
import { act } from './worker-lifecycle.ts';

type Result = AnswerOf<'batchWorkers'>['results'][number];
type Action = CallParts<'batchWorkers'>['body']['action'];

/** Workers that are started at once: each takes a processor for a while. */
const AT_A_TIME = 8;

/** One command for many workers. That one of them fails is its own result. */
export function workerBatch(parts: CommandParts): Handlers<'batchWorkers'> {
  return {
    batchWorkers: async ({ body: { action, ids }, requestId }) => {
      const results = new Map<string, Result>();
      // In the order that was asked for, however they end.
      const wanted = [...new Set(ids)];
      await forEachOf(wanted, AT_A_TIME, async (id) => {
        results.set(id, await one(parts, action, id, requestId));
      });
      return { results: wanted.flatMap((id) => results.get(id) ?? []) };
    },
  };
}

async function one(
  parts: CommandParts,
  action: Action,
  workerId: string,
  requestId: string,
): Promise<Result> {
  const { service } = parts;
  try {
    await (action === 'delete' ? remove(parts, workerId) : act(parts, action, workerId));
    const state = stateOf(service, workerId);
    return { workerId, result: 'applied', code: null, reason: null, state };
  } catch (thrown) {
    const state = stateOf(service, workerId);
    if (thrown instanceof QuantCellError) {
      const { code, message } = thrown;
      return { workerId, result: resultOf(thrown), code, reason: withoutPaths(message), state };
    }
    service.logger.log('error', `${action} of worker ${workerId} failed: ${messageOf(thrown)}`, {
      requestId,
      stack: stackOf(thrown),
    });
    const reason = 'something failed in the server: its log has it under the id of this request';
    return { workerId, result: 'rejected', code: 'INTERNAL_ERROR', reason, state };
  }
}

/** Forgets a worker that does not run. @throws as `carryOut` */
export async function remove(parts: CommandParts, workerId: string): Promise<void> {
  const { manager } = parts.service.system;
  const work = async (): Promise<void> => {
    await Promise.resolve();
    manager.removeWorker(workerId);
  };
  await carryOut(parts, { name: 'delete', workerId, work });
}
