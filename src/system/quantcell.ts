import { messageOf } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import { WorkerManager } from '../host/worker-manager.ts';
import type { WorkerManagerOptions } from '../host/worker-manager-options.ts';
import type { WorkerConfig } from '../host/worker-config.ts';
import type { MarketFeed } from '../market/market-feed.ts';
import { RealtimeEngine } from '../market/realtime-engine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { DataType } from '../model/data-type.ts';
import { FeedWatch, type StaleTopic } from './feed-watch.ts';
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

/** The whole of it: one feed, and the workers that live on it. */
export class QuantCell implements AsyncDisposable {
  readonly manager: WorkerManager;
  readonly engine: RealtimeEngine;
  /** Such as `synthetic`, or the name of an exchange. */
  readonly feedName: string;
  readonly #logger: Logger;
  readonly #trading: Trading | undefined;
  readonly #warmth: WarmUps;
  readonly #watch: FeedWatch;
  readonly #replays: boolean;
  readonly #beginsAtMs: number;

  constructor({ feed, manager, trading, logger }: QuantCellOptions) {
    this.#trading = trading;
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
          return this.manager.broker.publishBatch(events);
        },
        newestMs: ({ symbol, dataType }) => this.manager.broker.newestMs(symbol, dataType),
      },
      ...(logger && { logger }),
    });
    this.#warmth = new WarmUps(this.engine, () => this.manager.broker, this.#logger);
    this.#watch = new FeedWatch({ feed, engine: this.engine, manager: this.manager, trading });
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
    const mode = config.mode ?? (this.#replays ? 'replay' : 'paper');
    const id = await this.manager.startStrategy(
      path,
      { ...config, mode, ...(mode === 'replay' && { replayFromMs: this.#beginsAtMs }) },
      workerId,
    );
    try {
      this.#request(id);
    } catch (thrown) {
      await this.manager.stopWorker(id, 'the feed does not have its data');
      this.manager.removeWorker(id);
      throw thrown;
    }
    return id;
  }

  /** Changes what a strategy gets, and asks the feed for it. @throws as `WorkerManager.reloadConfig` and `RealtimeEngine.subscribe` */
  async reloadConfig(
    workerId: string,
    config: Pick<WorkerConfig, 'symbols' | 'dataTypes' | 'timeframe'>,
  ): Promise<void> {
    await this.manager.reloadConfig(workerId, config);
    this.#request(workerId);
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

  #requestOrLog(workerId: string): void {
    try {
      this.#request(workerId);
    } catch (thrown) {
      this.#logger.log('error', `worker ${workerId} gets no data: ${messageOf(thrown)}`);
    }
  }

  #request(workerId: string): void {
    const { symbols, dataTypes } = this.manager.getWorkerStatus(workerId);
    this.engine.subscribe(
      symbols.flatMap((symbol) =>
        dataTypes.map((type) => ({ symbol, dataType: type as DataType })),
      ),
    );
    this.#watch.look();
  }
}
