import { messageOf } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import { WorkerManager } from '../host/worker-manager.ts';
import type { WorkerManagerOptions } from '../host/worker-manager-options.ts';
import { mergeConfig } from '../host/config-fields.ts';
import { resolveWorkerConfig, type WorkerConfig } from '../host/worker-config.ts';
import type { MarketFeed } from '../market/market-feed.ts';
import { RealtimeEngine } from '../market/realtime-engine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import type { DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { MarketTopic } from '../model/subscription.ts';
import { FeedWatch, type StaleTopic } from './feed-watch.ts';
import { LiveBars } from './live-bars.ts';
import { MarketBars } from './market-bars.ts';
import type { Trading } from './trading/trading.ts';
import { WarmUps } from './warm-ups.ts';

export interface QuantCellOptions {
  readonly feed: MarketFeed;
  /** @default the manager's own defaults */
  readonly manager?: WorkerManagerOptions;
  /** How orders are executed. @default not at all: each is denied */
  readonly trading?: Trading;
  /** @default silent */
  readonly logger?: Logger;
}

/** Told of what is published. */
export type MarketListener = (events: readonly MarketEvent[]) => void;

/** The whole of it: one feed, and the workers that live on it. */
export class QuantCell implements AsyncDisposable {
  readonly manager: WorkerManager;
  readonly engine: RealtimeEngine;
  readonly feed: MarketFeed;
  /** Bars for people to look at. */
  readonly bars: MarketBars;
  /** The same, with those that are being made. */
  readonly liveBars: LiveBars;
  /** Such as `synthetic`, or the name of an exchange. */
  readonly feedName: string;
  readonly #logger: Logger;
  readonly #trading: Trading | undefined;
  readonly #warmth: WarmUps;
  readonly #watch: FeedWatch;
  readonly #replays: boolean;
  readonly #beginsAtMs: number;
  readonly #marketListeners = new Set<MarketListener>();

