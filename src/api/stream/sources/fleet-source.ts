import type { Service } from '../../../system/service/service.ts';
import {
  worker as workerSchema,
  type Worker,
  type WorkerPulse,
} from '../../contract/worker-schemas.ts';
import { WorkerViews } from '../../views/worker-view.ts';
import type { Source } from '../source.ts';
import { isSameData } from './same-data.ts';

/** What of a worker is always another: it is told apart from the rest, which is ten times as long. */
function pulseOf(worker: Worker): WorkerPulse {
  const { id, health, lastHeartbeatAt, figures, lastPrice, report } = worker;
  return { id, health, lastHeartbeatAt, figures, lastPrice, report };
}

const PULSE_FIELDS: readonly (keyof Worker)[] = [
  'lastHeartbeatAt',
  'figures',
  'health',
  'lastPrice',
  'report',
];
const BODY_FIELDS = (Object.keys(workerSchema.shape) as (keyof Worker)[]).filter(
  (field) => !PULSE_FIELDS.includes(field),
);

function isSameIn(fields: readonly (keyof Worker)[], one: Worker, other: Worker): boolean {
  for (const field of fields) if (!isSameData(one[field], other[field])) return false;
  return true;
}

/** The whole fleet. Only workers of which somebody said something are looked at, and only what is new of them is told. */
export function fleetSource(service: Service): Source {
  const { manager } = service.system;
  const all = (): Worker[] => {
    const views = new WorkerViews(service);
    return manager.getAllStatus().map((status) => views.of(status));
  };
  const known = new Map(all().map((worker) => [worker.id, worker]));
  const news = new Set<string>();
  /** Workers that a snapshot has shown as nobody was told of: what they are next is told, even if that is nothing new. */
  const ahead = new Set<string>();
  const onStatus = ({ workerId }: { readonly workerId: string }): void => {
    news.add(workerId);
  };
  manager.on('status', onStatus);
  // Figures are those of a second, and so is what nobody tells of: a switch, a worker that was removed.
  const unlisten = service.samples.listen((samples) => {
    for (const workerId of samples.keys()) news.add(workerId);
    for (const workerId of known.keys()) news.add(workerId);
  });
  const changes = (): unknown => {
    if (news.size === 0) return null;
    const views = new WorkerViews(service);
    const [workers, pulses, removed]: [Worker[], WorkerPulse[], string[]] = [[], [], []];
    for (const workerId of news) {
      const status = manager.findWorkerStatus(workerId);
      if (status === undefined) {
        const wasShown = ahead.delete(workerId);
        if (known.delete(workerId) || wasShown) removed.push(workerId);
        continue;
      }
      const worker = views.of(status);
      const before = known.get(workerId);
      known.set(workerId, worker);
      const isAhead = ahead.delete(workerId);
      if (isAhead || before === undefined || !isSameIn(BODY_FIELDS, before, worker))
        workers.push(worker);
      else if (!isSameIn(PULSE_FIELDS, before, worker)) pulses.push(pulseOf(worker));
    }
    news.clear();
    if (workers.length + pulses.length + removed.length === 0) return null;
    return { workers, pulses, removed };
  };
  const snapshot = (): unknown => {
    const workers = all();
    for (const worker of workers) {
      const before = known.get(worker.id);
      if (before === undefined || !isSameIn(BODY_FIELDS, before, worker)) {
        ahead.add(worker.id);
        news.add(worker.id);
      }
    }
    return { workers };
  };
  return {
    snapshot,
    changes,
    close: () => {
      manager.off('status', onStatus);
      unlisten();
    },
  };
}
