import { resolve } from 'node:path';
import { messageOf, quote } from '../base/errors.ts';
import { Recent } from '../base/recent.ts';
import type { StateMachine, Transition } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault, WorkerStatus } from '../lifecycle/worker-status.ts';
import { WorkerError } from './errors.ts';
import type { HostServices } from './host-services.ts';
import type { HostedProcess } from './hosted-process.ts';
import { workerMachine } from './listeners.ts';
import { prepareStrategy, type PreparedStrategy } from './prepared-strategy.ts';
import type { SubscriptionConfig, WorkerConfig } from './worker-config.ts';
import type { WorkerLogLine } from './worker-link.ts';
import { WorkerProcess } from './worker-process.ts';
import { WorkerRegistration } from './worker-registration.ts';
import type { WorkerRecord } from './store/worker-store.ts';
import type { WorkerSupervisor } from './worker-supervisor.ts';

/** Ends of one worker that are remembered. */
const EXIT_HISTORY = 50;

/** Codes of failures that may pass by themselves. */
const PASSING: readonly string[] = ['PROCESS_START_FAILED', 'POOL_LIMIT_REACHED'];

export interface ManagedWorkerPorts {
  readonly services: HostServices;
  readonly supervisor: WorkerSupervisor;
  readonly takeProcess: (heapMb: number) => Promise<HostedProcess>;
  readonly onStatus: (status: WorkerStatus, transition: Transition | null) => void;
  readonly onExit: (exit: WorkerExit) => void;
  readonly onFault: (fault: WorkerFault) => void;
  readonly onLog: (line: WorkerLogLine) => void;
}

/** A worker that was not there before. */
export function newRecord(
  workerId: string,
  strategyPath: string,
  config: WorkerConfig,
): WorkerRecord {
  return {
    workerId,
    // Whoever starts it again may be somewhere else.
    strategyPath: resolve(strategyPath),
    config,
    desired: 'running',
    quarantine: null,
    restartCount: 0,
    createdAt: Date.now(),
    process: null,
  };
}

/** One worker over all the processes of its life: what survives a restart is here. */
export class ManagedWorker {
  readonly workerId: string;
  readonly strategyPath: string;
  readonly machine: StateMachine;
  readonly exits = new Recent<WorkerExit>(EXIT_HISTORY);
  readonly #ports: ManagedWorkerPorts;
  readonly #registration: WorkerRegistration;
  #process: WorkerProcess;
  #pendingRestart: NodeJS.Timeout | undefined;
  /** A person is stopping or starting it: its ends are not for the supervisor to judge. */
  #inHand = false;
  /** Counts what was asked for: a start that waits looks whether something else was asked meanwhile. */
  #asked = 0;
  #firstStart: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  /** The start that is under way. */
  #comingUp: symbol | undefined;

