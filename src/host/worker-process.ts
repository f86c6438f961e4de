import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '../base/deadline.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { StateMachine, Transition } from '../lifecycle/state-machine.ts';
import { classifyExit, type ExitCause, type WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import { parseWorkerId } from '../model/worker-id.ts';
import type { HostMessageType } from '../protocol/host-message.ts';
import type { WorkerReply } from '../protocol/worker-message.ts';
import type { DataBroker } from './data-broker.ts';
import { alreadyStarted, noProcess, stillRuns } from './errors.ts';
import type { ProcessEnd, RunningProcess } from './running-process.ts';
import { withoutManager } from './host-options.ts';
import { HostServices } from './host-services.ts';
import { endStates } from './worker-moves.ts';
import { Announcer } from './announcer.ts';
import { workerMachine } from './listeners.ts';
import { prepareStrategy, type PreparedStrategy } from './prepared-strategy.ts';
import type { Survivor } from './survivors.ts';
import { newRun, processStatus, type ProcessRun } from './process-status.ts';
import { settleFailedStart } from './start-failure.ts';
import { commandOf, signalOf } from './strategy-requests.ts';
import { resolveMemoryLimits, type MemoryLimits } from './memory-limits.ts';
import { ProcessEnding } from './process-ending.ts';
import { checkParams, type SubscriptionConfig, type WorkerConfig } from './worker-config.ts';
import { Turns } from './turns.ts';
import { WorkerLink, type Command } from './worker-link.ts';
import type { SavedState } from './store/state-store.ts';
import type { ProcessIdentity } from './store/worker-store.ts';
import type { DataSubscription } from './subscribers.ts';
import { WorkerBirth } from './worker-birth.ts';
import type {
  WorkerProcessEvents,
  WorkerProcessOptions,
  WorkerProcessOwner,
} from './worker-process-options.ts';
import { WorkerTopics, type LeftPlaces } from './worker-topics.ts';
import { WorkerView } from './worker-view.ts';

/** What a process said just before its end is given so long to arrive, milliseconds. */
const LAST_REPORT_MS = 10;

/**
 * One strategy in one operating-system process: started once, ended once. By itself it brings the
 * sockets that it needs; a manager or a pool lends it theirs.
 */
export class WorkerProcess extends Announcer<WorkerProcessEvents> implements AsyncDisposable {
  readonly workerId: string;
  readonly strategyPath: string;
  protected readonly logger: Logger;
  readonly #config: WorkerConfig;
  readonly #ownsServices: boolean;
  readonly #how: { readonly resumes: boolean; readonly paused: boolean };
  readonly #services: HostServices;
  readonly #takeProcess: (heapMb: number) => Promise<RunningProcess>;
  readonly #view = new WorkerView();
  readonly #topics: WorkerTopics;
  /** Commands that change the strategy's life must not get between one another's steps. */
  readonly #turns = new Turns();
  readonly #exited: Promise<WorkerExit>;
  #announceExit: (exit: WorkerExit) => void = () => undefined;
  #begun = false;
  #taking: Promise<PreparedStrategy> | undefined;
  #process: RunningProcess | undefined;
  #link: WorkerLink | undefined;
  readonly #run: ProcessRun;
  #machine: StateMachine;
  #subscriberId: string;
  #standingBy: DataSubscription | undefined;
  #limits: MemoryLimits;
  readonly #ending: ProcessEnding;
  readonly #birth: WorkerBirth;
  #exit: WorkerExit | null = null;

  /** @throws {InvalidWorkerIdError} code `INVALID_WORKER_ID` */
  constructor(options: WorkerProcessOptions, owner?: WorkerProcessOwner) {
    super();
    this.workerId = parseWorkerId(options.workerId);
    this.strategyPath = options.strategyPath;
    this.#config = options.config ?? {};
    this.#run = newRun(this.#config.params ?? {});
    this.#ownsServices = owner === undefined;
    this.#how = { resumes: owner?.resumes ?? false, paused: owner?.paused ?? false };
    this.#services = owner?.services ?? new HostServices(withoutManager(options.host));
    this.logger = this.#services.options.logger;
    this.#limits = resolveMemoryLimits(this.#config, this.#services.options.workerHeapMb);
    this.#ending = new ProcessEnding(this.#services);
    this.#takeProcess = owner?.takeProcess ?? ((heapMb) => this.#services.startProcess({ heapMb }));
    this.#subscriberId = owner?.subscriberId ?? this.workerId;
    this.#machine = owner?.machine ?? workerMachine(this.logger);
    this.#topics = new WorkerTopics({
      services: this.#services,
      workerId: this.workerId,
      subscriberId: () => this.#subscriberId,
      timeframe: this.#config.timeframe,
      command: (...command) => this.#command(...command),
      // One that is being stopped takes over nothing more, and ends anyway.
      onStuck: (reason) => this.#ending.stopping ?? this.kill('stalled', reason),
    });
    this.#birth = new WorkerBirth({
      services: this.#services,
      workerId: this.workerId,
      subscriberId: () => this.#subscriberId,
      state: () => this.state,
      writeDown: () => owner?.writeDown?.(this.identity),
      topics: this.#topics,
      link: () => this.#link,
      command: (...command) => this.#command(...command),
    });
    this.#exited = new Promise((resolve) => {
      this.#announceExit = resolve;
    });
  }

  get machine(): StateMachine {
    return this.#machine;
  }

  get state(): WorkerState {
    return this.machine.state;
  }

  /** Undefined before there is a process. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** By what a later host finds its process again; null while there is none. */
  get identity(): ProcessIdentity | null {
    return this.#process?.identity ?? null;
  }

  get isAlive(): boolean {
    return this.#process?.alive ?? false;
  }

  /** How it ended; null while it has not. */
  get exit(): WorkerExit | null {
    return this.#exit;
  }

  get status(): WorkerStatus {
    const { isStarted } = this.#services;
    return processStatus({
      worker: this,
      run: this.#run,
      process: this.#process,
      topics: this.#topics,
      lastHeartbeatAt: this.#link?.lastHeardAt ?? null,
      lagEvents: isStarted ? this.#services.broker.behind(this.#subscriberId) : 0,
      view: this.#view,
    });
  }

  /**
   * Starts the strategy; resolves once it is RUNNING, `onStart` done.
   *
   * @throws {StrategyBuildError | WorkerError | InvalidValueError | InvalidOptionError} and nothing runs then
   */
  async start(prepared?: PreparedStrategy): Promise<void> {
    if (this.#begun) throw alreadyStarted(this.workerId);
    this.#begun = true;
    this.#taking = this.#take(prepared);
    const ready = await this.#taking;
    await this.#rise(() => this.#birth.start(ready, this.#how));
  }

  /**
   * Makes a process ready to take the place of another one of the same worker: the strategy is loaded and
   * `onInit` done, but it is shown nothing.
   *
   * @throws as `start`; nothing runs then
   */
  async standBy(prepared: PreparedStrategy): Promise<void> {
    this.#begun = true;
    this.#taking = this.#take(prepared);
    await this.#taking;
    const assigned = this.#birth.assign(prepared);
    await this.#rise(async () => void (this.#standingBy = await assigned));
  }

  /** Takes the place of the process before it, from where that one was. @throws as `start`; nothing runs then */
  async takePlace(left: LeftPlaces, saved: SavedState | null): Promise<void> {
    const subscription = this.#standingBy;
    if (subscription === undefined) throw noProcess(this.workerId, this.#begun, 'take a place');
    const positions = this.#topics.positionsOf(left.places);
    const { orderSeq } = left;
    const { paused } = this.#how;
    const beginning = { saved, positions, orderSeq, cause: 'reload', paused } as const;
    await this.#rise(() => this.#birth.begin(subscription, beginning));
  }

  /** Saves the state and holds events back; resolves to how far it is. @throws {WorkerError} code `STATE_NOT_SAVED` */
  handOver(): Promise<LeftPlaces> {
    return this.#turns.take(async () => {
      const { result } = await this.#command('hand_over', {});
      return this.#topics.readPlaces(result);
    });
  }

  /** It is not replaced after all. */
  async goOn(reason: string): Promise<void> {
    await this.#command('go_on', { reason });
  }

  /** Another process has its place: it ends without `onStop`. */
  async retire(): Promise<void> {
    if (this.#process === undefined) return;
    await this.#ending.retire(this.#process);
    await this.#exited;
  }

  /** From now on its moves are those of this machine. */
  useMachine(machine: StateMachine): void {
    this.#machine = machine;
  }

  /** From now on it is this one at the broker. */
  useSubscriberId(subscriberId: string): void {
    this.#services.broker.rename(this.#subscriberId, subscriberId);
    this.#subscriberId = subscriberId;
  }

  /**
   * Goes on with a process that an earlier host started: it keeps its memory and gets what it missed.
   *
   * @throws {WorkerError | IpcError} and it is ended then
   */
  async adopt({ running, facts }: Survivor): Promise<void> {
    this.#begun = true;
    this.#run.strategyName = facts.strategyName;
    this.#view.beginAt(facts);
    this.#follow(running, (facts.state as WorkerState) === WorkerState.PAUSED);
    await this.#rise(() => this.#birth.adopt(facts));
  }

  /**
   * Resolves with how it ended.
   *
   * @throws {WorkerError} code `JOIN_TIMED_OUT` if it has not within `timeoutMs`
   */
  async join(timeoutMs?: number): Promise<WorkerExit> {
    if (timeoutMs !== undefined && !(await settlesWithin(this.#exited, timeoutMs))) {
      throw stillRuns(this.workerId, timeoutMs);
    }
    return this.#exited;
  }

  /** Ends it in good order, by force if it does not follow; resolves once the process is gone. */
  async stop(reason = 'asked to stop'): Promise<WorkerExit> {
    // A start that is about to get its process gets it first, and then fails.
    await this.#taking?.catch(() => undefined);
    if (this.#process === undefined) throw noProcess(this.workerId, this.#begun, 'stop');
    await this.#ending.stop(this.#process, reason);
    return this.#exited;
  }

  /** Ends the process at once. */
  kill(cause: ExitCause = 'killed', reason = 'killed on request'): Promise<WorkerExit> {
    if (this.#process !== undefined) this.#ending.kill(this.#process, cause, reason);
    return this.#exited;
  }

  /** Resolves once the strategy is PAUSED. @throws {WorkerError} */
  async pause(reason = 'asked to pause'): Promise<void> {
    await this.#turns.take(() => this.#command('pause', { reason }));
  }

  /** Resolves once the strategy is RUNNING again. @throws {WorkerError} */
  async resume(reason = 'asked to resume'): Promise<void> {
    await this.#turns.take(() => this.#command('resume', { reason }));
  }

  /** Resolves once the strategy works with the new parameters. @throws {WorkerError} code `INVALID_PARAMS` */
  async updateParams(params: unknown): Promise<void> {
    checkParams(params);
    await this.#turns.take(() => this.#command('update_params', { params }));
    this.#run.params = params;
  }

  /** Resolves once the strategy's `onSignal` has run. @throws as `WorkerManager.signal` */
  async signal(name: string, data?: unknown): Promise<void> {
    await this.#command('signal', signalOf(name, data));
  }

  /** Resolves with what the strategy's `onCommand` answered. @throws as `WorkerManager.command` */
  async command(name: string, args?: unknown): Promise<unknown> {
    return (await this.#command('command', commandOf(name, args))).result ?? null;
  }

  /**
   * Changes what the strategy subscribes to, without a hole; resolves once that is in effect.
   *
   * @throws {WorkerError} code `COMMAND_TIMED_OUT`, and the process is killed then: it would get no data
   */
  async reloadConfig(config: SubscriptionConfig): Promise<void> {
    await this.#turns.take(() => {
      if (!this.isAlive) throw noProcess(this.workerId, this.#begun, 'reload_config');
      return this.#topics.reload(config);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isAlive) await this.stop('disposed');
  }

  /** Takes a step towards RUNNING. Leaves no process if it fails. */
  async #rise(step: () => Promise<void>): Promise<void> {
    try {
      await step();
      this.#run.startedAt = Date.now();
    } catch (thrown) {
      throw await settleFailedStart(thrown, {
        workerId: this.workerId,
        readyMs: this.#services.options.deadlines.readyMs,
        exited: this.#exited,
        kill: (cause, reason) => this.kill(cause, reason),
      });
    }
  }

  async #take(given: PreparedStrategy | undefined): Promise<PreparedStrategy> {
    const services = this.#services;
    try {
      if (this.#ownsServices) await services.start();
      const ready = given ?? (await prepareStrategy(services, this.strategyPath, this.#config));
      this.#run.strategyName = ready.description.name;
      this.#limits = ready.config;
      this.#follow(await this.#takeProcess(ready.config.maxHeapMb));
      return ready;
    } catch (thrown) {
      if (this.#ownsServices) await services.stop();
      throw thrown;
    }
  }

  /** From here on what the process says and how it ends is this worker's. */
  #follow(running: RunningProcess, paused = this.#how.paused): void {
    this.#process = running;
    const { broker } = this.#services;
    void running.ended.then((end) => this.#onEnded(end, broker));
    this.#services.memory.watch(running, {
      maxMemoryMb: this.#limits.maxMemoryMb,
      reportedBytes: () => this.#view.memoryBytes,
      onPast: (reason) => void this.kill('out-of-memory', reason),
    });
    this.#link = new WorkerLink(this.#services, this.workerId, running.processId, this.#view, {
      subscriberId: () => this.#subscriberId,
      topics: () => this.#topics.current,
      onMoves: (moves) => this.#onMoves(moves),
      onReport: () => this.tell('report'),
      onLog: (line) => this.tell('log', line),
      onFault: (fault) => this.tell('fault', fault),
      state: () => this.state,
      paused,
    });
  }

  #command<Type extends HostMessageType>(...command: Command<Type>): Promise<WorkerReply> {
    if (this.#link !== undefined && this.isAlive) return this.#link.command(...command);
    return Promise.reject(noProcess(this.workerId, this.#begun, command[0]));
  }

  #onMoves(moves: readonly Transition[]): void {
    // What a process that has ended said last may come late: the state is the next one's by then.
    if (this.#exit !== null) return;
    try {
      for (const { to, trigger, at } of moves)
        this.tell('transition', this.machine.transition(to, trigger, at));
    } catch (thrown) {
      const what = messageOf(thrown);
      void this.kill('protocol-break', `the worker reported a state that can't be: ${what}`);
    }
  }

  async #onEnded(end: ProcessEnd, broker: DataBroker): Promise<void> {
    // What is done to a process that has ended did not end it.
    const known = { ...end, ...this.#ending.facts, maxHeapMb: this.#limits.maxHeapMb };
    await delay(LAST_REPORT_MS);
    const exit = classifyExit(known);
    this.#exit = exit;
    this.#link?.close();
    try {
      broker.release(this.#subscriberId);
      for (const to of endStates(exit, this.machine)) {
        if (this.machine.can(to)) this.tell('transition', this.machine.transition(to, exit.reason));
      }
      if (this.#ownsServices) await this.#services.stop();
    } catch (thrown) {
      this.logger.log('error', `${this.workerId} ended, and then: ${messageOf(thrown)}`);
    }
    // Whoever waits for the end must hear of it, whatever else went wrong.
    this.#announceExit(exit);
    this.tell('exit', exit);
  }
}
