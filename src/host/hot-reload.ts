import type { Logger } from '../base/logger.ts';
import type { StateMachine } from '../lifecycle/state-machine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import { notInState } from './errors.ts';
import { workerMachine } from './listeners.ts';
import type { PreparedStrategy } from './prepared-strategy.ts';
import type { HostServices } from './host-services.ts';
import type { WorkerProcess } from './worker-process.ts';

const NOT_TAKEN = 'it did not take the place of the process before it';

export interface HotReloadSteps {
  readonly services: HostServices;
  readonly running: WorkerProcess;
  /** The process that is to take its place; not started yet. */
  readonly next: WorkerProcess;
  readonly prepared: PreparedStrategy;
  /** Throws if something else was asked of the worker meanwhile. */
  readonly checkStillAsked: () => void;
  /** A later host is to find this process, not the other. @throws {StoreError} */
  readonly writeDown: (process: WorkerProcess) => void;
}

/**
 * Puts a new process in the place of one that runs: made ready beside it, given its state and its place
 * between two events. Never are both shown events. If the new one does not come up, the old one goes on.
 *
 * @throws whatever kept the new one from coming up; it has no process then
 */
export async function hotReload(steps: HotReloadSteps): Promise<void> {
  const { services, running, next, prepared, checkStillAsked, writeDown } = steps;
  try {
    await next.standBy(prepared);
    checkStillAsked();
    try {
      const left = await running.handOver();
      checkStillAsked();
      writeDown(next);
      const keeps = prepared.config.keepState !== null;
      await next.takePlace(left, keeps ? services.store.states.load(running.workerId) : null);
      checkStillAsked();
    } catch (thrown) {
      // Gone before the old one goes on: never are both shown events.
      await next.kill('killed', NOT_TAKEN);
      if (running.isAlive) {
        await running.goOn('the new version did not come up').catch(() => undefined);
        writeDown(running);
      }
      throw thrown;
    }
  } catch (thrown) {
    await next.kill('killed', NOT_TAKEN);
    throw thrown;
  }
}

/** @throws {WorkerError} code `ILLEGAL_TRANSITION` */
export function checkReloadable(workerId: string, state: WorkerState): void {
  if (state === WorkerState.RUNNING || state === WorkerState.PAUSED) return;
  const right = 'only one that runs or is paused can be reloaded; restartWorker starts it anew';
  throw notInState(workerId, state, right);
}

/** What a process has of its own while another one has the worker's name and moves its state. */
export function standIn(
  workerId: string,
  logger: Logger,
): { readonly subscriberId: string; readonly machine: StateMachine } {
  // No worker can have this name: ids have no sharp.
  return {
    subscriberId: `${workerId}#next`,
    machine: workerMachine(logger, WorkerState.RELOADING),
  };
}

/** `next` is the worker from now on, by name and state; `retired` is not any more. */
export function swap(retired: WorkerProcess, next: WorkerProcess, logger: Logger): void {
  const { machine, workerId } = retired;
  retired.useMachine(workerMachine(logger, WorkerState.RELOADING));
  retired.useSubscriberId(`${workerId}#retired`);
  next.useMachine(machine);
  next.useSubscriberId(workerId);
}
