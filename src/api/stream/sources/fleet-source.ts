import type { Service } from '../../../system/service/service.ts';
import type { Worker, WorkerPulse } from '../../contract/worker-schemas.ts';
import { WorkerViews } from '../../views/worker-view.ts';
import type { Source } from '../source.ts';

/** What of a worker is always another: it is told apart from the rest, which is ten times as long. */
function pulseOf(worker: Worker): WorkerPulse {
  const { id, health, lastHeartbeatAt, figures, lastPrice, report } = worker;
  return { id, health, lastHeartbeatAt, figures, lastPrice, report };
}

/** The rest, as text. */
function bodyOf(worker: Worker): string {
  return JSON.stringify({ ...worker, ...NO_PULSE });
}

const NO_PULSE: Readonly<Record<keyof WorkerPulse, undefined>> = {
  id: undefined,
  health: undefined,
  lastHeartbeatAt: undefined,
  figures: undefined,
  lastPrice: undefined,
  report: undefined,
};

/** The whole fleet. Only workers of which somebody said something are looked at. */
export function fleetSource(service: Service): Source {
  const { manager } = service.system;
  const all = (): Worker[] => {
    const views = new WorkerViews(service);
    return manager.getAllStatus().map((status) => views.of(status));
  };
  const bodies = new Map(all().map((worker) => [worker.id, bodyOf(worker)]));
  const news = new Set<string>();
  const onStatus = ({ workerId }: { readonly workerId: string }): void => {
    news.add(workerId);
  };
  manager.on('status', onStatus);
  // Figures are those of a second, and so is what nobody tells of: a switch, a worker that was removed.
  const unlisten = service.samples.listen(() => {
    for (const { workerId } of manager.getAllStatus()) news.add(workerId);
    for (const workerId of bodies.keys()) news.add(workerId);
  });
  const changes = (): unknown => {
    if (news.size === 0) return null;
    const views = new WorkerViews(service);
    const [workers, pulses, removed]: [Worker[], WorkerPulse[], string[]] = [[], [], []];
    for (const workerId of news) {
      const status = manager.findWorkerStatus(workerId);
      if (status === undefined) {
        if (bodies.delete(workerId)) removed.push(workerId);
        continue;
      }
      const worker = views.of(status);
      const body = bodyOf(worker);
      if (body === bodies.get(workerId)) pulses.push(pulseOf(worker));
      else workers.push(worker);
      bodies.set(workerId, body);
    }
    news.clear();
    return { workers, pulses, removed };
  };
  return {
    snapshot: () => ({ workers: all() }),
    changes,
    close: () => {
      manager.off('status', onStatus);
      unlisten();
    },
  };
}
