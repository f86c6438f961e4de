import { EventEmitter } from 'node:events';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { Liveness, resolveHealthCheckConfig, type HealthCheckConfig } from '../lifecycle/health.ts';
import {
  RestartBudget,
  resolveRestartPolicy,
  type RestartAdvice,
  type RestartPolicy,
} from '../lifecycle/restart-policy.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';

export interface SupervisorOptions {
  readonly restartPolicy?: Partial<RestartPolicy>;
  readonly healthConfig?: Partial<HealthCheckConfig>;
  /** @default the system's clock */
  readonly clock?: Clock;
  /** For the jitter of delays. @default Math.random */
  readonly random?: Random;
}

export interface SupervisionReport {
  readonly workerId: string;
  /** False after a silence longer than the heartbeat timeout. */
  readonly healthy: boolean;
  /** Since the last heartbeat, milliseconds. */
  readonly silentMs: number;
  /** Restarts within the policy's window. */
  readonly restartsInWindow: number;
  /** Restarts advised in all. */
  readonly restarts: number;
}

export interface SupervisorStats {
  readonly workers: number;
  readonly unhealthy: number;
  readonly restarts: number;
  readonly quarantines: number;
}

interface SupervisorEvents {
  /** No heartbeat for longer than the timeout; told once per silence. */
  unhealthy: [workerId: string, silentMs: number];
  /** What was decided when a worker ended. */
  advice: [workerId: string, advice: RestartAdvice];
}

interface Watched {
  readonly liveness: Liveness;
  readonly budget: RestartBudget;
  restarts: number;
  told: boolean;
  /** False between an end and the registration of the process that comes after it. */
  beating: boolean;
}

/**
 * Watches heartbeats, and says whether a worker that ended is to be started again. It decides; the
 * manager acts.
 */
export class WorkerSupervisor extends EventEmitter<SupervisorEvents> {
  readonly restartPolicy: RestartPolicy;
  readonly healthConfig: HealthCheckConfig;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #restarts = 0;
  #quarantines = 0;

  /** @throws {InvalidOptionError} code `INVALID_OPTION` */
  constructor(options: SupervisorOptions = {}) {
    super();
    this.restartPolicy = resolveRestartPolicy(options.restartPolicy);
    this.healthConfig = resolveHealthCheckConfig(options.healthConfig);
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.check(), this.healthConfig.checkIntervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Watches a worker from now on, with a policy of its own where given. Its restart budget is kept over re-registering. */
  registerWorker(workerId: string, restartPolicy?: Partial<RestartPolicy>): void {
    const before = this.#watched.get(workerId);
    const policy = resolveRestartPolicy({ ...this.restartPolicy, ...restartPolicy });
    this.#watched.set(workerId, {
      liveness: new Liveness(this.healthConfig, this.#clock.monotonic()),
      budget: before?.budget ?? new RestartBudget(policy, this.#random),
      restarts: before?.restarts ?? 0,
      told: false,
      beating: true,
    });
  }

  unregisterWorker(workerId: string): void {
    this.#watched.delete(workerId);
  }

  updateHeartbeat(workerId: string): void {
    const watched = this.#watched.get(workerId);
    if (watched === undefined) return;
    watched.liveness.heard(this.#clock.monotonic());
    watched.told = false;
  }

  /** False for a worker that has been silent too long, or is not registered. */
  isHealthy(workerId: string): boolean {
    const watched = this.#watched.get(workerId);
    return watched !== undefined && !watched.liveness.stale;
  }

  /** Looks for silent workers once; the timer does so every `checkIntervalMs`. */
  check(): void {
    const nowMs = this.#clock.monotonic();
    for (const [workerId, watched] of this.#watched) {
      if (!watched.beating || !watched.liveness.check(nowMs) || watched.told) continue;
      watched.told = true;
      this.emit('unhealthy', workerId, watched.liveness.silentMs);
    }
  }

  /** Whether a worker that ended is to be started again, and when. Takes a restart from its budget if so. */
  adviseRestart(workerId: string, exit: WorkerExit): RestartAdvice {
    const watched = this.#watched.get(workerId);
    if (watched === undefined) {
      return { restart: false, quarantine: false, reason: 'it is not supervised' };
    }
    const advice = watched.budget.advise(exit, this.#clock.monotonic());
    watched.beating = false;
    if (advice.restart) {
      watched.restarts += 1;
      this.#restarts += 1;
    } else if (advice.quarantine) {
      this.#quarantines += 1;
    }
    this.emit('advice', workerId, advice);
    return advice;
  }

  /** Gives a worker its whole restart budget back, as when a person starts it again. */
  resetBudget(workerId: string): void {
    this.#watched.get(workerId)?.budget.reset();
  }

  getReport(): SupervisionReport[] {
    const nowMs = this.#clock.monotonic();
    return [...this.#watched].map(([workerId, { liveness, budget, restarts }]) => ({
      workerId,
      healthy: !liveness.stale,
      silentMs: nowMs - liveness.heardAtMs,
      restartsInWindow: budget.used(nowMs),
      restarts,
    }));
  }

  getStats(): SupervisorStats {
    const unhealthy = [...this.#watched.values()].filter(({ liveness }) => liveness.stale).length;
    return {
      workers: this.#watched.size,
      unhealthy,
      restarts: this.#restarts,
      quarantines: this.#quarantines,
    };
  }
}
