import {
  givenChanges,
  mergeConfig,
  whenTheyHold,
  type ConfigurationResult,
} from './config-fields.ts';
import { notInState, noLonger } from './errors.ts';
import type { StrategyOutline } from './strategy-outline.ts';
import { Turns } from './turns.ts';
import { checkParams, type SubscriptionConfig, type WorkerConfig } from './worker-config.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { WorkerRegistration } from './worker-registration.ts';

/**
 * Where a change of a worker's configuration would go: to the process that `runs`, to the next one of a worker that
 * `rests`, nowhere while it `moves` from one to the other, or it is `gone`: another one has its id, or none.
 */
export type Standing = 'runs' | 'rests' | 'moves' | 'gone';

export interface WorkerChangesPorts {
  readonly standing: () => Standing;
  readonly outline: StrategyOutline;
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
    return this.#turns.take(() => this.#updateParams(params));
  }

  reloadConfig(config: SubscriptionConfig): Promise<void> {
    return this.#turns.take(() => this.#reloadConfig(config));
  }

  /** Takes all of the changes, or none. */
  async configure(changes: Partial<WorkerConfig>): Promise<ConfigurationResult> {
    const given = givenChanges(changes);
    return this.#turns.take(async () => {
      const { process, registration, standing, outline } = this.#ports;
      const config = mergeConfig(registration.record.config, given);
      checkParams(config.params);
      const runs = standing() === 'runs';
      if (runs) {
        outline.checkForNow(config, process().status);
        await this.#applyAll(given);
      } else {
        this.#checkRests();
        await outline.prepare(config);
        // It may have been started or removed meanwhile.
        this.#checkRests();
        registration.updateOrThrow({ config });
      }
      return whenTheyHold(given, runs);
    });
  }

  /**
   * Asks the strategy something once nothing else changes its worker. Not in a turn of its own: an answer that takes
   * long must not hold up a pause.
   */
  async ask<T>(what: string, question: (process: WorkerProcess) => Promise<T>): Promise<T> {
    const asked = await this.#turns.take(async () => {
      const process = this.#ports.process();
      const { workerId, state } = process;
      if (this.#ports.standing() !== 'runs') {
        throw notInState(workerId, state, `only one that runs takes a ${what}`);
      }
      const answer = question(process);
      // Awaited below.
      answer.catch(() => undefined);
      return { answer };
    });
    return asked.answer;
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

  async #updateParams(params: unknown): Promise<void> {
    const { process, registration } = this.#ports;
    await process().updateParams(params);
    registration.update({ config: { ...registration.record.config, params } });
  }

  async #reloadConfig(config: SubscriptionConfig): Promise<void> {
    const { process, registration } = this.#ports;
    const reloaded = process();
    await reloaded.reloadConfig(config);
    // What is in force, by name: a restart must not depend on what was said when.
    const { symbols, dataTypes } = reloaded.status;
    const before = registration.record.config;
    const timeframe = config.timeframe ?? before.timeframe;
    const inForce = { ...before, symbols, dataTypes };
    registration.update({ config: timeframe ? { ...inForce, timeframe } : inForce });
  }

  async #applyAll(changes: Partial<WorkerConfig>): Promise<void> {
    const { process, registration } = this.#ports;
    const before = registration.record.config;
    const { symbols, dataTypes, timeframe, params, ...later } = changes;
    const subscription = {
      ...(symbols && { symbols }),
      ...(dataTypes && { dataTypes }),
      ...(timeframe && { timeframe }),
    };
    if (Object.keys(later).length > 0) {
      registration.updateOrThrow({ config: { ...before, ...later } });
    }
    let takenParams = false;
    try {
      if (params !== undefined) {
        await this.#updateParams(params);
        takenParams = true;
      }
      if (Object.keys(subscription).length > 0) await this.#reloadConfig(subscription);
    } catch (thrown) {
      // The process may be gone: then the next one begins with those before.
      if (takenParams)
        await process()
          .updateParams(before.params ?? {})
          .catch(() => undefined);
      registration.update({ config: before });
      throw thrown;
    }
  }

  #checkRests(): void {
    const { process, standing } = this.#ports;
    const { workerId, state } = process();
    const now = standing();
    if (now === 'gone') throw noLonger(workerId);
    if (now === 'rests') return;
    throw notInState(workerId, state, 'it can be changed once it runs, or has stopped');
  }
}
