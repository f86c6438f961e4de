import { InvalidOptionError } from '../lifecycle/errors.ts';
import { HostServices } from './host-services.ts';
import { ProcessPool } from './process-pool.ts';
import type { WorkerManagerOptions } from './worker-manager-options.ts';
import { WorkerRoster } from './worker-roster.ts';
import { WorkerSupervisor } from './worker-supervisor.ts';

/** What a manager is made of. */
export interface ManagerParts {
  readonly maxWorkers: number;
  readonly services: HostServices;
  readonly pool: ProcessPool;
  readonly supervisor: WorkerSupervisor;
  readonly roster: WorkerRoster;
}

/** @throws {InvalidOptionError} code `INVALID_OPTION` */
export function makeParts(options: WorkerManagerOptions): ManagerParts {
  const maxWorkers = options.maxWorkers ?? 10;
  if (!Number.isSafeInteger(maxWorkers) || maxWorkers < 1) {
    throw new InvalidOptionError('maxWorkers', maxWorkers, 'a whole number from 1');
  }
  const services = new HostServices(options, options.orders);
  const minSize = options.pool?.minSize ?? Math.min(2, maxWorkers);
  const pool = new ProcessPool(
    { maxSize: maxWorkers + minSize, ...options.pool, minSize },
    services,
  );
  const supervisor = new WorkerSupervisor({
    ...(options.restartPolicy && { restartPolicy: options.restartPolicy }),
    healthConfig: services.options.healthCheck,
  });
  return { maxWorkers, services, pool, supervisor, roster: new WorkerRoster(maxWorkers) };
}
