import { randomBytes } from 'node:crypto';
import { messageOf, quote } from '../base/errors.ts';
import { InvalidOptionError } from '../lifecycle/errors.ts';
import { WorkerError } from './errors.ts';
import { HostServices } from './host-services.ts';
import { withoutManager, type HostOptions } from './host-options.ts';
import type { RunningProcess } from './running-process.ts';
import { WorkerProcess } from './worker-process.ts';
import type { WorkerConfig } from './worker-config.ts';

export interface PoolConfig {
  /** Idle processes that are kept ready. @default 2 */
  readonly minSize: number;
  /** Processes at most, idle and at work. @default 10 */
  readonly maxSize: number;
}

export interface PoolStats {
  readonly idle: number;
  readonly busy: number;
  /** Being started. */
  readonly starting: number;
  /** Processes started since the pool was. */
  readonly started: number;
  /** Takes that found an idle process. */
  readonly hits: number;
  /** Takes that had to wait for a new process. */
  readonly misses: number;
  /** Idle processes that ended by themselves. */
  readonly broken: number;
}

interface StartOptions {
  readonly heapMb?: number;
  /** What is done with it before it counts as started. */
  readonly prepare?: (started: RunningProcess) => Promise<void>;
}

const DEFAULTS: PoolConfig = { minSize: 2, maxSize: 10 };

/** A strategy that has just been given a process has the processors for itself for so long, milliseconds. */
const REFILL_DELAY_MS = 50;

/** After a process could not be started, milliseconds. */
const RETRY_DELAY_MS = 1_000;

/** @throws {InvalidOptionError} code `INVALID_OPTION` */
function resolvePoolConfig(config: Partial<PoolConfig>): PoolConfig {
  const resolved = { ...DEFAULTS, ...config };
  const { minSize, maxSize } = resolved;
  if (!Number.isSafeInteger(minSize) || minSize < 0) {
    throw new InvalidOptionError('pool.minSize', minSize, 'a whole number from 0');
  }
  if (!Number.isSafeInteger(maxSize) || maxSize < Math.max(1, minSize)) {
    throw new InvalidOptionError(
      'pool.maxSize',
      maxSize,
      `a whole number from ${Math.max(1, minSize)}, minSize`,
    );
  }
  return resolved;
}

/**
 * Keeps processes that are started, connected and idle, so that a strategy starts in the time of a
 * message and an import. A process runs one strategy in its life and is never used again.
 */
export class ProcessPool implements AsyncDisposable {
  readonly config: PoolConfig;
  readonly #services: HostServices;
  readonly #ownsServices: boolean;
  readonly #workers = new Map<string, WorkerProcess>();
  #idle: RunningProcess[] = [];
  #busy = 0;
  #starting = 0;
  #running = false;
  #startup: Promise<void> | undefined;
  /** The process that is being made ready to be idle. */
  #adding: Promise<void> | undefined;
  #refill: NodeJS.Timeout | undefined;
  #counts = { started: 0, hits: 0, misses: 0, broken: 0 };

  /** `host` is either what a manager lends, or options for sockets of the pool's own. */
  constructor(config: Partial<PoolConfig> = {}, host: HostServices | HostOptions = {}) {
    this.config = resolvePoolConfig(config);
    this.#ownsServices = !(host instanceof HostServices);
    this.#services = host instanceof HostServices ? host : new HostServices(withoutManager(host));
  }

