import { messageOf, quote } from '../base/errors.ts';
import type { HostServices } from './host-services.ts';
import type { WorkerRecord } from './store/worker-store.ts';

/**
 * What the database has of a worker before it is started; the result puts that back after a start that was
 * rejected. Else the next host would bring back what nobody has.
 */
export function rememberBefore(
  { store, options }: HostServices,
  workerId: string,
  before: WorkerRecord | undefined,
): () => void {
  const saved = before === undefined ? null : store.states.load(workerId);
  return () => {
    try {
      if (before === undefined) return store.workers.delete(workerId);
      store.workers.save(before);
      if (saved === null) return;
      store.states.delete(workerId);
      store.states.save(new Map([[workerId, { ...saved, sync: true }]]));
    } catch (thrown) {
      options.logger.log(
        'error',
        `the start of worker ${quote(workerId)} was rejected, and is not forgotten: ${messageOf(thrown)}`,
        { workerId },
      );
    }
  };
}
