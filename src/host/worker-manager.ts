import { forEachOf } from '../base/for-each-of.ts';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Logger } from '../base/logger.ts';
import { quote } from '../base/errors.ts';
import { InvalidOptionError } from '../lifecycle/errors.ts';
import type { Transition } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import { parseWorkerId } from '../model/worker-id.ts';
import type { DataBroker } from './data-broker.ts';
import { WorkerError } from './errors.ts';
import type { FeedStatus } from './feed-statuses.ts';
import { HostServices } from './host-services.ts';
import { ManagedWorker } from './managed-worker.ts';
import { isWanted, newRecord, stateOf } from './worker-record.ts';
import type { WorkerRecord } from './store/worker-store.ts';
import { Announcer } from './announcer.ts';
import type { ReadLogOptions } from './log/worker-logs.ts';
import { WorkerNotes } from './log/worker-notes.ts';
import type { MarketInput } from './market-input.ts';
import { ProcessPool } from './process-pool.ts';
import type { SubscriptionConfig, WorkerConfig } from './worker-config.ts';
import type { WorkerLogLine } from './worker-link.ts';
import { silenceReason } from './silence-reason.ts';
import { rememberBefore } from './start-undo.ts';
import { WorkerRoster } from './worker-roster.ts';
import type { WorkerProcess } from './worker-process.ts';
import { awaitSurvivor } from './survivors.ts';
import type {
  ManagerStats,
  WorkerManagerEvents,
  WorkerManagerOptions,
} from './worker-manager-options.ts';
import { WorkerSupervisor } from './worker-supervisor.ts';

/** Workers that are started at once when a host is started again: each takes a processor for a while. */
const RESTORED_AT_A_TIME = 4;

/**
 * Runs strategies, each in a process of its own, and keeps them alive. Every call resolves once what
 * it says has happened and rejects with a typed error otherwise.
 */
export class WorkerManager extends Announcer<WorkerManagerEvents> implements AsyncDisposable {
  readonly maxWorkers: number;
  protected readonly logger: Logger;
  readonly #services: HostServices;
  readonly #pool: ProcessPool;
  readonly #supervisor: WorkerSupervisor;
  readonly #roster = new WorkerRoster();
  readonly #notes: WorkerNotes;
  #startup: Promise<void> | undefined;
  #shutdown: Promise<void> | undefined;

