import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { forEachOf } from '../base/for-each-of.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import { WorkerError, workerRuns } from './errors.ts';
import type { ConfigurationResult } from './config-fields.ts';
import type { FeedStatus } from './feed-statuses.ts';
import type { HostServices } from './host-services.ts';
import { WorkerNotes } from './log/worker-notes.ts';
import { ManagedWorker } from './managed-worker.ts';
import { makeParts } from './manager-parts.ts';
import { ManagerView } from './manager-view.ts';
import type { MarketInput } from './market-input.ts';
import { NewWorkers } from './new-workers.ts';
import { silenceReason } from './silence-reason.ts';
import type { WorkerRecord } from './store/worker-store.ts';
import { awaitSurvivor } from './survivors.ts';
import type { SubscriptionConfig, WorkerConfig } from './worker-config.ts';
import type { WorkerManagerOptions } from './worker-manager-options.ts';
import { isWanted, stateOf } from './worker-record.ts';
import type { WorkerRoster } from './worker-roster.ts';

/** Workers that are started at once when a host is started again: each takes a processor for a while. */
const RESTORED_AT_A_TIME = 4;

/**
 * Runs strategies, each in a process of its own, and keeps them alive. Every call resolves once what
 * it says has happened and rejects with a typed error otherwise.
 */
export class WorkerManager extends ManagerView implements AsyncDisposable {
  readonly #services: HostServices;
  readonly #roster: WorkerRoster;
  readonly #notes: WorkerNotes;
  readonly #new: NewWorkers;
  #startup: Promise<void> | undefined;
  #shutdown: Promise<void> | undefined;