  constructor({ feed, manager, trading, logger }: QuantCellOptions) {
    this.#trading = trading;
    this.feed = feed;
    this.feedName = feed.name;
    this.#replays = feed.replays;
    this.#beginsAtMs = feed.beginsAtMs ?? 0;
    this.#logger = logger ?? silentLogger;
    this.manager = new WorkerManager({
      ...(feed.history && { warmUp: (topics, bars) => this.#warmth.bring(topics, bars) }),
      ...manager,
      ...(trading && { orders: trading.port }),
      ...(logger && { logger }),
    });
    this.engine = new RealtimeEngine({
      feed,
      sink: {
        publish: (events) => {
          // Before a strategy sees it: its order is to meet this market, or a later one.
          trading?.onMarket(events);
          const published = this.manager.broker.publishBatch(events);
          if (this.#marketListeners.size > 0) this.#tellMarket(events);
          return published;
        },
        newestMs: ({ symbol, dataType }) => this.manager.broker.newestMs(symbol, dataType),
      },
      ...(logger && { logger }),
    });
    this.#warmth = new WarmUps(this.engine, () => this.manager.broker, this.#logger);
    this.#watch = new FeedWatch({ feed, engine: this.engine, manager: this.manager, trading });
    const { engine } = this;
    this.bars = new MarketBars({
      feed,
      engine,
      broker: () => this.manager.broker,
      logger: this.#logger,
    });
    this.liveBars = new LiveBars({
      bars: this.bars,
      onMarket: (listener) => this.onMarket(listener),
      logger: this.#logger,
    });
  }

  /** Starts the manager; the feed waits for `startFeed`, so that strategies can be there first. */
  async start(): Promise<void> {
    await this.#trading?.start();
    try {
      await this.manager.start();
    } catch (thrown) {
      await this.#trading?.stop();
      throw thrown;
    }
    // Those that the home brought back, and whatever their topics are after a reload of their file.
    for (const workerId of this.manager.getRunningWorkers()) this.#requestOrLog(workerId);
    this.manager.on('status', ({ workerId, state }, transition) => {
      if (transition !== null && state === WorkerState.RUNNING) this.#requestOrLog(workerId);
    });
  }

  startFeed(): void {
    this.engine.start();
  }

  /** Starts a strategy, and asks the feed for what it subscribes to. @throws as `WorkerManager.startStrategy` and `RealtimeEngine.subscribe` */
  async startStrategy(path: string, config: WorkerConfig = {}, workerId?: string): Promise<string> {
    const id = await this.manager.startStrategy(path, this.#withMode(config), workerId);
    try {
      this.#request(id);
    } catch (thrown) {
      await this.manager.stopWorker(id, 'the feed does not have its data');
      this.manager.removeWorker(id);
      throw thrown;
    }
    return id;
  }

  /**
   * Makes a worker that is not started. What the feed does not have is refused before anything is made.
   *
   * @throws as `WorkerManager.createWorker` and `RealtimeEngine.subscribe`
   */
  async createWorker(path: string, config: WorkerConfig = {}, workerId?: string): Promise<string> {
    const complete = this.#withMode(config);
    this.#check(resolveWorkerConfig(complete, await this.manager.describeStrategy(path)));
    return this.manager.createWorker(path, complete, workerId);
  }

  /** Starts a worker that is known and does not run. @throws as `WorkerManager.startWorker` and `RealtimeEngine.subscribe` */
  async startWorker(workerId: string): Promise<void> {
    this.#check(this.manager.getWorkerStatus(workerId));
    await this.manager.startWorker(workerId);
  }

  /**
   * Changes how a worker is run, and asks the feed for what it gets then. What the feed does not have is refused
   * before anything has changed.
   *
   * @throws as `WorkerManager.configureWorker` and `RealtimeEngine.subscribe`
   */
  async configureWorker(
    workerId: string,
    changes: Partial<WorkerConfig>,
  ): ReturnType<WorkerManager['configureWorker']> {
    const { manager } = this;
    const { strategyPath, pid } = manager.getWorkerStatus(workerId);
    if (changes.symbols ?? changes.dataTypes ?? changes.timeframe) {
      const config = mergeConfig(manager.getWorkerConfig(workerId), changes);
      const description =
        manager.getWorkerDescription(workerId) ?? (await manager.describeStrategy(strategyPath));
      this.#check(resolveWorkerConfig(config, description));
    }
    const result = await manager.configureWorker(workerId, changes);
    if (pid !== null) this.#requestOrLog(workerId);
    return result;
  }

  /** Changes what a strategy gets, and asks the feed for it. @throws as `WorkerManager.reloadConfig` and `RealtimeEngine.subscribe` */
  async reloadConfig(
    workerId: string,
    config: Pick<WorkerConfig, 'symbols' | 'dataTypes' | 'timeframe'>,
  ): Promise<void> {
    await this.manager.reloadConfig(workerId, config);
    this.#request(workerId);
  }

  /** Calls the listener once for each batch, after it was published; returns the function that ends that. */
  onMarket(listener: MarketListener): () => void {
    this.#marketListeners.add(listener);
    return () => this.#marketListeners.delete(listener);
  }

  /** What is published of these: the topics themselves, and the bars that are made of them. */
  get stalePublished(): readonly StaleTopic[] {
    return this.#watch.stalePublished;
  }

  /** Why the feed has failed; null if it has not. */
  get feedFailure(): string | null {
    return this.#watch.failure;
  }

  /** Stops the feed, then the workers. Leaves nothing behind. */
  async stop(): Promise<void> {
    this.#watch.stop();
    await this.engine.stop();
    await this.manager.stop();
    await this.#trading?.stop();
  }

  /** Stops the feed and ends the workers at once, without asking the strategies. */
  async kill(): Promise<void> {
    this.#watch.stop();
    await Promise.all([this.engine.stop(), this.manager.kill()]);
    await this.#trading?.stop();
  }

  /** Topics of the feed that are not up to date, as far as it says so. */
  get staleTopics(): readonly StaleTopic[] {
    return this.#watch.stale;
  }

  /** Workers that have a process. */
  get workersAlive(): number {
    return this.manager.getAllStatus().filter(({ pid }) => pid !== null).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** A listener that fails does not end the market. */
  #tellMarket(events: readonly MarketEvent[]): void {
    for (const listener of this.#marketListeners) {
      try {
        listener(events);
      } catch (thrown) {
        this.#logger.log('error', `a listener for market data threw: ${messageOf(thrown)}`);
      }
    }
  }

  #requestOrLog(workerId: string): void {
    try {
      this.#request(workerId);
    } catch (thrown) {
      this.#logger.log('error', `worker ${workerId} gets no data: ${messageOf(thrown)}`);
    }
  }

  #request(workerId: string): void {
    this.engine.subscribe(topicsOf(this.manager.getWorkerStatus(workerId)));
    this.#watch.look();
  }

  #check(worker: TopicNames): void {
    this.engine.check(topicsOf(worker));
  }

  #withMode(config: WorkerConfig): WorkerConfig {
    const mode = config.mode ?? (this.#replays ? 'replay' : 'paper');
    return { ...config, mode, ...(mode === 'replay' && { replayFromMs: this.#beginsAtMs }) };
  }
}

type TopicNames = Pick<WorkerStatus, 'symbols' | 'dataTypes'>;

function topicsOf({ symbols, dataTypes }: TopicNames): MarketTopic[] {
  return symbols.flatMap((symbol) =>
    dataTypes.map((type) => ({ symbol, dataType: type as DataType })),
  );
}
