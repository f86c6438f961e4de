import type { ZmqStats } from '../ipc/zmq-manager.ts';
import type { RestartPolicy } from '../lifecycle/restart-policy.ts';
import type { Transition } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault, WorkerStatus } from '../lifecycle/worker-status.ts';
import type { BrokerStats } from './broker-stats.ts';
import type { HostOptions } from './host-options.ts';
import type { OrderPort } from './order-port.ts';
import type { PoolConfig, PoolStats } from './process-pool.ts';
import type { WorkerLogLine } from './worker-link.ts';
import type { SupervisorStats } from './worker-supervisor.ts';

export interface WorkerManagerOptions extends HostOptions {
  /** Workers that may run at a time. @default 10 */
  readonly maxWorkers?: number;
  /** Idle processes kept ready. `maxSize` is `maxWorkers` and `minSize` together unless given. */
  readonly pool?: Partial<PoolConfig>;
  /** For workers without a policy of their own. */
  readonly restartPolicy?: Partial<RestartPolicy>;
  /** Where the orders of strategies go. @default nowhere: each order call is denied, rule `NO_VENUE` */
  readonly orders?: OrderPort;
}

export interface ManagerStats {
  readonly workers: Readonly<Record<WorkerState, number>>;
  readonly transport: string;
  readonly broker: BrokerStats;
  readonly sockets: ZmqStats;
  readonly pool: PoolStats;
  readonly supervisor: SupervisorStats;
}

export interface WorkerManagerEvents {
  /** A worker's status has news; `transition` is the move of its state, or null if only figures changed. */
  status: [status: WorkerStatus, transition: Transition | null];
  /** A worker's process ended, for whatever reason. */
  exit: [workerId: string, exit: WorkerExit];
  /** A callback of a worker's strategy threw. Unlike Node's own, it does no harm if nobody listens. */
  error: [workerId: string, fault: WorkerFault];
  log: [workerId: string, line: WorkerLogLine];
}
