import type { Logger } from '../base/logger.ts';
import type { Transition } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import type { StrategyDescription } from '../protocol/strategy-description.ts';
import { Announcer } from './announcer.ts';
import type { DataBroker } from './data-broker.ts';
import type { WorkerLogLine } from './log/worker-log-line.ts';
import type { ReadLogOptions } from './log/worker-logs.ts';
import type { ManagerParts } from './manager-parts.ts';
import { readSavedState, type SavedStateView } from './state-view.ts';
import type { WorkerConfig } from './worker-config.ts';
import type { ManagerStats, WorkerManagerEvents } from './worker-manager-options.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { WorkerSupervisor } from './worker-supervisor.ts';

/** What can be seen of a manager and its workers. Nothing here changes any of them. */
export abstract class ManagerView extends Announcer<WorkerManagerEvents> {
  readonly maxWorkers: number;
  protected readonly logger: Logger;
  protected readonly parts: ManagerParts;

  protected constructor(parts: ManagerParts) {
    super();
    this.parts = parts;
    this.maxWorkers = parts.maxWorkers;
    this.logger = parts.services.options.logger;
  }

  /** Who gets which market data. */
  get broker(): DataBroker {
    return this.parts.services.broker;
  }

  get supervisor(): WorkerSupervisor {
    return this.parts.supervisor;
  }

  /** The process of a worker, or its last one. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorker(workerId: string): WorkerProcess {
    return this.parts.roster.find(workerId).process;
  }

  /** @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerStatus(workerId: string): WorkerStatus {
    return this.parts.roster.find(workerId).status;
  }

  /** The same, or undefined if there is no such worker. */
  findWorkerStatus(workerId: string): WorkerStatus | undefined {
    return this.parts.roster.get(workerId)?.status;
  }

  /** How a worker is run: as it was given, with what was changed since, also what holds only from its next start. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerConfig(workerId: string): WorkerConfig {
    return this.parts.roster.find(workerId).record.config;
  }

  /**
   * What the file of a worker said of itself when this host looked at it last; null if it has not yet, as
   * with a worker of an earlier host that was not started since.
   *
   * @throws {WorkerError} code `UNKNOWN_WORKER`
   */
  getWorkerDescription(workerId: string): StrategyDescription | null {
    return this.parts.roster.find(workerId).outline.description;
  }

  /** How the processes of a worker ended, the latest last. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerExits(workerId: string): readonly WorkerExit[] {
    return this.parts.roster.find(workerId).exits;
  }

  /** The last moves of a worker's state, or the last `count` of them. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerHistory(workerId: string, count?: number): readonly Transition[] {
    return this.parts.roster.find(workerId).machine.lastMoves(count);
  }

  /**
   * The `ctx.state` of a worker as it was saved last, to be looked at: see {@link SavedStateView} for how
   * what JSON does not know is shown. Null if none is saved.
   *
   * @throws {WorkerError} codes `UNKNOWN_WORKER`, `NOT_STARTED`, `STATE_UNREADABLE`
   */
  readState(workerId: string): SavedStateView | null {
    const { store } = this.parts.services;
    return readSavedState(workerId, store.states.load(this.parts.roster.find(workerId).workerId));
  }

  /**
   * The last lines of a worker's log, oldest first, also those of earlier hosts; none without a home.
   *
   * @throws {WorkerError} code `UNKNOWN_WORKER`
   * @throws {InvalidOptionError} code `INVALID_OPTION`
   */
  readLog(workerId: string, options: ReadLogOptions = {}): readonly WorkerLogLine[] {
    const { services, roster } = this.parts;
    return services.logs.read(roster.find(workerId).workerId, options).lines;
  }

  /** Lines of a worker's log as they are written from now on, until `signal` aborts. @throws {WorkerError} code `UNKNOWN_WORKER` */
  followLog(workerId: string, signal: AbortSignal): AsyncGenerator<WorkerLogLine, void, undefined> {
    const { services, roster } = this.parts;
    const { end } = services.logs.read(roster.find(workerId).workerId, { lines: 1 });
    return services.logs.follow(workerId, end, signal);
  }

  /**
   * Compiles a strategy file and asks it, in a process of its own, what it is. No worker comes of it.
   *
   * @throws {WorkerError} codes `NOT_STARTED`, `BAD_STRATEGY`, `STRATEGY_LOAD_FAILED`, `STRATEGY_LOAD_TIMED_OUT`
   * @throws {StrategyBuildError} codes `STRATEGY_NOT_FOUND`, `STRATEGY_COMPILE_FAILED`
   */
  async describeStrategy(strategyPath: string): Promise<StrategyDescription> {
    const { builder, inspector } = this.parts.services;
    return inspector.inspect(await builder.build(strategyPath));
  }

  getAllStatus(): WorkerStatus[] {
    return this.parts.roster.all.map((worker) => worker.status);
  }

  /** Ids of the workers that are RUNNING. */
  getRunningWorkers(): string[] {
    return this.parts.roster.all
      .filter((worker) => worker.state === WorkerState.RUNNING)
      .map((worker) => worker.workerId);
  }

  /** A worker that is asked to stop is gone within so long, milliseconds: by itself or by force. */
  get stopLimitMs(): number {
    const { stopMs, termMs } = this.parts.services.options.deadlines;
    return stopMs + termMs;
  }

  /** Workers known, running or not. */
  get workerCount(): number {
    return this.parts.roster.size;
  }

  get runningCount(): number {
    return this.getRunningWorkers().length;
  }

  getStats(): ManagerStats {
    const { roster, services, pool, supervisor } = this.parts;
    return {
      workers: roster.countByState(),
      transport: this.broker.transportName,
      broker: this.broker.getStats(),
      sockets: services.zmq.getStats(),
      pool: pool.getStats(),
      supervisor: supervisor.getStats(),
    };
  }
}
