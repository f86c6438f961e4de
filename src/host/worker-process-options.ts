import type { StateMachine, Transition } from '../lifecycle/state-machine.ts';
import type { HostOptions } from './host-options.ts';
import type { HostServices } from './host-services.ts';
import type { RunningProcess } from './running-process.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import type { WorkerFault } from '../lifecycle/worker-status.ts';
import type { WorkerConfig } from './worker-config.ts';
import type { ProcessIdentity } from './store/worker-store.ts';
import type { WorkerLogLine } from './worker-link.ts';

export interface WorkerProcessOptions {
  readonly workerId: string;
  readonly strategyPath: string;
  readonly config?: WorkerConfig;
  /** How its own host is set up, where it does not belong to a manager or a pool. */
  readonly host?: HostOptions;
}

/** What a manager or a pool lends to the worker processes that it owns. */
export interface WorkerProcessOwner {
  readonly services: HostServices;
  /** A started process that runs nothing yet, with a heap of `heapMb`. */
  readonly takeProcess: (heapMb: number) => Promise<RunningProcess>;
  /**
   * Writes down which process the worker has, for a later host. Called while the worker loads its strategy, and
   * done before that is told to start. Throws if it can't; the start fails then.
   */
  readonly writeDown?: (identity: ProcessIdentity | null) => void;
  /** The state over several processes of one worker. */
  readonly machine?: StateMachine;
  /** Its name at the broker, while another process of the worker has that of the worker. @default the worker's id */
  readonly subscriberId?: string;
  /** It goes on with the state that was saved under its id. @default false: it begins with a fresh one */
  readonly resumes?: boolean;
  /** It goes on as PAUSED. @default false */
  readonly paused?: boolean;
}

export interface WorkerProcessEvents {
  transition: [transition: Transition];
  /** Counters, vitals or figures have news. */
  report: [];
  log: [line: WorkerLogLine];
  /** A callback of the strategy threw. */
  fault: [fault: WorkerFault];
  exit: [exit: WorkerExit];
}
