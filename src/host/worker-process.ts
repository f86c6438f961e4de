import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '../base/deadline.ts';
import { messageOf, quote } from '../base/errors.ts';
import type { StateMachine, Transition } from '../lifecycle/state-machine.ts';
import {
  classifyExit,
  type ExitCause,
  type StopStep,
  type WorkerExit,
} from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault, WorkerStatus } from '../lifecycle/worker-status.ts';
import { parseWorkerId } from '../model/worker-id.ts';
import type { HostMessageType, HostPayload } from '../protocol/host-message.ts';
import type { WorkerReply } from '../protocol/worker-message.ts';
import type { DataBroker } from './data-broker.ts';
import { WorkerError } from './errors.ts';
import type { HostedProcess, ProcessEnd } from './hosted-process.ts';
import { HostServices } from './host-services.ts';
import { callListeners, workerMachine } from './listeners.ts';
import { prepareStrategy, type PreparedStrategy } from './prepared-strategy.ts';
import { settleFailedStart } from './start-failure.ts';
import { climbStopLadder } from './stop-ladder.ts';
import { checkParams, type SubscriptionConfig, type WorkerConfig } from './worker-config.ts';
import { Turns } from './turns.ts';
import { WorkerLink, type WorkerLogLine } from './worker-link.ts';
import { assignmentOf } from './worker-assignment.ts';
import type { WorkerProcessOptions, WorkerProcessOwner } from './worker-process-options.ts';
import { WorkerTopics } from './worker-topics.ts';
import { WorkerView } from './worker-view.ts';

/** What a process said just before its end is given so long to arrive, milliseconds. */
const LAST_REPORT_MS = 10;

interface WorkerProcessEvents {
  transition: [transition: Transition];
  /** Counters, vitals or figures have news. */
  report: [];
  log: [line: WorkerLogLine];
  /** A callback of the strategy threw. */
  fault: [fault: WorkerFault];
  exit: [exit: WorkerExit];
}

interface Taken {
  readonly taken: HostedProcess;
  readonly ready: PreparedStrategy;
}

/**
 * One strategy in one operating-system process: started once, ended once. By itself it brings the
 * sockets that it needs; a manager or a pool lends it theirs.
 */
export class WorkerProcess extends EventEmitter<WorkerProcessEvents> implements AsyncDisposable {
  readonly workerId: string;
  readonly strategyPath: string;
  readonly machine: StateMachine;
  readonly #config: WorkerConfig;
  readonly #ownsServices: boolean;
  readonly #resumes: boolean;
  readonly #paused: boolean;
  readonly #services: HostServices;
  readonly #takeProcess: (heapMb: number) => Promise<HostedProcess>;
  readonly #view = new WorkerView();
  readonly #topics: WorkerTopics;
  /** Commands that change the strategy's life must not get between one another's steps. */
  readonly #turns = new Turns();
  readonly #createdAt = Date.now();
  readonly #exited: Promise<WorkerExit>;
  #announceExit: (exit: WorkerExit) => void = () => undefined;
  #begun = false;
  #taking: Promise<Taken> | undefined;
  #process: HostedProcess | undefined;
  #link: WorkerLink | undefined;
  #prepared: PreparedStrategy | undefined;
  #params: unknown;
  #startedAt: number | null = null;
  #stopping: Promise<WorkerExit> | undefined;
  #stopStep: StopStep | null = null;
  #killedFor: { readonly cause: ExitCause; readonly reason: string } | null = null;
  #exit: WorkerExit | null = null;