  /** `resumes`: it has run before, and its next process goes on with the state of the last one. */
  constructor(record: WorkerRecord, resumes: boolean, ports: ManagedWorkerPorts) {
    this.workerId = record.workerId;
    this.strategyPath = record.strategyPath;
    this.#ports = ports;
    const { logger } = ports.services.options;
    this.#registration = new WorkerRegistration(
      () => (ports.services.isStarted ? ports.services.store.workers : undefined),
      logger,
      record,
    );
    for (const exit of resumes ? ports.services.store.workers.loadEnds(this.workerId) : [])
      this.exits.add(exit);
    this.machine = workerMachine(logger, initialState(record, resumes));
    this.#process = this.#newProcess(resumes);
    this.machine.onTransition((transition) => ports.onStatus(this.status, transition));
  }

  /** The process of now, or the last one. */
  get process(): WorkerProcess {
    return this.#process;
  }

  get state(): WorkerState {
    return this.machine.state;
  }

  /** True if it has a process, or will have one by itself. */
  get live(): boolean {
    return (
      this.#process.isAlive ||
      this.#unjudged ||
      this.#pendingRestart !== undefined ||
      this.#comingUp !== undefined ||
      this.#inHand
    );
  }

  /** Its process has ended, and what follows from that is not decided yet. */
  get #unjudged(): boolean {
    return this.#process.pid !== undefined && this.#process.exit === null;
  }

  get status(): WorkerStatus {
    return {
      ...this.#process.status,
      createdAt: this.record.createdAt,
      restartCount: this.record.restartCount,
      quarantine: this.record.quarantine,
      lastExit: this.#process.exit ?? this.exits.last() ?? null,
    };
  }

  get record(): WorkerRecord {
    return this.#registration.record;
  }

  /** Starts it for the first time. @throws as `WorkerProcess.start`; nothing runs then */
  start(): Promise<void> {
    this.#inHand = true;
    if (this.state !== WorkerState.INITIALIZING) this.#moveTo(this.#wayBack(), 'start');
    this.#firstStart = this.#bringUp(() => this.#process).finally(() => {
      this.#inHand = false;
    });
    return this.#firstStart;
  }

  /** Starts it again on a new host; it is quarantined if that fails. */
  async restore(): Promise<void> {
    await this.restart('its host was started again').catch(() => undefined);
  }

  /** Ends it; a start that is under way fails. Its status stays. */
  async stop(reason: string): Promise<void> {
    this.#registration.update({ desired: 'stopped' });
    await this.stopForNow(reason);
  }

  /** Ends it until its host is started again. */
  async stopForNow(reason: string): Promise<void> {
    this.#asked += 1;
    this.#ports.supervisor.unregisterWorker(this.workerId);
    try {
      await this.#halt(reason);
      this.#moveTo([WorkerState.STOPPING, WorkerState.STOPPED], reason);
      this.#registration.update({ process: null });
    } finally {
      // Nothing comes any more of a start that was under way.
      this.#comingUp = undefined;
      this.#inHand = false;
    }
  }

  /** Stops it if it runs and starts it anew, with a new restart budget. Asked twice at once it does so once. */
  restart(reason: string): Promise<void> {
    this.#restarting ??= this.#restart(reason).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async #restart(reason: string): Promise<void> {
    const askedBefore = this.#asked;
    await this.#firstStart;
    this.#checkStillAsked(askedBefore);
    const prepared = await this.#prepare();
    this.#checkStillAsked(askedBefore);
    // Not before: a broken file leaves a recovery that is under way to go on.
    this.#asked += 1;
    const asked = this.#asked;
    this.#ports.supervisor.unregisterWorker(this.workerId);
    await this.#halt(reason);
    this.#checkStillAsked(asked);
    const desired = this.record.desired === 'paused' ? 'paused' : 'running';
    const restartCount = this.record.restartCount + 1;
    this.#registration.updateOrThrow({ quarantine: null, desired, restartCount });
    this.#moveTo(this.#wayBack(), reason);
    try {
      await this.#bringUp(() => this.#replaceProcess(), prepared);
    } catch (thrown) {
      if (asked === this.#asked) this.#setQuarantine(`it failed to start: ${messageOf(thrown)}`);
      throw thrown;
    } finally {
      this.#inHand = false;
    }
  }

  async pause(): Promise<void> {
    await this.#process.pause();
    this.#registration.update({ desired: 'paused' });
  }

  async resume(): Promise<void> {
    await this.#process.resume();
    this.#registration.update({ desired: 'running' });
  }

  async updateParams(params: unknown): Promise<void> {
    await this.#process.updateParams(params);
    this.#registration.update({ config: { ...this.record.config, params } });
  }

  async reloadConfig(config: SubscriptionConfig): Promise<void> {
    const reloaded = this.#process;
    await reloaded.reloadConfig(config);
    // What is in force, by name: a restart must not depend on what was said when.
    const { symbols, dataTypes } = reloaded.status;
    const timeframe = config.timeframe ?? this.record.config.timeframe;
    const inForce = { symbols, dataTypes, ...(timeframe !== undefined && { timeframe }) };
    this.#registration.update({ config: { ...this.record.config, ...inForce } });
  }

  #newProcess(resumes = true): WorkerProcess {
    const { workerId, strategyPath, machine } = this;
    const { config, desired } = this.record;
    const created = new WorkerProcess(
      { workerId, strategyPath, config },
      {
        services: this.#ports.services,
        takeProcess: (heapMb) => this.#takeProcess(heapMb),
        machine,
        resumes,
        paused: desired === 'paused',
      },
    );
    created.on('report', () => this.#onReport());
    created.on('log', this.#ports.onLog);
    created.on('fault', this.#ports.onFault);
    created.on('exit', (exit) => this.#onExit(exit));
    return created;
  }

  #prepare(): Promise<PreparedStrategy> {
    return prepareStrategy(this.#ports.services, this.strategyPath, this.record.config);
  }

  /** Written down before it is told what to run: a later host must find every process there is. */
  async #takeProcess(heapMb: number): Promise<HostedProcess> {
    const taken = await this.#ports.takeProcess(heapMb);
    try {
      this.#registration.updateOrThrow({ process: taken.identity });
    } catch (thrown) {
      taken.signal('SIGKILL');
      throw thrown;
    }
    return taken;
  }

  #replaceProcess(): WorkerProcess {
    this.#process = this.#newProcess();
    return this.#process;
  }

  /** Starts a process, unless something else is asked meanwhile. */
  async #bringUp(processOf: () => WorkerProcess, prepared?: PreparedStrategy): Promise<void> {
    const asked = this.#asked;
    const comingUp = Symbol('coming up');
    this.#comingUp = comingUp;
    try {
      const ready = prepared ?? (await this.#prepare());
      this.#checkStillAsked(asked);
      const started = processOf();
      await started.start(ready);
      if (started.exit !== null) throw this.#endedEarly(started.exit.reason);
      this.#checkStillAsked(asked);
    } finally {
      if (this.#comingUp === comingUp) this.#comingUp = undefined;
    }
    this.#inHand = false;
    this.#ports.supervisor.registerWorker(this.workerId, this.record.config.restartPolicy);
  }

  #checkStillAsked(asked: number): void {
    if (asked === this.#asked) return;
    throw this.#endedEarly('it was stopped or restarted meanwhile');
  }

  #endedEarly(reason: string): WorkerError {
    const text = `worker ${quote(this.workerId)} ended while it was started: ${reason}`;
    return new WorkerError('WORKER_ENDED', text, { workerId: this.workerId });
  }

  /** Takes it in hand; resolves once it has no process. */
  async #halt(reason: string): Promise<void> {
    this.#inHand = true;
    clearTimeout(this.#pendingRestart);
    this.#pendingRestart = undefined;
    // Without a process there is nothing to end.
    await this.#process.stop(reason).catch(() => undefined);
  }

  /** From where it ended to where a new process takes over. */
  #wayBack(): readonly WorkerState[] {
    return this.state === WorkerState.ERROR
      ? [WorkerState.RECOVERING]
      : [WorkerState.RESTARTING, WorkerState.INITIALIZING];
  }

  #onReport(): void {
    this.#ports.supervisor.updateHeartbeat(this.workerId);
    this.#ports.onStatus(this.status, null);
  }

  #onExit(exit: WorkerExit): void {
    this.exits.add(exit);
    this.#registration.addEnd(exit);
    // Judged first: whoever is told of the end may ask whether the worker is live.
    if (!this.#inHand) this.#judge(exit);
    this.#ports.onExit(exit);
  }

  #judge(exit: WorkerExit): void {
    const advice = this.#ports.supervisor.adviseRestart(this.workerId, exit);
    if (!advice.restart) {
      this.#ports.supervisor.unregisterWorker(this.workerId);
      if (advice.quarantine) this.#setQuarantine(advice.reason);
      // It is over for good, also for a later host.
      else this.#registration.update({ desired: 'stopped', process: null });
      return;
    }
    const trigger = `restart ${advice.attempt} in ${Math.round(advice.delayMs)} ms: ${exit.reason}`;
    this.#pendingRestart = setTimeout(() => void this.#recover(trigger), advice.delayMs);
  }

  /** Starts it again after an end that nobody asked for. */
  async #recover(trigger: string): Promise<void> {
    const asked = this.#asked;
    this.#pendingRestart = undefined;
    this.#moveTo(this.#wayBack(), trigger);
    this.#registration.update({ restartCount: this.record.restartCount + 1 });
    let started: WorkerProcess | undefined;
    try {
      await this.#bringUp(() => {
        started = this.#replaceProcess();
        return started;
      });
    } catch (thrown) {
      // A process that ended while it was started has been judged by its exit; without one nobody has.
      if (asked === this.#asked && (started?.exit ?? null) === null) this.#onNoProcess(thrown);
    }
  }

  /** It could not be started again: for want of a process, which may be different soon, or for good. */
  #onNoProcess(thrown: unknown): void {
    const reason = `it could not be started again: ${messageOf(thrown)}`;
    if (!(thrown instanceof WorkerError && PASSING.includes(thrown.code))) {
      this.#setQuarantine(reason);
      return;
    }
    this.#moveTo([WorkerState.ERROR], reason);
    this.#judge({
      cause: 'never-ready',
      reason,
      expected: false,
      code: null,
      signal: null,
      stoppedBy: null,
      stderrTail: '',
      place: null,
      at: Date.now(),
    });
  }

  #setQuarantine(reason: string): void {
    this.#registration.update({ quarantine: reason, process: null });
    if (!this.#moveTo([WorkerState.ERROR], reason)) this.#ports.onStatus(this.status, null);
  }

  /** Makes those of the moves that are legal, in their order; false if none was. */
  #moveTo(path: readonly WorkerState[], trigger: string): boolean {
    let moved = false;
    for (const to of path) {
      if (!this.machine.can(to)) continue;
      this.machine.transition(to, trigger);
      moved = true;
    }
    return moved;
  }
}

/** Where a worker is that an earlier host left. */
function initialState({ quarantine }: WorkerRecord, resumes: boolean): WorkerState {
  if (!resumes) return WorkerState.INITIALIZING;
  return quarantine === null ? WorkerState.STOPPED : WorkerState.ERROR;
}
