import type { Service } from '../../../system/service/service.ts';
import type { Worker } from '../../contract/worker-schemas.ts';
import { WorkerViews } from '../../views/worker-view.ts';
import type { Source } from '../source.ts';

type Manager = Service['system']['manager'];
type Transition = ReturnType<Manager['getWorkerHistory']>[number];

/** One worker and its moves; null once it was removed. @throws {WorkerError} code `UNKNOWN_WORKER` */
export function workerSource(service: Service, workerId: string): Source {
  const { manager } = service.system;
  manager.getWorkerStatus(workerId);
  let moves: Transition[] = [];
  let isNews = false;
  const onStatus = (status: { readonly workerId: string }, move: Transition | null): void => {
    if (status.workerId !== workerId) return;
    isNews = true;
    if (move !== null) moves.push(move);
  };
  manager.on('status', onStatus);
  const unlisten = service.samples.listen(() => {
    isNews = true;
  });
  const view = (): Worker | null => {
    const status = manager.findWorkerStatus(workerId);
    return status === undefined ? null : new WorkerViews(service).of(status);
  };
  return {
    snapshot: () => ({ worker: view() }),
    changes: () => {
      if (!isNews) return null;
      const transitions = moves;
      moves = [];
      isNews = false;
      return { worker: view(), transitions };
    },
    close: () => {
      manager.off('status', onStatus);
      unlisten();
    },
  };
}

/** The figures of some workers, or of all, each second. */
export function metricsSource(service: Service, workerIds: readonly string[] | undefined): Source {
  const { samples } = service;
  let isNews = false;
  const unlisten = samples.listen(() => {
    isNews = true;
  });
  const read = (): unknown => {
    const all = samples.all();
    const wanted = [...(workerIds ?? all.keys())].flatMap((id) => {
      const sample = all.get(id);
      return sample === undefined ? [] : [[id, sample] as const];
    });
    return { samples: Object.fromEntries(wanted) };
  };
  return {
    snapshot: read,
    changes: () => {
      if (!isNews) return null;
      isNews = false;
      return read();
    },
    close: unlisten,
  };
}
