import { join, resolve } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { LeveledLogger } from '../../base/leveled-logger.ts';
import { silentLogger, type Logger } from '../../base/logger.ts';

import { ExecutionEngine } from '../../execution/execution-engine.ts';
import { makePrivateDirectory } from '../../host/private-directory.ts';
import type { WorkerConfig } from '../../host/worker-config.ts';
import type { ConfiguredWorker, ServiceConfig } from '../config/config-schema.ts';
import { ConfigError } from '../config/errors.ts';
import { pathOfWorker, planReload } from '../config/reload-plan.ts';
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
  /** Reads the configuration again. @default there is nothing to be read again */
  readonly reread?: () => ServiceConfig;
  /** Gets what the configuration's log level lets through. @default silent */
  readonly logger?: Logger;
}

/** What came of reading the configuration again. */
export interface ReloadResult {
  /** Paths of settings that are in force now. */
  readonly applied: readonly string[];
  /** Paths of settings that will be in force after the next start of the service. */
  readonly atNextStart: readonly string[];
  /** What was not done about workers, each as a sentence. */
  readonly leftAlone: readonly string[];
}

/** The system as a service: market data, workers and orders as a configuration says, on a home directory. */
export class Service implements AsyncDisposable {
  readonly configPath: string | null;
  readonly home: string;
  readonly startedAt = Date.now();
  readonly logger: LeveledLogger;
  readonly strategies: StrategyFolder;
  readonly #options: ServiceOptions;
  #config: ServiceConfig;
  #reloading: Promise<unknown> = Promise.resolve();
  #access: MarketAccess | undefined;
  #execution: ExecutionEngine | null = null;
  #system: QuantCell | undefined;
  #isReady = false;

  constructor(options: ServiceOptions) {
    const { config, configPath, home, logger = silentLogger, strategiesFolder } = options;
    this.#options = options;
    this.#config = config;
    this.configPath = configPath;
    this.home = resolve(home);
    this.logger = new LeveledLogger(logger, config.log.level);
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

  /** In force: a setting that waits for the next start is still as it was. */
  get config(): ServiceConfig {
    return this.#config;
  }

  /**
   * Reads the configuration again and puts in force what can be without a restart; one after the other.
   *
   * @throws {ConfigError} if it can't be taken; nothing has changed then
   */
  reload(): Promise<ReloadResult> {
    const reloaded = this.#reloading.then(() => this.#reload());
    this.#reloading = reloaded.catch(() => undefined);
    return reloaded;
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

  async #reload(): Promise<ReloadResult> {
    const { reread } = this.#options;
    if (reread === undefined) {
      throw new ConfigError(
        'NO_CONFIG_FILE',
        'there is no configuration file to be read again: quantcell init writes one, and quantcell serve --config takes it',
      );
    }
    const known = new Set(this.system.manager.getAllStatus().map(({ workerId }) => workerId));
    const { config, atOnce, atNextStart, newWorkers, leftAlone } = planReload(
      this.#config,
      reread(),
      known,
    );
    this.logger.level = config.log.level;
    this.#config = config;
    const started = await Promise.all(
      newWorkers.map(async (worker) => {
        const isStarted = await this.#startConfigured(worker);
        return { path: pathOfWorker(worker.id), isStarted };
      }),
    );
    const pathsOf = (isStarted: boolean): string[] =>
      started.filter((worker) => worker.isStarted === isStarted).map(({ path }) => path);
    return {
      applied: [...atOnce, ...pathsOf(true)],
      // One that can't be started is logged, and tried again then.
      atNextStart: [...atNextStart, ...pathsOf(false)],
      leftAlone,
    };
  }

  /** Those that the home has go on as they were. Whether it was started now. */
  async #startConfigured({ id, strategy, start, ...rest }: ConfiguredWorker): Promise<boolean> {
    const known = this.system.manager.getAllStatus().some(({ workerId }) => workerId === id);
    if (known || !start) return false;
    try {
      const path = this.strategies.pathOf(strategy);
      await this.system.startStrategy(path, this.withDefaults(rest), id);
      return true;
    } catch (thrown) {
      this.logger.log(
        'error',
        `worker ${id} of the configuration is not started: ${messageOf(thrown)}`,
      );
      return false;
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
