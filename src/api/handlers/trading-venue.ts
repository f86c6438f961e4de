import type { Service } from '../../system/service/service.ts';
import { ApiError } from '../errors.ts';

export type Execution = NonNullable<Service['execution']>;

/** What executes orders. @throws {ApiError} code `NO_VENUE` */
export function executionOf(service: Service): Execution {
  const { execution } = service;
  if (execution === null) {
    throw new ApiError(
      'NO_VENUE',
      'this system executes no orders: trading.venue of its configuration is "none"; set it to "paper" or "exchange" and start again',
    );
  }
  return execution;
}

/**
 * A typing error must not look like something that was done: only workers that there are, and such as are gone
 * and have left orders or positions.
 *
 * @throws {WorkerError} code `UNKNOWN_WORKER`
 */
export function checkWorker(service: Service, workerId: string): void {
  const { system, execution } = service;
  const isLeft =
    execution !== null &&
    (execution.openOrders(workerId).length > 0 ||
      Object.hasOwn(execution.positions(), workerId) ||
      execution.desk.switchOf(`strategy:${workerId}`) !== undefined);
  // It throws for a worker that it does not know.
  if (!isLeft) system.manager.getWorkerStatus(workerId);
}
