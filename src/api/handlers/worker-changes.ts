import type { Service } from '../../system/service/service.ts';
import type { Handlers } from '../call.ts';
import type { CallParts } from '../contract/routes.ts';
import { remove } from './worker-batch.ts';
import { carryOut, type CommandParts } from './worker-command.ts';
import { applied, type CommandAnswer } from './worker-lifecycle.ts';

type ChangeHandlers = Handlers<
  | 'createWorker'
  | 'cloneWorker'
  | 'updateWorker'
  | 'deleteWorker'
  | 'clearWorkerLogs'
  | 'putWorkerParams'
>;

type GivenConfig = Parameters<Service['system']['configureWorker']>[1];

/** What makes workers, changes how they are run, and forgets them. */
export function workerChanges(parts: CommandParts): ChangeHandlers {
  const { service } = parts;
  return {
    createWorker: ({ body }) => create(parts, body),
    cloneWorker: async ({ params: { id }, body }) => {
      const { manager } = service.system;
      const work = (): Promise<string> => manager.cloneWorker(id, body.id);
      return applied(service, await carryOut(parts, { name: 'clone', workerId: id, work }));
    },
    updateWorker: async ({ params: { id }, body }) => {
      const work = (): ReturnType<Service['system']['configureWorker']> =>
        service.system.configureWorker(id, givenOf(body));
      const result = await carryOut(parts, { name: 'update', workerId: id, work });
      const { worker } = applied(service, id);
      return { worker, applied: [...result.applied], atNextStart: [...result.atNextStart] };
    },
    deleteWorker: async ({ params: { id } }) => {
      await remove(parts, id);
      return null;
    },
    clearWorkerLogs: ({ params: { id } }) => {
      service.system.manager.clearLog(id);
      return null;
    },
    putWorkerParams: async ({ params: { id }, body: { params } }) => {
      const work = (): ReturnType<Service['system']['configureWorker']> =>
        service.system.configureWorker(id, { params });
      await carryOut(parts, { name: 'change', workerId: id, work });
      return applied(service, id);
    },
  };
}

/**
 * A worker that is to be started and can't be is not kept, so that the same request can be made again once what is
 * wrong is put right.
 */
async function create(
  parts: CommandParts,
  { id, strategy, start, ...config }: CallParts<'createWorker'>['body'],
): Promise<CommandAnswer> {
  const { service } = parts;
  const workerId = await carryOut(parts, {
    name: 'creation',
    workerId: id ?? null,
    work: () => service.createWorker(strategy, givenOf(config), id),
  });
  if (start) {
    const work = (): Promise<void> => startOrRemove(service, workerId);
    await carryOut(parts, { name: 'start', workerId, work });
  }
  return applied(service, workerId);
}

/** JSON has no undefined: what is not given is not there. */
function givenOf(config: object): GivenConfig {
  return config;
}

async function startOrRemove({ system }: Service, workerId: string): Promise<void> {
  try {
    await system.startWorker(workerId);
  } catch (thrown) {
    // It may be about to be started again by its policy.
    await system.manager.stopWorker(workerId, 'it could not be started').catch(() => undefined);
    system.manager.removeWorker(workerId);
    throw thrown;
  }
}
