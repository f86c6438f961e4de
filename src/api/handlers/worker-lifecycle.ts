import { quote } from '../../base/errors.ts';
import { WorkerState } from '../../lifecycle/worker-state.ts';
import type { Service } from '../../system/service/service.ts';
import type { Handlers } from '../call.ts';
import type { AnswerOf } from '../contract/routes.ts';
import type { WorkerAction } from '../contract/worker-routes.ts';
import { ApiError } from '../errors.ts';
import { WorkerViews } from '../views/worker-view.ts';
import { carryOut, type CommandParts } from './worker-command.ts';

type LifecycleHandlers = Handlers<
  'startWorker' | 'stopWorker' | 'restartWorker' | 'pauseWorker' | 'resumeWorker' | 'reloadWorker'
>;

export type CommandAnswer = AnswerOf<'startWorker'>;

const { RUNNING, PAUSED, STOPPED } = WorkerState;

/** A command in a state where it would do nothing: to say that it was done would be half a truth. */
const POINTLESS: Readonly<Partial<Record<WorkerAction, Partial<Record<WorkerState, string>>>>> = {
  start: {
    [RUNNING]: 'runs already: restart starts it anew',
    [PAUSED]: 'is paused: resume lets it go on',
  },
  stop: { [STOPPED]: 'is stopped already' },
  pause: { [PAUSED]: 'is paused already' },
  resume: { [RUNNING]: 'is not paused: it runs' },
};

/** Commands for the process of a worker, as they are said of it. */
const OF_A_PROCESS: Readonly<Partial<Record<WorkerAction, string>>> = {
  pause: 'paused',
  resume: 'resumed',
  reload: 'reloaded',
};

/** What each command does. Resolves once it has happened. */
const ACTIONS: Readonly<Record<WorkerAction, (service: Service, id: string) => Promise<void>>> = {
  start: ({ system }, id) => system.startWorker(id),
  stop: ({ system }, id) => system.manager.stopWorker(id),
  restart: ({ system }, id) => system.manager.restartWorker(id),
  pause: ({ system }, id) => system.manager.pauseWorker(id),
  resume: ({ system }, id) => system.manager.resumeWorker(id),
  reload: ({ system }, id) => system.manager.reloadStrategy(id),
};

export function workerLifecycle(parts: CommandParts): LifecycleHandlers {
  const doing =
    (action: WorkerAction) =>
    async ({ params: { id } }: { readonly params: { readonly id: string } }) => {
      await act(parts, action, id);
      return applied(parts.service, id);
    };
  return {
    startWorker: doing('start'),
    stopWorker: doing('stop'),
    restartWorker: doing('restart'),
    pauseWorker: doing('pause'),
    resumeWorker: doing('resume'),
    reloadWorker: doing('reload'),
  };
}

/** @throws as `carryOut`; `ILLEGAL_TRANSITION` where there is nothing to do */
export async function act(
  parts: CommandParts,
  action: WorkerAction,
  workerId: string,
): Promise<void> {
  const work = async (): Promise<void> => {
    checkUseful(parts.service, action, workerId);
    await ACTIONS[action](parts.service, workerId);
  };
  await carryOut(parts, { name: action, workerId, work });
}

/** A worker as it is once something was done with it. */
export function applied(service: Service, workerId: string): CommandAnswer {
  const status = service.system.manager.getWorkerStatus(workerId);
  return { result: 'applied', worker: new WorkerViews(service).of(status) };
}

function checkUseful({ system }: Service, action: WorkerAction, workerId: string): void {
  const { state, pid } = system.manager.getWorkerStatus(workerId);
  const done = OF_A_PROCESS[action];
  const noProcess =
    done !== undefined && pid === null
      ? `is ${state}: only one that runs can be ${done}`
      : undefined;
  const why = POINTLESS[action]?.[state] ?? noProcess;
  if (why === undefined) return;
  throw new ApiError('ILLEGAL_TRANSITION', `worker ${quote(workerId)} ${why}`, { workerId });
}
