import { messageOf } from '../base/errors.ts';
import type { StateMachine } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import { endedEarly } from './errors.ts';
import { checkReloadable, hotReload, swap } from './hot-reload.ts';
import { workerMachine } from './listeners.ts';
import type { PreparedStrategy } from './prepared-strategy.ts';
import type { Survivor } from './survivors.ts';
import { WorkerChanges, type Standing } from './worker-changes.ts';
import { newManagedProcess } from './managed-process.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { ManagedWorkerPorts } from './managed-worker-ports.ts';
import { mayPass, neverStarted, WorkerEnds } from './worker-ends.ts';
import { moveAlong, toError, wayBack } from './worker-moves.ts';
import { WorkerWatch } from './worker-watch.ts';
import { WorkerRegistration } from './worker-registration.ts';
import { StrategyOutline } from './strategy-outline.ts';
import type { WorkerRecord } from './store/worker-store.ts';
import { isWanted } from './worker-record.ts';

/** One worker over all the processes of its life: what survives a restart is here. */
export class ManagedWorker {
  readonly workerId: string;
  readonly strategyPath: string;
  readonly machine: StateMachine;
  readonly changes: WorkerChanges;
  readonly outline: StrategyOutline;
  readonly #ports: ManagedWorkerPorts;
  readonly #registration: WorkerRegistration;
  #process: WorkerProcess;
  readonly #ends: WorkerEnds;
  /** A person is stopping or starting it: its ends are not for the supervisor to judge. */
  #inHand = false;
  /** Counts what was asked for: a start that waits looks whether something else was asked meanwhile. */
  #asked = 0;
  #firstStart: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  /** It is being made ready to take the place of the process that runs. */
  #next: WorkerProcess | undefined;
  readonly #watch: WorkerWatch;
  /** The start that is under way. */
  #comingUp: symbol | undefined;

