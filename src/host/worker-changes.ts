import { Turns } from './turns.ts';
import type { SubscriptionConfig } from './worker-config.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { WorkerRegistration } from './worker-registration.ts';

export interface WorkerChangesPorts {
  /** The worker's process of now. */
  readonly process: () => WorkerProcess;
  readonly registration: WorkerRegistration;
  /** Puts another process in its place. */
  readonly reload: () => Promise<void>;
}

/**
 * What changes a worker while it runs, one after the other: what is asked during a reload is for the
 * process that is there after it.
 */
export class WorkerChanges {
  readonly #ports: WorkerChangesPorts;
  readonly #turns = new Turns();
  #reloading: Promise<void> | undefined;

  constructor(ports: WorkerChangesPorts) {
    this.#ports = ports;
  }

  pause(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#ports.process().pause();
      this.#ports.registration.update({ desired: 'paused' });
    });
  }

  resume(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#ports.process().resume();
      this.#ports.registration.update({ desired: 'running' });
    });
  }

  updateParams(params: unknown): Promise<void> {
    const { process, registration } = this.#ports;
    return this.#turns.take(async () => {
      await process().updateParams(params);
      registration.update({ config: { ...registration.record.config, params } });
    });
  }

  reloadConfig(config: SubscriptionConfig): Promise<void> {
    const { process, registration } = this.#ports;
    return this.#turns.take(async () => {
      const reloaded = process();
      await reloaded.reloadConfig(config);
      // What is in force, by name: a restart must not depend on what was said when.
      const { symbols, dataTypes } = reloaded.status;
      const before = registration.record.config;
      const timeframe = config.timeframe ?? before.timeframe;
      const inForce = { ...before, symbols, dataTypes };
      registration.update({ config: timeframe ? { ...inForce, timeframe } : inForce });
    });
  }

  /** Asked twice at once it does so once. */
  reloadStrategy(): Promise<void> {
    this.#reloading ??= this.#turns
      .take(() => this.#ports.reload())
      .finally(() => {
        this.#reloading = undefined;
      });
    return this.#reloading;
  }
}
