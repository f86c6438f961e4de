import type { Service } from '../../system/service/service.ts';
import type { Call, Handlers } from '../call.ts';
import type { AnswerOf, CallParts } from '../contract/routes.ts';
import { TakingTurns } from './taking-turns.ts';
import { workerHealthView } from '../views/worker-health.ts';
import { workerList } from '../views/worker-list.ts';
import { WorkerViews } from '../views/worker-view.ts';

type WorkerReads = Handlers<
  | 'listWorkers'
  | 'getWorker'
  | 'getWorkerHealth'
  | 'getWorkerHistory'
  | 'getWorkerMetrics'
  | 'getWorkerConfig'
  | 'getWorkerLogs'
  | 'getWorkerParams'
  | 'getWorkerState'
>;

/** What is known of workers. Each is refused for a worker that there is not (`UNKNOWN_WORKER`). */
export function workerReads(service: Service): WorkerReads {
  const managerOf = (): Service['system']['manager'] => service.system.manager;
  const turns = new TakingTurns();
  return {
    listWorkers: ({ query }) => workerList(service, query),
    getWorker: ({ params: { id } }) => new WorkerViews(service).of(managerOf().getWorkerStatus(id)),
    getWorkerHealth: ({ params: { id } }) =>
      workerHealthView(service.system, managerOf().getWorkerStatus(id)),
    getWorkerHistory: ({ params: { id } }) => ({
      transitions: [...managerOf().getWorkerHistory(id)],
      exits: [...managerOf().getWorkerExits(id)],
    }),
    getWorkerMetrics: ({ params: { id }, query }) => metricsOf(service, id, query),
    getWorkerConfig: ({ params: { id } }) => ({ ...managerOf().getWorkerConfig(id) }),
    getWorkerLogs: (call) => turns.run(() => logsOf(managerOf(), call)),
    getWorkerParams: async ({ params: { id } }) => ({
      params: (managerOf().getWorkerStatus(id).params ??
        {}) as AnswerOf<'getWorkerParams'>['params'],
      schema: await paramsSchemaOf(service, id),
    }),
    getWorkerState: ({ params: { id } }) => ({ state: managerOf().readState(id) }),
  };
}

function logsOf(
  manager: Service['system']['manager'],
  { params: { id }, query: { level, search, before, limit }, signal }: Call<'getWorkerLogs'>,
): AnswerOf<'getWorkerLogs'> {
  // Nobody waits for it any more.
  if (signal.aborted) return { lines: [] };
  const lines = manager.readLog(id, {
    lines: limit,
    ...(level !== undefined && { level }),
    ...(search !== undefined && search !== '' && { search }),
    ...(before !== undefined && { beforeMs: before }),
  });
  return { lines: lines.map(logLineView) };
}

type LogLine = ReturnType<Service['system']['manager']['readLog']>[number];

function logLineView({
  at,
  level,
  message,
  facts,
}: LogLine): AnswerOf<'getWorkerLogs'>['lines'][number] {
  return { at: Math.floor(at), level, message, ...(facts && { facts: { ...facts } }) };
}

function metricsOf(
  { samples, system }: Service,
  workerId: string,
  { since, resolution }: CallParts<'getWorkerMetrics'>['query'],
): AnswerOf<'getWorkerMetrics'> {
  system.manager.getWorkerStatus(workerId);
  const view = (sample: NonNullable<ReturnType<typeof samples.current>>) => ({
    ...sample,
    netPnl: { ...sample.netPnl },
  });
  const current = samples.current(workerId);
  return {
    current: current === undefined ? null : view(current),
    history: samples.history(workerId, { sinceMs: since, resolution }).map(view),
  };
}

/** Of a worker that was not looked at since the start, the file is asked; what is wrong with it is the answer then. */
async function paramsSchemaOf(
  { system: { manager } }: Service,
  workerId: string,
): Promise<AnswerOf<'getWorkerParams'>['schema']> {
  const { strategyPath } = manager.getWorkerStatus(workerId);
  const known = manager.getWorkerDescription(workerId);
  const { paramsSchema } = known ?? (await manager.describeStrategy(strategyPath));
  return paramsSchema === null ? null : { ...paramsSchema };
}