  /**
   * `resumes`: it has run before, and its next process goes on with the state of the last one. `state` is
   * where it is in its life.
   */
  constructor(
    record: WorkerRecord,
    resumes: boolean,
    state: WorkerState,
    ports: ManagedWorkerPorts,
  ) {
    this.workerId = record.workerId;
    this.strategyPath = record.strategyPath;
    this.#ports = ports;
    const { logger } = ports.services.options;
    this.outline = new StrategyOutline(ports.services, this.strategyPath);
    this.#registration = new WorkerRegistration(
      () => (ports.services.isStarted ? ports.services.store.workers : undefined),
      logger,
      record,
    );
    this.#ends = new WorkerEnds({
      workerId: this.workerId,
      supervisor: ports.supervisor,
      orders: ports.services.orders,
      registration: this.#registration,
      before: resumes ? ports.services.store.workers.loadEnds(this.workerId) : [],
      recover: (trigger) => void this.#recover(trigger),
      quarantine: (reason) => this.#setQuarantine(reason),
    });
    this.changes = new WorkerChanges({
      process: () => this.#process,
      registration: this.#registration,
      reload: () => this.#reload(),
      standing: () => this.#standing,
      outline: this.outline,
    });
    this.machine = workerMachine(logger, state);
    this.#process = this.#newProcess({ resumes });
    this.#watch = this.#newWatch();
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
      // Its process has ended, and what follows from that is not decided yet.
      (this.#process.pid !== undefined && this.#process.exit === null) ||
      this.#ends.restartPending ||
      this.#comingUp !== undefined ||
      this.#restarting !== undefined ||
      this.#inHand
    );
  }

  get #standing(): Standing {
    if (!this.#ports.isKnown()) return 'gone';
    const { RUNNING, PAUSED } = WorkerState;
    const shows = this.state === RUNNING || this.state === PAUSED;
    if (shows && this.#process.isAlive && !this.#inHand) return 'runs';
    // One that waits for its restart gets the next process as it is configured then.
    return this.live && !this.waits ? 'moves' : 'rests';
  }

  /** It has no process, and will have one by itself. */
  get waits(): boolean {
    return this.#ends.restartPending && !this.#process.isAlive && !this.#inHand;
  }

  get status(): WorkerStatus {
    const told = this.#process.status;
    const { config, createdAt, restartCount, quarantine } = this.record;
    const outline = this.outline.of(told, config);
    const lastExit = this.#process.exit ?? this.#ends.history.last() ?? null;
    return { ...told, ...outline, createdAt, restartCount, quarantine, lastExit };
  }

  /** How its processes ended, the latest last. */
  get exits(): readonly WorkerExit[] {
    return this.#ends.history.toArray();
  }

  get record(): WorkerRecord {
    return this.#registration.record;
  }

  /** Starts it for the first time. @throws as `WorkerProcess.start`; nothing runs then */
  start(): Promise<void> {
    this.#inHand = true;
    if (this.state !== WorkerState.INITIALIZING) this.#moveTo(wayBack(this.state), 'start');
    this.#firstStart = this.#bringUp(() => this.#process).finally(() => {
      this.#inHand = false;
    });
    return this.#firstStart;
  }

  /** Starts it again on a new host; it is quarantined if that fails. */
  async restore(): Promise<void> {
    const failed = await this.restart('its host was started again').catch(messageOf);
    // Its file may be gone: there was no process to fail then.
    if (typeof failed !== 'string' || this.live || !isWanted(this.record)) return;
    this.#setQuarantine(`it failed to start: ${failed}`);
  }

  /** Takes its process over from an earlier host, as it is. If that fails, it is started again. */
  async adopt(survivor: Survivor): Promise<void> {
    this.#inHand = true;
    try {
      await this.#process.adopt(survivor);
      this.#watch.begin();
      this.#supervise();
      // It was being stopped when its host died.
      if (this.record.desired === 'stopped') await this.stopForNow('asked to stop');
    } catch {
      this.#inHand = false;
      await this.restore();
    }
  }

  /** It is known from an earlier host, and is not started again. */
  leaveDown(): void {
    this.#ends.tellDown('for good');
  }

  /** Ends it; a start that is under way fails. Its status stays. */
  async stop(reason: string): Promise<void> {
    this.#registration.update({ desired: 'stopped' });
    await this.stopForNow(reason);
  }

  /** Ends it until its host is started again. */
  async stopForNow(reason: string): Promise<void> {
    this.#asked += 1;
    this.#watch.close();
    this.#ports.supervisor.unregisterWorker(this.workerId);
    try {
      await this.#halt(reason);
      this.#ends.tellDown('for good');
      this.#moveTo([WorkerState.STOPPING, WorkerState.STOPPED], reason);
      this.#registration.update({ process: null });
    } finally {
      // Nothing comes any more of a start that was under way.
      this.#comingUp = undefined;
      this.#inHand = false;
    }
  }

  /**
   * Stops it if it runs and starts it anew, with a new restart budget. Asked twice at once it does so once. `counted`:
   * as a restart.
   */
  restart(reason: string, { counted = true } = {}): Promise<void> {
    const restartCount = this.record.restartCount + (counted ? 1 : 0);
    this.#restarting ??= this.#restart(reason, restartCount).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async #restart(reason: string, restartCount: number): Promise<void> {
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
    try {
      this.#registration.updateOrThrow({
        quarantine: null,
        desired: this.record.desired === 'paused' ? 'paused' : 'running',
        restartCount,
      });
      this.#moveTo(wayBack(this.state), reason);
      await this.#bringUp(() => (this.#process = this.#newProcess()), prepared);
    } catch (thrown) {
      if (asked === this.#asked) this.#setQuarantine(`it failed to start: ${messageOf(thrown)}`);
      throw thrown;
    } finally {
      this.#inHand = false;
    }
  }

  /** The old version goes on if it fails. @throws whatever is wrong with the new one */
  async #reload(): Promise<void> {
    const asked = this.#asked;
    const running = this.#process;
    const checkStillAsked = (): void => {
      this.#checkStillAsked(asked);
      if (running !== this.#process || !running.isAlive)
        throw endedEarly(this.workerId, 'its process ended');
    };
    checkReloadable(this.workerId, this.state);
    const prepared = await this.#prepare();
    checkStillAsked();
    const next = this.#newProcess({ standsIn: true });
    this.#next = next;
    await hotReload({
      services: this.#ports.services,
      running,
      next,
      prepared,
      checkStillAsked,
      writeDown: ({ identity }) => this.#registration.updateOrThrow({ process: identity }),
    }).finally(() => {
      this.#next = undefined;
    });
    const { state } = next;
    swap(running, next, this.#ports.services.options.logger);
    this.#process = next;
    this.#moveTo([state], 'the new version is in force');
    this.#watch.follow(prepared);
    await running.retire();
  }

  #newWatch(): WorkerWatch {
    return new WorkerWatch({
      wanted: () => this.record.config.watch === true,
      prepare: () => this.#prepare(),
      reload: () => this.changes.reloadStrategy(),
      say: (level, message) => this.#ports.onLog({ at: Date.now(), level, message }),
    });
  }

  #newProcess({ resumes = true, standsIn = false } = {}): WorkerProcess {
    const created = newManagedProcess({
      registration: this.#registration,
      machine: this.machine,
      ports: this.#ports,
      resumes,
      standsIn,
    });
    if (!standsIn) this.#ends.processComes();
    created.on('report', () => {
      if (created === this.#process) this.#onReport();
    });
    created.on('exit', (exit) => {
      if (created === this.#process) this.#onExit(exit);
    });
    return created;
  }

  #prepare(): Promise<PreparedStrategy> {
    return this.outline.prepare(this.record.config);
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
      if (started.exit !== null) throw endedEarly(this.workerId, started.exit.reason);
      this.#checkStillAsked(asked);
      this.#watch.follow(ready);
    } finally {
      if (this.#comingUp === comingUp) this.#comingUp = undefined;
    }
    this.#supervise();
  }

  /** It runs: its ends are the supervisor's to judge. */
  #supervise(): void {
    this.#inHand = false;
    this.#ports.supervisor.registerWorker(this.workerId, this.record.config.restartPolicy);
  }

  #checkStillAsked(asked: number): void {
    if (asked === this.#asked) return;
    throw endedEarly(this.workerId, 'it was stopped or restarted meanwhile');
  }

  /** Takes it in hand; resolves once it has no process. */
  async #halt(reason: string): Promise<void> {
    this.#inHand = true;
    this.#ends.cancelRestart();
    // Without a process there is nothing to end.
    await Promise.all([this.#process.stop(reason).catch(() => undefined), this.#endNext()]);
  }

  /** Nothing takes the place of a process that is to end, or has. */
  async #endNext(): Promise<void> {
    const next = this.#next;
    if (next?.pid !== undefined) await next.kill('killed', 'the worker ends');
  }

  #onReport(): void {
    this.#ports.supervisor.updateHeartbeat(this.workerId);
    this.#ports.onStatus(this.status, null);
  }

  #onExit(exit: WorkerExit): void {
    void this.#endNext();
    this.#ends.add(exit);
    // Judged first: whoever is told of the end may ask whether the worker is live.
    if (!this.#inHand) this.#ends.judge(exit);
    const comesBack = this.#ends.restartPending || this.#restarting !== undefined;
    this.#ends.tellDown(comesBack ? 'away' : 'for good');
    this.#ports.onExit(exit);
  }

  /** Starts it again after an end that nobody asked for. */
  async #recover(trigger: string): Promise<void> {
    const asked = this.#asked;
    this.#moveTo(wayBack(this.state), trigger);
    this.#registration.update({ restartCount: this.record.restartCount + 1 });
    let started: WorkerProcess | undefined;
    try {
      await this.#bringUp(() => (started = this.#process = this.#newProcess()));
    } catch (thrown) {
      // A process that ended while it was started has been judged by its exit; without one nobody has.
      if (asked === this.#asked && (started?.exit ?? null) === null) this.#onNoProcess(thrown);
    }
  }

  /** It could not be started again: for want of a process, which may be different soon, or for good. */
  #onNoProcess(thrown: unknown): void {
    const reason = `it could not be started again: ${messageOf(thrown)}`;
    if (!mayPass(thrown)) return this.#setQuarantine(reason);
    this.#moveTo([WorkerState.ERROR], reason);
    this.#ends.judge(neverStarted(reason));
  }

  #setQuarantine(reason: string): void {
    this.#registration.update({ quarantine: reason, process: null });
    this.#ends.tellDown('for good');
    if (!this.#moveTo(toError(this.state), reason)) this.#ports.onStatus(this.status, null);
  }

  #moveTo(path: readonly WorkerState[], trigger: string): boolean {
    return moveAlong(this.machine, path, trigger);
  }
}