  /** Resolves once `minSize` processes are idle. @throws {WorkerError} code `PROCESS_START_FAILED` */
  start(): Promise<void> {
    this.#startup ??= this.#start().catch((thrown: unknown) => {
      this.#startup = undefined;
      throw thrown;
    });
    return this.#startup;
  }

  async #start(): Promise<void> {
    if (this.#ownsServices) await this.#services.start();
    this.#running = true;
    try {
      await Promise.all(Array.from({ length: this.config.minSize }, () => this.#addIdle()));
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  /** Ends every process, those at work in good order. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#startup = undefined;
    clearTimeout(this.#refill);
    const atWork = [...this.#workers.values()].filter((worker) => worker.isAlive);
    await Promise.all(atWork.map((worker) => worker.stop('the pool stops')));
    const idle = this.#idle.map((running) => {
      running.signal('SIGKILL');
      return running.ended;
    });
    this.#idle = [];
    await Promise.all(idle);
    if (this.#ownsServices) await this.#services.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Runs a strategy in a process of the pool; resolves once it is RUNNING.
   *
   * @throws {WorkerError} codes `POOL_LIMIT_REACHED`, `DUPLICATE_WORKER_ID`, and as `WorkerProcess.start`
   */
  async acquire(
    strategyPath: string,
    config: WorkerConfig = {},
    workerId: string = `worker-${randomBytes(4).toString('hex')}`,
  ): Promise<WorkerProcess> {
    if (this.#workers.has(workerId)) {
      throw new WorkerError(
        'DUPLICATE_WORKER_ID',
        `the pool has a worker ${quote(workerId)} already`,
        { workerId },
      );
    }
    const owner = { services: this.#services, takeProcess: (heapMb: number) => this.take(heapMb) };
    const worker = new WorkerProcess({ workerId, strategyPath, config }, owner);
    this.#workers.set(workerId, worker);
    worker.once('exit', () => this.#workers.delete(workerId));
    try {
      await worker.start();
    } catch (thrown) {
      this.#workers.delete(workerId);
      throw thrown;
    }
    return worker;
  }

  /** Stops a worker that `acquire` gave. @throws {WorkerError} code `UNKNOWN_WORKER` */
  async release(workerId: string): Promise<void> {
    const worker = this.#workers.get(workerId);
    if (worker === undefined) {
      throw new WorkerError('UNKNOWN_WORKER', `the pool has no worker ${quote(workerId)}`, {
        workerId,
      });
    }
    await worker.stop('released');
  }

  /**
   * A process that runs nothing yet, to be used once. Idle ones have the heap of the host's options; for
   * another one a process is started.
   *
   * @throws {WorkerError} codes `POOL_LIMIT_REACHED`, `NOT_STARTED`, `PROCESS_START_FAILED`
   */
  async take(heapMb: number = this.#services.options.workerHeapMb): Promise<RunningProcess> {
    if (!this.#running)
      throw new WorkerError('NOT_STARTED', 'the pool is not started, or stopped already');
    const fits = heapMb === this.#services.options.workerHeapMb;
    const ready = fits ? this.#idle.shift() : undefined;
    if (ready !== undefined) {
      this.#counts.hits += 1;
      return this.#putToWork(ready);
    }
    // An idle process that does not fit makes room for one that does.
    if (this.#size >= this.config.maxSize) this.#idle.shift()?.signal('SIGKILL');
    if (this.#size >= this.config.maxSize) {
      if (this.#adding !== undefined) {
        // One that is being made ready is for whoever needs it now.
        await this.#adding.catch(() => undefined);
        return this.take(heapMb);
      }
      throw new WorkerError(
        'POOL_LIMIT_REACHED',
        `all ${this.config.maxSize} processes of the pool are at work`,
        {
          maxSize: this.config.maxSize,
        },
      );
    }
    this.#counts.misses += 1;
    return this.#putToWork(await this.#startProcess({ heapMb }));
  }

  /** Processes in all. */
  get #size(): number {
    return this.#idle.length + this.#starting + this.#busy;
  }

  getStats(): PoolStats {
    return { idle: this.#idle.length, busy: this.#busy, starting: this.#starting, ...this.#counts };
  }

  #putToWork(taken: RunningProcess): RunningProcess {
    this.#busy += 1;
    void taken.ended.then(() => {
      this.#busy -= 1;
      this.#planRefill(REFILL_DELAY_MS);
    });
    this.#planRefill(REFILL_DELAY_MS);
    return taken;
  }

  /** What it starts counts as being started until `prepare` is done with it. */
  async #startProcess({ heapMb, prepare }: StartOptions): Promise<RunningProcess> {
    this.#starting += 1;
    try {
      const started = await this.#services.startProcess(heapMb === undefined ? {} : { heapMb });
      this.#counts.started += 1;
      await prepare?.(started);
      return started;
    } finally {
      this.#starting -= 1;
    }
  }

  async #rehearse(started: RunningProcess): Promise<void> {
    const { channel, options, marketData } = this.#services;
    const line = marketData.open([]);
    try {
      const market = line.attachment;
      await channel.request(started.processId, 'rehearse', { market }, options.deadlines.connectMs);
    } catch (thrown) {
      started.signal('SIGKILL');
      throw thrown;
    } finally {
      line.close();
    }
  }

  async #addIdle(): Promise<void> {
    const started = await this.#startProcess({ prepare: (ready) => this.#rehearse(ready) });
    if (!this.#running) {
      started.signal('SIGKILL');
      return;
    }
    this.#idle.push(started);
    void started.ended.then(() => {
      if (!this.#idle.includes(started)) return;
      this.#idle = this.#idle.filter((other) => other !== started);
      this.#counts.broken += 1;
      this.#planRefill(RETRY_DELAY_MS);
    });
  }

  #planRefill(delayMs: number): void {
    if (!this.#running) return;
    this.#refill ??= setTimeout(() => {
      this.#refill = undefined;
      void this.#fill();
    }, delayMs);
  }

  async #fill(): Promise<void> {
    if (this.#adding !== undefined) return;
    while (this.#running && this.#idle.length + this.#starting < this.config.minSize) {
      if (this.#size >= this.config.maxSize) return;
      this.#adding = this.#addIdle();
      try {
        await this.#adding;
      } catch (thrown) {
        this.#services.options.logger.log(
          'warn',
          `the pool could not add a process: ${messageOf(thrown)}`,
        );
        this.#planRefill(RETRY_DELAY_MS);
        return;
      } finally {
        this.#adding = undefined;
      }
    }
  }
}
