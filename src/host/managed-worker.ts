import { messageOf } from '../base/errors.ts';
import { Recent } from '../base/recent.ts';
import { StateMachine, type Transition } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault, WorkerStatus } from '../lifecycle/worker-status.ts';
import type { HostServices } from './host-services.ts';
import type { HostedProcess } from './hosted-process.ts';
import { prepareStrategy, type PreparedStrategy } from './prepared-strategy.ts';
import type { WorkerConfig } from './worker-config.ts';
import type { WorkerLogLine } from './worker-link.ts';
import { WorkerProcess } from './worker-process.ts';
import type { WorkerSupervisor } from './worker-supervisor.ts';

/** Ends of one worker that are remembered. */
const EXIT_HISTORY = 50;

export interface ManagedWorkerPorts {
  readonly services: HostServices;
  readonly supervisor: WorkerSupervisor;
  readonly takeProcess: () => Promise<HostedProcess>;
  readonly onStatus: (status: WorkerStatus, transition: Transition | null) => void;
  readonly onExit: (exit: WorkerExit) => void;
  readonly onFault: (fault: WorkerFault) => void;
  readonly onLog: (line: WorkerLogLine) => void;
}

/** One worker over all the processes of its life: what survives a restart is here. */
export class ManagedWorker {
  readonly workerId: string;
  readonly strategyPath: string;
  readonly machine = new StateMachine();
  readonly exits = new Recent<WorkerExit>(EXIT_HISTORY);
  readonly #ports: ManagedWorkerPorts;
  readonly #createdAt = Date.now();
  #config: WorkerConfig;
  #process: WorkerProcess;
  #restartCount = 0;
  #quarantine: string | null = null;
  #pendingRestart: NodeJS.Timeout | undefined;
  /** A person is stopping or starting it: its ends are not for the supervisor to judge. */
  #inHand = true;

  constructor(
    workerId: string,
    strategyPath: string,
    config: WorkerConfig,
    ports: ManagedWorkerPorts,
  ) {
    this.workerId = workerId;
    this.strategyPath = strategyPath;
    this.#config = config;
    this.#ports = ports;
    this.#process = this.#newProcess();
    this.machine.onTransition((transition) => ports.onStatus(this.status, transition));
  }

  /** The process of now, or the last one. */
  get process(): WorkerProcess {
    return this.#process;
  }

  get state(): WorkerState {
    return this.machine.state;
  }

  /** True if it has a process, or will have one again by itself. */
  get live(): boolean {
    return this.#process.isAlive || this.#pendingRestart !== undefined || this.#inHand;
  }

  get status(): WorkerStatus {
    return {
      ...this.#process.status,
      createdAt: this.#createdAt,
      restartCount: this.#restartCount,
      quarantine: this.#quarantine,
      lastExit: this.#process.exit ?? this.exits.last() ?? null,
    };
  }

  /** Starts it for the first time. @throws as `WorkerProcess.start`; nothing runs then */
  async start(prepared: PreparedStrategy): Promise<void> {
    await this.#process.start(prepared);
    this.#watch();
  }

  async stop(reason: string): Promise<void> {
    this.#inHand = true;
    clearTimeout(this.#pendingRestart);
    this.#pendingRestart = undefined;
    this.#ports.supervisor.unregisterWorker(this.workerId);
    try {
      if (this.#process.isAlive) await this.#process.stop(reason);
      else this.#moveTo([WorkerState.STOPPING, WorkerState.STOPPED], reason);
    } finally {
      this.#inHand = false;
    }
  }

  /** Stops it if it runs and starts it anew, with a new restart budget. */
  async restart(reason: string): Promise<void> {
    const prepared = await prepareStrategy(this.#ports.services, this.strategyPath, this.#config);
    const failed = this.state === WorkerState.ERROR;
    if (!failed) await this.stop(reason);
    this.#inHand = true;
    clearTimeout(this.#pendingRestart);
    this.#pendingRestart = undefined;
    this.#quarantine = null;
    this.#ports.supervisor.resetBudget(this.workerId);
    const path = failed
      ? [WorkerState.RECOVERING]
      : [WorkerState.RESTARTING, WorkerState.INITIALIZING];
    this.#moveTo(path, reason);
    this.#restartCount += 1;
    try {
      await this.#startAnew(prepared);
    } catch (thrown) {
      this.#quarantine = `it failed to start: ${messageOf(thrown)}`;
      this.#moveTo([WorkerState.ERROR], this.#quarantine);
      throw thrown;
    } finally {
      this.#inHand = false;
    }
  }

  async updateParams(params: unknown): Promise<void> {
    await this.#process.updateParams(params);
    this.#config = { ...this.#config, params };
  }

  async reloadConfig(
    config: Pick<WorkerConfig, 'symbols' | 'dataTypes' | 'timeframe'>,
  ): Promise<void> {
    await this.#process.reloadConfig(config);
    this.#config = { ...this.#config, ...config };
  }

  #newProcess(): WorkerProcess {
    const { workerId, strategyPath, machine } = this;
    const { services, takeProcess } = this.#ports;
    const created = new WorkerProcess(
      { workerId, strategyPath, config: this.#config },
      { services, takeProcess, machine },
    );
    created.on('report', () => this.#onReport());
    created.on('log', this.#ports.onLog);
    created.on('fault', this.#ports.onFault);
    created.on('exit', (exit) => this.#onExit(exit));
    return created;
  }

  async #startAnew(prepared: PreparedStrategy): Promise<void> {
    this.#process = this.#newProcess();
    await this.#process.start(prepared);
    this.#watch();
  }

  #watch(): void {
    this.#inHand = false;
    this.#ports.supervisor.registerWorker(this.workerId, this.#config.restartPolicy);
  }

  #onReport(): void {
    this.#ports.supervisor.updateHeartbeat(this.workerId);
    this.#ports.onStatus(this.status, null);
  }

  #onExit(exit: WorkerExit): void {
    this.exits.add(exit);
    this.#ports.onExit(exit);
    if (this.#inHand) return;
    const advice = this.#ports.supervisor.adviseRestart(this.workerId, exit);
    if (!advice.restart) {
      this.#ports.supervisor.unregisterWorker(this.workerId);
      if (advice.quarantine) this.#setQuarantine(advice.reason);
      return;
    }
    const trigger = `restart ${advice.attempt} in ${Math.round(advice.delayMs)} ms: ${exit.reason}`;
    this.#pendingRestart = setTimeout(() => void this.#recover(trigger), advice.delayMs);
  }

  /** Starts it again after an end that nobody asked for. */
  async #recover(trigger: string): Promise<void> {
    this.#pendingRestart = undefined;
    const failed = this.state === WorkerState.ERROR;
    this.#moveTo(
      failed ? [WorkerState.RECOVERING] : [WorkerState.RESTARTING, WorkerState.INITIALIZING],
      trigger,
    );
    this.#restartCount += 1;
    const processBefore = this.#process;
    try {
      const { services } = this.#ports;
      await this.#startAnew(await prepareStrategy(services, this.strategyPath, this.#config));
    } catch (thrown) {
      // A process that ended while it was started has been judged by its exit; without one nobody has.
      if (this.#process !== processBefore && this.#process.exit !== null) return;
      this.#setQuarantine(`it could not be started again: ${messageOf(thrown)}`);
    }
  }

  #setQuarantine(reason: string): void {
    this.#quarantine = reason;
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
