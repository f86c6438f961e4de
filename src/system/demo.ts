import { join } from 'node:path';
import { SyntheticFeed } from '../market/synthetic/synthetic-feed.ts';
import type { WorkerConfig } from '../host/worker-config.ts';
import type { ServiceConfigInput } from './config/config-schema.ts';
import { QuantCell } from './quantcell.ts';

export interface DemoOptions {
  /** Folder of the example strategies. */
  readonly examples: string;
  readonly seed: number;
  /** Something that a person wants to read happened. */
  readonly onEvent: (line: string) => void;
}

/** What the demo shows of one worker. */
export interface DemoRow {
  readonly workerId: string;
  readonly state: string;
  readonly pid: number | null;
  readonly messages: number;
  readonly lastPrice: number | null;
  /** Not shared with other processes. */
  readonly memoryBytes: number;
  readonly restarts: number;
  readonly report: Readonly<Record<string, unknown>>;
}

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

/** Bars of a second, so that there is something to see at once. */
const TIMEFRAME = '1s';

/** The examples by their names, and how each is run. */
const WORKERS = [
  { strategy: 'sma-cross', config: { symbols: ['BTC/USDT'], timeframe: TIMEFRAME } },
  {
    strategy: 'relative-strength',
    config: { symbols: SYMBOLS, timeframe: TIMEFRAME, params: { lookback: 5, every: 1 } },
  },
  { strategy: 'tick-pressure', config: { symbols: ['ETH/USDT'] } },
];

/** The examples that the demo runs. */
export const DEMO_STRATEGIES: readonly string[] = WORKERS.map(({ strategy }) => strategy);

/** The same as the configuration of a service. */
export const DEMO_CONFIG: ServiceConfigInput = {
  market: { source: 'synthetic', symbols: SYMBOLS, timeframe: TIMEFRAME, volatility: 2 },
  workers: {
    run: WORKERS.map(({ strategy, config }) => ({ id: strategy, strategy, ...config })),
    // Nothing of a demo is to be left behind.
    survive: false,
  },
};

/** Three example strategies on a synthetic market in real time. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #system: QuantCell;

  constructor(options: DemoOptions) {
    this.#options = options;
    const feed = new SyntheticFeed({
      seed: options.seed,
      symbols: SYMBOLS,
      timeframe: TIMEFRAME,
      volatility: 2,
    });
    this.#system = new QuantCell({
      feed,
      manager: { maxWorkers: 3, pool: { minSize: 3, maxSize: 6 } },
    });
  }

  /** Resolves once all three strategies are RUNNING and the market has opened. */
  async start(): Promise<void> {
    const { manager } = this.#system;
    manager.on('status', ({ workerId }, transition) => {
      if (transition === null) return;
      this.#options.onEvent(
        `${workerId}: ${transition.from} -> ${transition.to} (${transition.trigger})`,
      );
    });
    await this.#system.start();
    try {
      for (const { strategy, config } of WORKERS) await this.#startExample(strategy, config);
    } catch (thrown) {
      await this.#system.stop();
      throw thrown;
    }
    this.#system.startFeed();
  }

  rows(): DemoRow[] {
    return this.#system.manager.getAllStatus().map((status) => ({
      workerId: status.workerId,
      state: status.state,
      pid: status.pid,
      messages: status.counters.messagesProcessed,
      lastPrice: status.lastPrice,
      memoryBytes: status.vitals.privateBytes,
      restarts: status.restartCount,
      report: status.report,
    }));
  }

  /** Stops everything, also while it is being started; nothing is left behind. */
  async stop(): Promise<void> {
    await this.#system.stop();
  }

  /** Ends everything at once. */
  async kill(): Promise<void> {
    await this.#system.kill();
  }

  get workersAlive(): number {
    return this.#system.workersAlive;
  }

  get stopLimitMs(): number {
    return this.#system.manager.stopLimitMs;
  }

  async #startExample(name: string, config: WorkerConfig): Promise<void> {
    await this.#system.startStrategy(
      join(this.#options.examples, name, 'strategy.ts'),
      config,
      name,
    );
  }
}
