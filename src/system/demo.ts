import { join } from 'node:path';
import { SyntheticFeed } from '../market/synthetic/synthetic-feed.ts';
import type { WorkerConfig } from '../host/worker-config.ts';
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
      await this.#startExample('sma-cross', { symbols: ['BTC/USDT'], timeframe: TIMEFRAME });
      await this.#startExample('relative-strength', {
        symbols: SYMBOLS,
        timeframe: TIMEFRAME,
        params: { lookback: 5, every: 1 },
      });
      await this.#startExample('tick-pressure', { symbols: ['ETH/USDT'] });
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
