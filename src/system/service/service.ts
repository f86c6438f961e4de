import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../base/errors.ts';
import { LeveledLogger } from '../../base/leveled-logger.ts';
import { silentLogger, type Logger } from '../../base/logger.ts';
import { ExecutionEngine } from '../../execution/execution-engine.ts';
import { makePrivateDirectory } from '../../host/private-directory.ts';
import type { WorkerConfig } from '../../host/worker-config.ts';
import { AccessTokens } from '../access/access-tokens.ts';
import type { Alerts } from '../alerts/alerts.ts';
import { watchSystem, type SystemWatch } from '../alerts/watch/watch-system.ts';
import { AuditLog } from '../audit/audit-log.ts';
import type { ConfiguredWorker, ServiceConfig } from '../config/config-schema.ts';
import { journalPathOf } from '../journal-path.ts';
import type { MarketAccess } from '../market-access.ts';
import { QuantCell } from '../quantcell.ts';
import { MetricSamples } from '../samples/metric-samples.ts';
import { EngineTrading } from '../trading/engine-trading.ts';
import { ConfigReload, type ReloadResult } from './config-reload.ts';
import { configureAlerts, openAlerts } from './open-alerts.ts';
import { openMarket } from './open-market.ts';
import { OrderUpdates } from './order-updates.ts';
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

/** What a service has while it runs. */
interface Running {
  tokens: AccessTokens;
  audit: AuditLog;
  access: MarketAccess;
  execution: ExecutionEngine | null;
  system: QuantCell;
  samples: MetricSamples;
  alerts: Alerts;
  watch: SystemWatch;
}