  /** @throws {InvalidOptionError} code `INVALID_OPTION` */
  constructor(options: WorkerManagerOptions = {}) {
    super();
    this.maxWorkers = options.maxWorkers ?? 10;
    if (!Number.isSafeInteger(this.maxWorkers) || this.maxWorkers < 1) {
      throw new InvalidOptionError('maxWorkers', this.maxWorkers, 'a whole number from 1');
    }
    this.#services = new HostServices(options, options.orders);
    this.logger = this.#services.options.logger;
    const minSize = options.pool?.minSize ?? Math.min(2, this.maxWorkers);
    this.#pool = new ProcessPool(
      { maxSize: this.maxWorkers + minSize, ...options.pool, minSize },
      this.#services,
    );
    this.#supervisor = new WorkerSupervisor({
      ...(options.restartPolicy && { restartPolicy: options.restartPolicy }),
      healthConfig: this.#services.options.healthCheck,
    });
    this.#notes = new WorkerNotes(this.#services.logs);
    this.#supervisor.on('advice', (workerId, advice) => this.#notes.onAdvice(workerId, advice));
    this.#supervisor.on('unhealthy', (workerId, silentMs) => this.#onUnhealthy(workerId, silentMs));
  }

  /**
   * Takes the home directory, opens the sockets and fills the pool.
   *
   * @throws {DirectoryError | IpcError | WorkerError} and nothing is left behind then
   */
  start(): Promise<void> {
    this.#startup ??= this.#start().catch((thrown: unknown) => {
      this.#startup = undefined;
      throw thrown;
    });
    return this.#startup;
  }

  /**
   * Stops every worker in good order, then everything else. Leaves no process and no socket behind. On a
   * home directory, the next start brings back what ran.
   */
  stop(): Promise<void> {
    // A start that was asked for since the manager stops is to be ended as well: the last call wins.
    if (this.#shutdown !== undefined && this.#startup === undefined) return this.#shutdown;
    const shutdown = this.#stop().finally(() => {
      if (this.#shutdown === shutdown) this.#shutdown = undefined;
    });
    this.#shutdown = shutdown;
    return shutdown;
  }

  /** Ends every process at once, without asking the strategies, and then everything else. Cuts a `stop` short. */
  async kill(): Promise<void> {
    const stopped = this.stop();
    // It is to be past its look whether there is anything to stop.
    await eventLoopTurn();
    await this.#services.stop();
    await stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Starts a strategy in a process of its own; resolves to the worker's id once it is RUNNING.
   *
   * @param workerId made of the file's name and a number by default
   * @throws {WorkerError} codes `NOT_STARTED`, `DUPLICATE_WORKER_ID`, `WORKER_LIMIT_REACHED`, `BAD_STRATEGY`,
   *   `STRATEGY_LOAD_FAILED`, `INVALID_PARAMS`, `NEVER_READY`, `WORKER_ENDED`
   * @throws {StrategyBuildError} codes `STRATEGY_NOT_FOUND`, `STRATEGY_COMPILE_FAILED`
   * @throws {InvalidValueError | InvalidOptionError} for a value of `config` that is out of range
   */
  async startStrategy(
    strategyPath: string,
    config: WorkerConfig = {},
    workerId?: string,
  ): Promise<string> {
    this.#checkStarted();
    const id = parseWorkerId(workerId ?? this.#roster.newId(strategyPath));
    this.#roster.checkRoom(id, this.maxWorkers);
    const before = this.#roster.get(id);
    const record = newRecord(id, strategyPath, config);
    // The memory of another strategy that had the id is not for this one.
    const resumes = before?.strategyPath === record.strategyPath;
    const undo = rememberBefore(this.#services, id, before?.record);
    const worker = this.#create(record, resumes, WorkerState.INITIALIZING);
    // Taken before the first wait, so that nobody else gets the id or the place meanwhile.
    this.#roster.set(worker);
    try {
      await worker.start();
    } catch (thrown) {
      if (before === undefined) this.#roster.delete(id);
      else this.#roster.set(before);
      if (this.#services.isStarted) undo();
      throw thrown;
    }
    return id;
  }

  /** Stops a worker, by force if need be; its status stays known. @throws {WorkerError} code `UNKNOWN_WORKER` */
  async stopWorker(workerId: string, reason = 'asked to stop'): Promise<void> {
    await this.#roster.find(workerId).stop(reason);
  }

  async stopAllWorkers(reason = 'asked to stop'): Promise<void> {
    await Promise.all(this.#roster.all.map((worker) => worker.stop(reason)));
  }

  /** Forgets a worker that does not run, with its log. @throws {WorkerError} codes `UNKNOWN_WORKER`, `WORKER_RUNS` */
  removeWorker(workerId: string): void {
    if (this.#roster.find(workerId).live) {
      throw new WorkerError(
        'WORKER_RUNS',
        `worker ${quote(workerId)} runs: stop it before it is removed`,
        { workerId },
      );
    }
    this.#services.forgetState(workerId);
    this.#services.store.workers.delete(workerId);
    this.#notes.remove(workerId);
    this.#roster.delete(workerId);
  }

  /** Resolves once no more data reaches the strategy. @throws {WorkerError} codes `UNKNOWN_WORKER`, `ILLEGAL_TRANSITION`, `COMMAND_TIMED_OUT` */
  async pauseWorker(workerId: string): Promise<void> {
    await this.#roster.find(workerId).changes.pause();
  }

  /** @throws {WorkerError} codes `UNKNOWN_WORKER`, `ILLEGAL_TRANSITION`, `COMMAND_TIMED_OUT` */
  async resumeWorker(workerId: string): Promise<void> {
    await this.#roster.find(workerId).changes.resume();
  }

  /** Stops a worker and starts it anew from its file; lifts a quarantine. @throws as `startStrategy` */
  async restartWorker(workerId: string): Promise<void> {
    await this.#roster.find(workerId).restart('asked to restart');
  }

  /**
   * Changes the symbols and data types of a running worker, without a new process and without a hole.
   *
   * @throws {WorkerError | InvalidValueError} the old ones stay in force then. With `COMMAND_TIMED_OUT` the
   *   process is killed (cause `stalled`) and restarted by its policy: it would hold events back for ever
   */
  async reloadConfig(workerId: string, config: SubscriptionConfig): Promise<void> {
    await this.#roster.find(workerId).changes.reloadConfig(config);
  }

  /**
   * Puts the strategy's file as it is now in force without a gap: a process with the new version is made
   * ready beside the old one and takes over its state and its place between two events.
   *
   * @throws as `startStrategy`, and `ILLEGAL_TRANSITION`, `STATE_NOT_SAVED`; the old version goes on then
   */
  async reloadStrategy(workerId: string): Promise<void> {
    await this.#roster.find(workerId).changes.reloadStrategy();
  }

  /** Gives a running worker other parameters. @throws {WorkerError} code `INVALID_PARAMS`; the old ones stay in force then */
  async updateParams(workerId: string, params: unknown): Promise<void> {
    await this.#roster.find(workerId).changes.updateParams(params);
  }

  /**
   * Publishes one market event; resolves to the number of workers that subscribe to it.
   *
   * @throws {InvalidValueError} for a symbol, data type or event that breaks the rules
   */
  publishMarketData(symbol: string, dataType: string, data: MarketInput): Promise<number> {
    return this.broker.publish(symbol, dataType, data);
  }

  /** Tells strategies that data is stale or live again (`onFeed`), also those that start later. @throws {InvalidValueError | InvalidOptionError} */
  tellFeedStatus(status: FeedStatus): void {
    this.#services.feeds.set(status);
  }

  /** Who gets which market data. */
  get broker(): DataBroker {
    return this.#services.broker;
  }

  get supervisor(): WorkerSupervisor {
    return this.#supervisor;
  }

  /** The process of a worker, or its last one. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorker(workerId: string): WorkerProcess {
    return this.#roster.find(workerId).process;
  }

  /** @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerStatus(workerId: string): WorkerStatus {
    return this.#roster.find(workerId).status;
  }

  /** How the processes of a worker ended, the latest last. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerExits(workerId: string): readonly WorkerExit[] {
    return this.#roster.find(workerId).exits;
  }

  /** The last moves of a worker's state. @throws {WorkerError} code `UNKNOWN_WORKER` */
  getWorkerHistory(workerId: string): readonly Transition[] {
    return this.#roster.find(workerId).machine.history;
  }

  /**
   * The last lines of a worker's log, oldest first, also those of earlier hosts; none without a home.
   *
   * @throws {WorkerError} code `UNKNOWN_WORKER`
   * @throws {InvalidOptionError} code `INVALID_OPTION`
   */
  readLog(workerId: string, options: ReadLogOptions = {}): readonly WorkerLogLine[] {
    return this.#services.logs.read(this.#roster.find(workerId).workerId, options).lines;
  }

  /** Lines of a worker's log as they are written from now on, until `signal` aborts. @throws {WorkerError} code `UNKNOWN_WORKER` */
  followLog(workerId: string, signal: AbortSignal): AsyncGenerator<WorkerLogLine, void, undefined> {
    const { logs } = this.#services;
    const { end } = logs.read(this.#roster.find(workerId).workerId, { lines: 1 });
    return logs.follow(workerId, end, signal);
  }

  getAllStatus(): WorkerStatus[] {
    return this.#roster.all.map((worker) => worker.status);
  }

  /** Ids of the workers that are RUNNING. */
  getRunningWorkers(): string[] {
    return this.#roster.all
      .filter((worker) => worker.state === WorkerState.RUNNING)
      .map((worker) => worker.workerId);
  }

  /** A worker that is asked to stop is gone within so long, milliseconds: by itself or by force. */
  get stopLimitMs(): number {
    const { stopMs, termMs } = this.#services.options.deadlines;
    return stopMs + termMs;
  }

  /** Workers known, running or not. */
  get workerCount(): number {
    return this.#roster.size;
  }

  get runningCount(): number {
    return this.getRunningWorkers().length;
  }

  getStats(): ManagerStats {
    return {
      workers: this.#roster.countByState(),
      transport: this.broker.transportName,
      broker: this.broker.getStats(),
      sockets: this.#services.zmq.getStats(),
      pool: this.#pool.getStats(),
      supervisor: this.#supervisor.getStats(),
    };
  }

  async #start(): Promise<void> {
    await this.#shutdown;
    await this.#services.start();
    // Those that wait for their host wait no longer than they must.
    const toStart = this.#takeOver();
    // Looked at below; until then nobody else is to stumble over its failure.
    toStart.catch(() => undefined);
    try {
      await this.#pool.start();
      await forEachOf(await toStart, RESTORED_AT_A_TIME, (worker) => worker.restore());
    } catch (thrown) {
      await this.#services.stop();
      throw thrown;
    }
    this.#services.sweep();
    this.#supervisor.start();
  }

  /** Makes the workers of the home known, and takes over what still runs; those that are to be started. */
  async #takeOver(): Promise<readonly ManagedWorker[]> {
    const records = this.#services.store.workers.load();
    const toStart: ManagedWorker[] = [];
    const look = async (record: WorkerRecord): Promise<void> => {
      const survivor = await awaitSurvivor(record, this.#services);
      const state = (survivor?.facts.state as WorkerState | undefined) ?? stateOf(record);
      const known = survivor === null ? this.#roster.get(record.workerId) : undefined;
      const worker = known ?? this.#create(record, true, state);
      this.#roster.set(worker);
      if (survivor !== null) await worker.adopt(survivor);
      else if (isWanted(record)) toStart.push(worker);
      else worker.leaveDown();
    };
    const looking = records.map(look);
    // Not before all are expected: whoever is not is refused, and ends.
    await this.#services.lifelines?.start();
    await Promise.all(looking);
    return toStart;
  }

  async #stop(): Promise<void> {
    const startup = this.#startup;
    this.#startup = undefined;
    await startup?.catch(() => undefined);
    if (!this.#services.isStarted) return;
    this.#supervisor.stop();
    const workers = this.#roster.all;
    await Promise.all(workers.map((worker) => worker.stopForNow('the manager stops')));
    await this.#pool.stop();
    await this.#services.stop();
  }

  #create(record: WorkerRecord, resumes: boolean, state: WorkerState): ManagedWorker {
    const { workerId } = record;
    return new ManagedWorker(record, resumes, state, {
      services: this.#services,
      supervisor: this.#supervisor,
      takeProcess: (heapMb) => this.#pool.take(heapMb),
      onStatus: (status, transition) => {
        this.#notes.onStatus(status, transition);
        this.tell('status', status, transition);
      },
      onExit: (exit) => {
        this.#notes.onExit(workerId, exit);
        this.tell('exit', workerId, exit);
      },
      onFault: (fault) => this.tell('error', workerId, fault),
      onLog: (line) => this.tell('log', workerId, line),
    });
  }

  #onUnhealthy(workerId: string, silentMs: number): void {
    const worker = this.#roster.get(workerId);
    if (worker === undefined || !worker.process.isAlive) return;
    void worker.process.kill('stalled', silenceReason(worker.process.pid, silentMs));
  }

  #checkStarted(): void {
    if (!this.#services.isStarted) {
      throw new WorkerError('NOT_STARTED', 'the manager is not started: call start() first');
    }
    if (this.#shutdown !== undefined) {
      throw new WorkerError('NOT_STARTED', 'the manager stops: nothing can be started in it');
    }
  }
}
