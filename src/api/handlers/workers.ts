import type { Service } from '../../system/service/service.ts';
import type { Handlers } from '../call.ts';
import type { workerRoutes } from '../contract/worker-routes.ts';
import { workerAsking } from './worker-asking.ts';
import { workerBatch } from './worker-batch.ts';
import { workerChanges } from './worker-changes.ts';
import { workerLifecycle } from './worker-lifecycle.ts';
import { workerReads } from './worker-reads.ts';
import { workerTradingReads } from './worker-trading.ts';

export type WorkerHandlers = Handlers<keyof typeof workerRoutes>;

export interface WorkerHandlerOptions {
  readonly service: Service;
  /** A command that takes longer is answered as timed out, and goes on, milliseconds. @default 30_000 */
  readonly commandLimitMs?: number;
}

/** Everything that is asked of workers. */
export function workerHandlers(options: WorkerHandlerOptions): WorkerHandlers {
  const { service, commandLimitMs = 30_000 } = options;
  const parts = { service, limitMs: commandLimitMs };
  return {
    ...workerReads(service),
    ...workerTradingReads(service),
    ...workerLifecycle(parts),
    ...workerChanges(parts),
    ...workerBatch(parts),
    ...workerAsking(parts),
  };
}