/** The system as a service: market data, workers and orders as a configuration says, on a home directory. */
export class Service implements AsyncDisposable {
  readonly configPath: string | null;
  readonly home: string;
  readonly startedAt = Date.now();
  readonly logger: LeveledLogger;
  readonly strategies: StrategyFolder;
  /** What becomes of orders, for whoever looks. */
  readonly orders = new OrderUpdates();
  /** Called once the configuration was read again, with whatever it has put in force. */
  onReload: () => void = () => undefined;
  readonly #options: ServiceOptions;
  readonly #reload: ConfigReload;
  #config: ServiceConfig;
  #parts: Partial<Running> = {};
  #isReady = false;
  #starting: Promise<void> | undefined;

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
    this.#reload = new ConfigReload({
      reread: options.reread,
      inForce: () => this.#config,
      knownWorkers: () => this.system.manager.getAllStatus().map(({ workerId }) => workerId),
      apply: (wanted) => this.#apply(wanted),
      startWorker: (worker) => this.#startConfigured(worker),
    });
  }

  /**
   * Resolves once market data comes, orders can be executed, and the workers that the home has run again.
   *
   * @throws {QuantCellError} if it can't begin; nothing is left behind then
   */
  async start(): Promise<void> {
    this.#starting = this.#start();
    try {
      await this.#starting;
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  /** Makes and starts the workers that the configuration names and the home does not have. One that can't be started is logged. */
  async startWorkers(): Promise<void> {
    await Promise.all(this.config.workers.run.map((worker) => this.#startConfigured(worker)));
    this.#isReady = true;
  }

  /** Stops the workers in good order, then everything else. Open orders stay unless a worker's `whenDown` says otherwise. */
  async stop(): Promise<void> {
    await this.#end((system) => system.stop());
  }

  /** Ends every process at once. */
  async kill(): Promise<void> {
    await this.#end((system) => system.kill());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** In force: a setting that waits for the next start is still as it was. */
  get config(): ServiceConfig {
    return this.#config;
  }

  /**
   * Reads the configuration again and puts in force what can be without a restart; while it starts, after that.
   *
   * @throws {ConfigError} if it can't be taken; nothing has changed then
   */
  async reload(): Promise<ReloadResult> {
    // A worker that is made before anything can be started would never be.
    await this.#starting;
    const result = await this.#reload.reload();
    this.onReload();
    return result;
  }

  /** Feed, workers and their data. */
  get system(): QuantCell {
    return this.#part('system');
  }

  /** Null if no orders are executed. */
  get execution(): ExecutionEngine | null {
    return this.#part('execution');
  }

  /** Who may use it. */
  get tokens(): AccessTokens {
    return this.#part('tokens');
  }

  /** Who did what. */
  get audit(): AuditLog {
    return this.#part('audit');
  }

  /** The figures of the workers and of this process, now and before. */
  get samples(): MetricSamples {
    return this.#part('samples');
  }

  /** What people are told of. */
  get alerts(): Alerts {
    return this.#part('alerts');
  }

  /** Everything that is to run at the start was asked to. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get workersAlive(): number {
    return this.#parts.system?.workersAlive ?? 0;
  }

  /** A worker that is asked to stop is gone within so long, milliseconds. */
  get stopLimitMs(): number {
    return this.#parts.system?.manager.stopLimitMs ?? 0;
  }

  /** What the configuration says of every worker, where one does not say it itself. */
  withDefaults(given: GivenConfig): WorkerConfig {
    const { venue, whenDown } = this.config.trading;
    const own = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    return { mode: venue === 'exchange' ? 'live' : 'paper', whenDown, ...own };
  }

  /**
   * Makes a worker of a strategy in the folder that is not started; resolves to its id.
   *
   * @throws as `StrategyFolder.pathOf` and `QuantCell.createWorker`
   */
  async createWorker(strategy: string, given: GivenConfig, workerId?: string): Promise<string> {
    const path = this.strategies.pathOf(strategy);
    return this.system.createWorker(path, this.withDefaults(given), workerId);
  }

  async #start(): Promise<void> {
    const { config, home, logger } = this;
    makePrivateDirectory(home);
    this.strategies.open();
    const parts = this.#parts;
    parts.tokens = AccessTokens.open(home);
    parts.audit = AuditLog.open({ home, logger });
    parts.alerts = openAlerts(config.alerts, logger);
    parts.access = await openMarket(config, home, logger, this.#options.passphrase);
    const { feed, venue } = parts.access;
    const execution =
      venue &&
      new ExecutionEngine({ venue, journalPath: journalPathOf(home), risk: config.risk, logger });
    execution?.listen(this.orders);
    parts.execution = execution;
    const { max, idle, survive, restart } = config.workers;
    parts.system = new QuantCell({
      feed,
      ...(execution && { trading: new EngineTrading(execution) }),
      manager: {
        home,
        survive,
        maxWorkers: max,
        pool: { minSize: idle },
        restartPolicy: restart,
      },
      logger,
    });
    parts.samples = new MetricSamples({ system: parts.system, execution });
    parts.watch = watchSystem({ system: parts.system, execution, alerts: parts.alerts, home });
    await parts.system.start();
    parts.system.startFeed();
    parts.samples.start();
  }

  async #end(end: (system: QuantCell) => Promise<void>): Promise<void> {
    this.#isReady = false;
    const { tokens, audit, access, system, samples, alerts, watch } = this.#parts;
    samples?.stop();
    watch?.stop();
    if (system !== undefined) await end(system);
    await access?.close();
    await alerts?.stop();
    audit?.close();
    tokens?.close();
    this.#parts = {};
  }

  /** Nothing but the alerts can fail, and they are first: nothing has changed then. */
  #apply(config: ServiceConfig): void {
    if (!isDeepStrictEqual(config.alerts, this.#config.alerts)) {
      configureAlerts(this.alerts, config.alerts);
    }
    if (!isDeepStrictEqual(config.risk, this.#config.risk)) {
      this.#parts.execution?.desk.configureRisk(config.risk);
    }
    this.logger.level = config.log.level;
    this.#config = config;
  }

  /**
   * Those that the home has go on as they were. One that fails to start is known, and shows why.
   * Resolves to why it is not as the configuration says, null if it is.
   */
  async #startConfigured({
    id,
    strategy,
    start,
    ...rest
  }: ConfiguredWorker): Promise<string | null> {
    const known = this.system.manager.getAllStatus().some(({ workerId }) => workerId === id);
    if (known) return null;
    try {
      await this.createWorker(strategy, rest, id);
      if (start) await this.system.startWorker(id);
      return null;
    } catch (thrown) {
      const why = messageOf(thrown);
      this.logger.log('error', `worker ${id} of the configuration is not started: ${why}`);
      return why;
    }
  }

  #part<Name extends keyof Running>(name: Name): Running[Name] {
    const part = this.#parts[name];
    if (part === undefined) throw new Error(`the service has no ${name} before it is started`);
    return part;
  }
}

/** What is not given, or is undefined, is as the configuration says, else as the strategy itself does. */
type GivenConfig = { readonly [Field in keyof WorkerConfig]?: WorkerConfig[Field] | undefined };

/** Relative to the configuration that names it. */
function folderOf({ config, configPath, home }: ServiceOptions): string {
  const { folder } = config.strategies;
  if (folder === null) return join(resolve(home), 'strategies');
  return resolve(configPath === null ? '.' : join(configPath, '..'), folder);
}