  /** @throws {InvalidWorkerIdError} code `INVALID_WORKER_ID` */
  constructor(options: WorkerProcessOptions, owner?: WorkerProcessOwner) {
    super();
    this.workerId = parseWorkerId(options.workerId);
    this.strategyPath = options.strategyPath;
    this.#config = options.config ?? {};
    this.#params = this.#config.params ?? {};
    this.#ownsServices = owner === undefined;
    this.#resumes = owner?.resumes ?? false;
    this.#paused = owner?.paused ?? false;
    this.#services = owner?.services ?? new HostServices(options.host);
    this.#takeProcess = owner?.takeProcess ?? ((heapMb) => this.#services.startProcess(heapMb));
    this.machine = owner?.machine ?? workerMachine(this.#services.options.logger);
    this.#topics = new WorkerTopics({
      services: this.#services,
      workerId: this.workerId,
      timeframe: this.#config.timeframe,
      command: (...command) => this.#command(...command),
      // One that is being stopped takes over nothing more, and ends anyway.
      onStuck: (reason) => this.#stopping ?? this.kill('stalled', reason),
    });
    this.#exited = new Promise((resolve) => {
      this.#announceExit = resolve;
    });
  }

  get state(): WorkerState {
    return this.machine.state;
  }

  /** Undefined before there is a process. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get isAlive(): boolean {
    return this.#process?.alive ?? false;
  }

  /** How it ended; null while it has not. */
  get exit(): WorkerExit | null {
    return this.#exit;
  }

  get status(): WorkerStatus {
    const { counters, vitals, lastPrice, lastError, figures } = this.#view;
    return {
      workerId: this.workerId,
      strategyPath: this.strategyPath,
      strategyName: this.#prepared?.description.name ?? '',
      state: this.state,
      pid: this.isAlive ? (this.pid ?? null) : null,
      symbols: this.#topics.symbols,
      dataTypes: this.#topics.dataTypes,
      params: this.#params,
      createdAt: this.#createdAt,
      startedAt: this.#startedAt,
      stoppedAt: this.#exit?.at ?? null,
      lastHeartbeatAt: this.#link?.lastHeardAt ?? null,
      restartCount: 0,
      quarantine: null,
      counters,
      outputBytesDropped: this.#process?.outputBytesDropped ?? 0,
      vitals,
      lagEvents: this.#services.isStarted ? this.#services.broker.behind(this.workerId) : 0,
      lastPrice,
      lastError,
      lastExit: this.#exit,
      report: figures,
    };
  }

  /**
   * Starts the strategy; resolves once it is RUNNING, `onStart` done.
   *
   * @throws {StrategyBuildError | WorkerError | InvalidValueError | InvalidOptionError} and nothing runs then
   */
  async start(prepared?: PreparedStrategy): Promise<void> {
    if (this.#begun) {
      throw new WorkerError(
        'ALREADY_STARTED',
        `worker ${quote(this.workerId)} was started before: a process runs one strategy in its life`,
      );
    }
    this.#begun = true;
    this.#taking = this.#take(prepared);
    const { taken, ready } = await this.#taking;
    const { processId, ended } = taken;
    const { broker } = this.#services;
    void ended.then((end) => this.#onEnded(end, broker));
    this.#link = new WorkerLink(this.#services, this.workerId, processId, this.#view, {
      onMoves: (moves) => this.#onMoves(moves),
      onReport: () => this.#tell('report'),
      onLog: (line) => this.#tell('log', line),
      onFault: (fault) => this.#tell('fault', fault),
    });
    this.#services.memory.watch({
      pid: taken.pid ?? 0,
      ended,
      maxMemoryMb: ready.config.maxMemoryMb,
      reportedBytes: () => this.#view.vitals.privateBytes || this.#view.vitals.rssBytes,
      onPast: (reason) => void this.kill('out-of-memory', reason),
    });
    try {
      await this.#bringUp(ready);
    } catch (thrown) {
      throw await settleFailedStart(thrown, {
        workerId: this.workerId,
        readyMs: this.#services.options.deadlines.readyMs,
        exited: this.#exited,
        kill: (cause, reason) => this.kill(cause, reason),
      });
    }
  }

  /**
   * Resolves with how it ended.
   *
   * @throws {WorkerError} code `JOIN_TIMED_OUT` if it has not within `timeoutMs`
   */
  async join(timeoutMs?: number): Promise<WorkerExit> {
    if (timeoutMs !== undefined && !(await settlesWithin(this.#exited, timeoutMs))) {
      const text = `worker ${quote(this.workerId)} still runs after ${timeoutMs} ms`;
      throw new WorkerError('JOIN_TIMED_OUT', text, { workerId: this.workerId, timeoutMs });
    }
    return this.#exited;
  }

  /** Ends it in good order, by force if it does not follow; resolves once the process is gone. */
  async stop(reason = 'asked to stop'): Promise<WorkerExit> {
    // A start that is about to get its process gets it first, and then fails.
    await this.#taking?.catch(() => undefined);
    if (this.#process === undefined) throw this.#noProcess('stop');
    this.#stopping ??= this.#stop(this.#process, reason);
    return this.#stopping;
  }

  /** Ends the process at once. */
  kill(cause: ExitCause = 'killed', reason = 'killed on request'): Promise<WorkerExit> {
    if (this.isAlive) {
      this.#killedFor ??= { cause, reason };
      this.#process?.signal('SIGKILL');
    }
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
    this.#params = params;
  }

  /**
   * Changes what the strategy subscribes to, without a hole; resolves once that is in effect.
   *
   * @throws {WorkerError} code `COMMAND_TIMED_OUT`, and the process is killed then: it would get no data
   */
  async reloadConfig(config: SubscriptionConfig): Promise<void> {
    await this.#turns.take(() => {
      if (!this.isAlive) throw this.#noProcess('reload_config');
      return this.#topics.reload(config);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isAlive) await this.stop('disposed');
  }

  async #take(given: PreparedStrategy | undefined): Promise<Taken> {
    const services = this.#services;
    try {
      if (this.#ownsServices) await services.start();
      const ready = given ?? (await prepareStrategy(services, this.strategyPath, this.#config));
      this.#prepared = ready;
      const taken = await this.#takeProcess(ready.config.maxHeapMb);
      this.#process = taken;
      return { taken, ready };
    } catch (thrown) {
      if (this.#ownsServices) await services.stop();
      throw thrown;
    }
  }

  async #bringUp(prepared: PreparedStrategy): Promise<void> {
    const { config } = prepared;
    const { broker, options, store, logs } = this.#services;
    const { workerId } = this;
    if (!this.#resumes) store.states.delete(workerId);
    const saved = config.keepState === null ? null : store.states.load(workerId);
    const subscription = this.#topics.open(config);
    const facts = {
      workerId,
      state: this.state,
      subscription,
      savedVersion: saved?.version ?? 0,
      logFile: logs.fileOf(workerId),
    };
    const { readyMs } = options.deadlines;
    await this.#command('assign', assignmentOf(prepared, facts, broker), readyMs);
    if (config.lossless) broker.waitFor(workerId);
    await this.#topics.flow(subscription, readyMs, {
      saved,
      cause: 'restart',
      paused: this.#paused,
    });
    this.#startedAt = Date.now();
  }

  #command<Type extends HostMessageType>(
    type: Type,
    payload: HostPayload<Type>,
    timeoutMs?: number,
    attachment?: Uint8Array,
  ): Promise<WorkerReply> {
    if (this.#link === undefined || !this.isAlive) {
      return Promise.reject(this.#noProcess(type));
    }
    return this.#link.command(type, payload, timeoutMs, attachment);
  }

  #noProcess(command: string): WorkerError {
    const text = `worker ${quote(this.workerId)} has no process: can't ${command}`;
    return new WorkerError(this.#begun ? 'WORKER_ENDED' : 'NOT_STARTED', text, {
      workerId: this.workerId,
    });
  }

  async #stop(running: HostedProcess, reason: string): Promise<WorkerExit> {
    const { deadlines } = this.#services.options;
    const ask = (): Promise<unknown> =>
      this.#services.channel.request(running.processId, 'stop', { reason }, deadlines.stopMs);
    await climbStopLadder(running, ask, deadlines, (step) => {
      this.#stopStep = step;
    });
    return this.#exited;
  }

  #onMoves(moves: readonly Transition[]): void {
    // What a process that has ended said last may come late: the state is the next one's by then.
    if (this.#exit !== null) return;
    try {
      for (const { to, trigger, at } of moves) this.#move(to, trigger, at);
    } catch (thrown) {
      const what = messageOf(thrown);
      void this.kill('protocol-break', `the worker reported a state that can't be: ${what}`);
    }
  }

  async #onEnded(end: ProcessEnd, broker: DataBroker): Promise<void> {
    // What is done to a process that has ended did not end it.
    const { workerHeapMb } = this.#services.options;
    const maxHeapMb = this.#prepared?.config.maxHeapMb ?? workerHeapMb;
    const known = { ...end, stopStep: this.#stopStep, killedFor: this.#killedFor, maxHeapMb };
    await delay(LAST_REPORT_MS);
    const exit = classifyExit(known);
    this.#exit = exit;
    this.#link?.close();
    try {
      broker.release(this.workerId);
      for (const to of endStates(exit, this.machine)) {
        if (this.machine.can(to)) this.#move(to, exit.reason);
      }
      if (this.#ownsServices) await this.#services.stop();
    } catch (thrown) {
      const text = `worker ${quote(this.workerId)} ended, and then: ${messageOf(thrown)}`;
      this.#services.options.logger.log('error', text);
    }
    // Whoever waits for the end must hear of it, whatever else went wrong.
    this.#announceExit(exit);
    this.#tell('exit', exit);
  }

  #move(to: WorkerState, trigger: string, at?: number): void {
    this.#tell('transition', this.machine.transition(to, trigger, at));
  }

  #tell<Name extends keyof WorkerProcessEvents>(
    event: Name,
    ...args: WorkerProcessEvents[Name]
  ): void {
    callListeners(this, this.rawListeners(event), args, event, this.#services.options.logger);
  }
}

/** The moves that an end makes, as far as the worker has not reported them itself. */
function endStates({ expected }: WorkerExit, { state }: StateMachine): readonly WorkerState[] {
  const { ERROR, STOPPING, STOPPED, INITIALIZING, RELOADING } = WorkerState;
  if (!expected) return [ERROR];
  // From these two the table has no way to STOPPING but over ERROR.
  const detour = state === INITIALIZING || state === RELOADING;
  return detour ? [ERROR, STOPPING, STOPPED] : [STOPPING, STOPPED];
}
