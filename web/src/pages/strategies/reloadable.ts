import type { Worker } from '../../../../src/client/index.ts';

/** Workers that are made of the strategy and can be reloaded, by id; others begin with what is saved. */
export function reloadableIds(workers: readonly Worker[], strategy: string): readonly string[] {
  return workers
    .filter((worker) => worker.strategy === strategy && canReload(worker.state))
    .map(({ id }) => id)
    .toSorted();
}

function canReload(state: Worker['state']): boolean {
  return state === 'running' || state === 'paused';
}
