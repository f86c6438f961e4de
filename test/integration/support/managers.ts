import { WorkerManager } from '../../../src/host/worker-manager.ts';
import type { WorkerManagerOptions } from '../../../src/host/worker-manager-options.ts';
import type { WorkerLogLine } from '../../../src/host/worker-link.ts';
import type { Transition } from '../../../src/lifecycle/state-machine.ts';
import type { WorkerExit } from '../../../src/lifecycle/worker-exit.ts';
import type { WorkerFault, WorkerStatus } from '../../../src/lifecycle/worker-status.ts';
import { waitFor } from './wait.ts';

/** What a manager told of its workers, in order. */
export class Told {
  readonly logs: { readonly workerId: string; readonly line: WorkerLogLine }[] = [];
  readonly exits: { readonly workerId: string; readonly exit: WorkerExit }[] = [];
  readonly faults: { readonly workerId: string; readonly fault: WorkerFault }[] = [];
  readonly moves: { readonly workerId: string; readonly move: Transition }[] = [];

  constructor(manager: WorkerManager) {
    manager.on('log', (workerId, line) => this.logs.push({ workerId, line }));
    manager.on('exit', (workerId, exit) => this.exits.push({ workerId, exit }));
    manager.on('error', (workerId, fault) => this.faults.push({ workerId, fault }));
    manager.on('status', ({ workerId }, move) => {
      if (move !== null) this.moves.push({ workerId, move });
    });
  }

  /** The states that a worker went through, the first one included. */
  states(workerId: string): string[] {
    const moves = this.moves.filter((told) => told.workerId === workerId).map(({ move }) => move);
    return moves.length === 0 ? [] : [moves[0]?.from ?? '', ...moves.map(({ to }) => to)];
  }

  messages(workerId: string): string[] {
    return this.logs.filter((told) => told.workerId === workerId).map(({ line }) => line.message);
  }

  exit(workerId: string): Promise<WorkerExit> {
    return waitFor(
      `the end of ${workerId}`,
      () => this.exits.find((told) => told.workerId === workerId)?.exit,
    );
  }
}

/**
 * A started manager that hears of its workers often, and takes none for stalled only because the
 * machine is slow.
 */
export async function startManager(
  options: WorkerManagerOptions = {},
): Promise<WorkerManager & { told: Told }> {
  const { healthCheck, deadlines, ...rest } = options;
  const manager = new WorkerManager({
    maxWorkers: 8,
    healthCheck: { heartbeatIntervalMs: 50, heartbeatTimeoutMs: 120_000, ...healthCheck },
    deadlines: {
      connectMs: 60_000,
      readyMs: 60_000,
      commandMs: 60_000,
      stopMs: 60_000,
      ...deadlines,
    },
    ...rest,
  });
  const told = new Told(manager);
  await manager.start();
  return Object.assign(manager, { told });
}

/** Waits until a worker's status is as `condition` says, and returns it. */
export function statusOf(
  manager: WorkerManager,
  workerId: string,
  condition: (status: WorkerStatus) => boolean,
): Promise<WorkerStatus> {
  let last: WorkerStatus | undefined;
  const look = (): WorkerStatus | false => {
    last = manager.getWorkerStatus(workerId);
    return condition(last) && last;
  };
  return waitFor(`the status of ${workerId} (${condition.toString()})`, look).catch(
    (thrown: unknown) => {
      throw new Error(`${String(thrown)}; it is ${JSON.stringify(last)}`, { cause: thrown });
    },
  );
}
