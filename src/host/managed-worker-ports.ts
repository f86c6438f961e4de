import type { Transition } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import type { WorkerFault, WorkerStatus } from '../lifecycle/worker-status.ts';
import type { HostServices } from './host-services.ts';
import type { RunningProcess } from './running-process.ts';
import type { WorkerLogLine } from './worker-link.ts';
import type { WorkerSupervisor } from './worker-supervisor.ts';

/** What a worker needs of its manager. */
export interface ManagedWorkerPorts {
  readonly services: HostServices;
  readonly supervisor: WorkerSupervisor;
  /** Whether it is still the worker that has its id. */
  readonly isKnown: () => boolean;
  readonly takeProcess: (heapMb: number) => Promise<RunningProcess>;
  readonly onStatus: (status: WorkerStatus, transition: Transition | null) => void;
  readonly onExit: (exit: WorkerExit) => void;
  readonly onFault: (fault: WorkerFault) => void;
  readonly onLog: (line: WorkerLogLine) => void;
}
