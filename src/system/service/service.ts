import { join, resolve } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { silentLogger, type Logger } from '../../base/logger.ts';

import { ExecutionEngine } from '../../execution/execution-engine.ts';
import { makePrivateDirectory } from '../../host/private-directory.ts';
import type { WorkerConfig } from '../../host/worker-config.ts';
import type { ConfiguredWorker, ServiceConfig } from '../config/config-schema.ts';
import { journalPathOf } from '../journal-path.ts';
import type { MarketAccess } from '../market-access.ts';
import { QuantCell } from '../quantcell.ts';
import { EngineTrading } from '../trading/engine-trading.ts';
import { openMarket } from './open-market.ts';
import { StrategyFolder } from './strategy-folder.ts';

export interface ServiceOptions {
  readonly config: ServiceConfig;
  /** Where the configuration was read; null for an embedded one. */
  readonly configPath: string | null;
  /** Directory of everything that outlives the process; made if need be (mode 0700). */
  readonly home: string;
  /** A folder that takes the place of the configuration's. */
  readonly strategiesFolder?: string;
  /** Asked if the keys are in a file and the environment has no passphrase. */
  readonly passphrase?: () => Promise<string>;
  /** @default silent */
  readonly logger?: Logger;
}

/** The system as a service: market data, workers and orders as a configuration says, on a home directory. */
export class Service implements AsyncDisposable {
  readonly config: ServiceConfig;
  readonly configPath: string | null;
  readonly home: string;
  readonly startedAt = Date.now();
  readonly logger: Logger;
  readonly strategies: StrategyFolder;
  readonly #options: ServiceOptions;
  #access: MarketAccess | undefined;
  #execution: ExecutionEngine | null = null;
  #system: QuantCell | undefined;
  #isReady = false;

  constructor(options: ServiceOptions) {
    const { config, configPath, home, logger = silentLogger, strategiesFolder } = options;
    this.#options = options;
    this.config = config;
    this.configPath = configPath;
    this.home = resolve(home);
    this.logger = logger;
    this.strategies = new StrategyFolder({
      folder: strategiesFolder ?? folderOf(options),
      versionsFolder: join(this.home, 'strategy-versions'),
      keepVersions: config.strategies.keepVersions,
    });
  }

  /**
   * Resolves once everything runs that is to run at the start. A configured worker that can't be started is
   * logged, and holds nothing up.
   *
   * @throws {QuantCellError} if it can't begin; nothing is left behind then
   */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  /** Stops the workers in good order, then everything else. Open orders stay unless a worker's `whenDown` says otherwise. */
  async stop(): Promise<void> {
    this.#isReady = false;
    await this.#system?.stop();
    await this.#access?.close();
  }

  /** Ends every process at once. */
  async kill(): Promise<void> {
    this.#isReady = false;
    await this.#system?.kill();
    await this.#access?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Feed, workers and their data. To be used once it is started. */
  get system(): QuantCell {
    if (this.#system === undefined) throw new Error('the service is not started');
    return this.#system;
  }

  /** Null if no orders are executed. */
  get execution(): ExecutionEngine | null {
    return this.#execution;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get workersAlive(): number {
    return this.#system?.workersAlive ?? 0;
  }

  /** A worker that is asked to stop is gone within so long, milliseconds. */
  get stopLimitMs(): number {
    return this.#system?.manager.stopLimitMs ?? 0;
  }

  async #start(): Promise<void> {
    const { config, home, logger } = this;
    makePrivateDirectory(home);
    this.strategies.open();
    const access = await openMarket(config, home, logger, this.#options.passphrase);
    this.#access = access;
    if (access.venue !== null) {
      this.#execution = new ExecutionEngine({
        venue: access.venue,
        journalPath: journalPathOf(home),
        risk: config.risk,
        logger,
      });
    }
    const { max, idle, survive, restart } = config.workers;
    this.#system = new QuantCell({
      feed: access.feed,
      ...(this.#execution && { trading: new EngineTrading(this.#execution) }),
      manager: {
        home,
        survive,
        maxWorkers: max,
        pool: { minSize: idle },
        restartPolicy: restart,
      },
      logger,
    });
    await this.#system.start();
    this.#system.startFeed();
    await Promise.all(config.workers.run.map((worker) => this.#startConfigured(worker)));
    this.#isReady = true;
  }

  /** Those that the home has go on as they were. */
  async #startConfigured({ id, strategy, start, ...rest }: ConfiguredWorker): Promise<void> {
    const known = this.system.manager.getAllStatus().some(({ workerId }) => workerId === id);
    if (known || !start) return;
    try {
      const path = this.strategies.pathOf(strategy);
      await this.system.startStrategy(path, this.withDefaults(rest), id);
    } catch (thrown) {
      this.logger.log(
        'error',
        `worker ${id} of the configuration is not started: ${messageOf(thrown)}`,
      );
    }
  }

  /** What the configuration says of every worker, where one does not say it itself. */
  withDefaults(given: Partial<Omit<ConfiguredWorker, 'id' | 'strategy' | 'start'>>): WorkerConfig {
    const { venue, whenDown } = this.config.trading;
    const own = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    return { mode: venue === 'exchange' ? 'live' : 'paper', whenDown, ...own };
  }
}

/** Relative to the configuration that names it. */
function folderOf({ config, configPath, home }: ServiceOptions): string {
  const { folder } = config.strategies;
  if (folder === null) return join(resolve(home), 'strategies');
  return resolve(configPath === null ? '.' : join(configPath, '..'), folder);
}
