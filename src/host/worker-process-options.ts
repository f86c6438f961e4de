import type { StateMachine } from '../lifecycle/state-machine.ts';
import type { HostOptions } from './host-options.ts';
import type { HostServices } from './host-services.ts';
import type { HostedProcess } from './hosted-process.ts';
import type { WorkerConfig } from './worker-config.ts';

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
  readonly takeProcess: (heapMb: number) => Promise<HostedProcess>;
  /** The state over several processes of one worker. */
  readonly machine?: StateMachine;
  /** It goes on with the state that was saved under its id. @default false: it begins with a fresh one */
  readonly resumes?: boolean;
  /** It goes on as PAUSED. @default false */
  readonly paused?: boolean;
}