  /** @throws {InvalidOptionError} code `INVALID_OPTION` */
  constructor(options: WorkerManagerOptions = {}) {
    super(makeParts(options));
    const { services, roster, supervisor } = this.parts;
    this.#services = services;
    this.#roster = roster;
    this.#notes = new WorkerNotes(services.logs);
    this.#new = new NewWorkers({
      services,
      roster,
      make: (record, resumes, state) => this.#create(record, resumes, state),
    });
    supervisor.on('advice', (workerId, advice) => this.#notes.onAdvice(workerId, advice));
    supervisor.on('unhealthy', (workerId, silentMs) => this.#onUnhealthy(workerId, silentMs));
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
    return this.#new.start(strategyPath, config, workerId);
  }

  /**
   * Makes a worker known without starting it; resolves to its id once it is STOPPED, written down and listed. Its
   * strategy is compiled and its configuration is checked as for a start, also its parameters.
   *
   * @param workerId one that no worker has, also none that does not run; made as for `startStrategy` by default
   * @throws {WorkerError} codes `NOT_STARTED`, `DUPLICATE_WORKER_ID`, `BAD_STRATEGY`, `STRATEGY_LOAD_FAILED`,
   *   `STRATEGY_LOAD_TIMED_OUT`, `INVALID_PARAMS`
   * @throws {StrategyBuildError} codes `STRATEGY_NOT_FOUND`, `STRATEGY_COMPILE_FAILED`
   * @throws {InvalidValueError | InvalidOptionError | StoreError}
   */
  async createWorker(
    strategyPath: string,
    config: WorkerConfig = {},
    workerId?: string,
  ): Promise<string> {
    this.#checkStarted();
    return this.#new.create(strategyPath, config, workerId);
  }

  /** Makes another worker of the same file with the same configuration, without starting it. @throws {WorkerError} code `UNKNOWN_WORKER`, and as `createWorker` */
  async cloneWorker(workerId: string, newId?: string): Promise<string> {
    const { strategyPath, config } = this.#roster.find(workerId).record;
    return this.createWorker(strategyPath, config, newId);
  }

  /**
   * Starts a known worker that has no process, with the state that it left; lifts a quarantine, and ends the wait for a
   * restart. Resolves once it is RUNNING.
   *
   * @throws {WorkerError} codes `UNKNOWN_WORKER`, `WORKER_RUNS`, and as `startStrategy`
   */
  async startWorker(workerId: string): Promise<void> {
    this.#checkStarted();
    const worker = this.#roster.find(workerId);
    // One that waits for its restart has its place already.
    if (!worker.waits) {
      if (worker.live) throw workerRuns(workerId, 'restartWorker starts it anew');
      this.#roster.checkRoom();
    }
    await worker.restart('asked to start', { counted: false });
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
      throw workerRuns(workerId, 'stop it before it is removed');
    }
    this.#services.forgetState(workerId);
    this.#services.store.workers.delete(workerId);
    this.#notes.remove(workerId);
    this.#roster.delete(workerId);
  }

  /** Empties the log of a worker, also while it writes to it. @throws {WorkerError} code `UNKNOWN_WORKER` */
  clearLog(workerId: string): void {
    this.#services.logs.clear(this.#roster.find(workerId).workerId);
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

  /**
   * Changes how a worker is run. Of one that is RUNNING or PAUSED, symbols, data types, timeframe and parameters change
   * at once, as by `reloadConfig` and `updateParams`, and `whenDown` holds from now on; all else, and all of one that
   * has no process, is kept and holds from its next start. What is undefined stays as it is.
   *
   * @throws {WorkerError} code `ILLEGAL_TRANSITION` while it is being started or ended, and as `createWorker`, `updateParams`
   *   and `reloadConfig`
   * @throws {InvalidOptionError} code `INVALID_OPTION`, for a field that there is not as well. Nothing has changed then
   */
  async configureWorker(
    workerId: string,
    changes: Partial<WorkerConfig>,
  ): Promise<ConfigurationResult> {
    this.#checkStarted();
    return this.#roster.find(workerId).changes.configure(changes);
  }

  /** Gives a running worker other parameters. @throws {WorkerError} code `INVALID_PARAMS`; the old ones stay in force then */
  async updateParams(workerId: string, params: unknown): Promise<void> {
    await this.#roster.find(workerId).changes.updateParams(params);
  }

  /**
   * Tells a RUNNING strategy something (`onSignal`), between two events; resolves once it has taken it in.
   *
   * @param name 1 to 64 characters
   * @param data plain data, at most 512 KiB of JSON
   * @throws {WorkerError} codes `UNKNOWN_WORKER`, `ILLEGAL_TRANSITION`, `NOT_PLAIN_DATA`, `NO_CALLBACK`,
   *   `COMMAND_FAILED` if the callback threw (`remoteStack` says where), `COMMAND_TIMED_OUT`, `WORKER_ENDED`
   * @throws {InvalidOptionError} code `INVALID_OPTION`
   */
  async signal(workerId: string, name: string, data?: unknown): Promise<void> {
    await this.#roster
      .find(workerId)
      .changes.ask('signal', (process) => process.signal(name, data));
  }

  /**
   * Asks a RUNNING or PAUSED strategy something (`onCommand`), between two events; resolves with its answer, which is
   * plain data, null for nothing.
   *
   * @throws as `signal`, and `NOT_PLAIN_DATA` for such an answer
   */
  async command(workerId: string, name: string, args?: unknown): Promise<unknown> {
    const { changes } = this.#roster.find(workerId);
    return changes.ask('command', (process) => process.command(name, args));
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

  async #start(): Promise<void> {
    await this.#shutdown;
    await this.#services.start();
    // Those that wait for their host wait no longer than they must.
    const toStart = this.#takeOver();
    // Looked at below; until then nobody else is to stumble over its failure.
    toStart.catch(() => undefined);
    try {
      await this.parts.pool.start();
      await forEachOf(await toStart, RESTORED_AT_A_TIME, (worker) => worker.restore());
    } catch (thrown) {
      await this.#services.stop();
      throw thrown;
    }
    this.#services.sweep();
    this.parts.supervisor.start();
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
    this.parts.supervisor.stop();
    const workers = this.#roster.all;
    await Promise.all(workers.map((worker) => worker.stopForNow('the manager stops')));
    await this.parts.pool.stop();
    await this.#services.stop();
  }

  #create(record: WorkerRecord, resumes: boolean, state: WorkerState): ManagedWorker {
    const { workerId } = record;
    const created: ManagedWorker = new ManagedWorker(record, resumes, state, {
      services: this.#services,
      supervisor: this.parts.supervisor,
      isKnown: () => this.#roster.get(workerId) === created,
      takeProcess: (heapMb) => this.parts.pool.take(heapMb),
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
    return created;
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
