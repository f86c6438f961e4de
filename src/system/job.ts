import type { Logger } from '../base/logger.ts';
import { openJobFeed, type JobFeed, type JobSource } from './job-feed.ts';
import { summarize, type JobSummary } from './job-summary.ts';
import { writeEquityCsv } from '../execution/performance/equity-csv.ts';
import { writeEquitySvg } from '../execution/performance/equity-svg.ts';
import type { RunFigures } from '../execution/performance/run-performance.ts';
import { paperTrading, type PaperTradingOptions } from './trading/paper-trading.ts';
import type { ReplayTrading } from './trading/replay-trading.ts';
import { QuantCell } from './quantcell.ts';

export interface JobOptions {
  /** Strategy files; each gets a worker process. */
  readonly strategies: readonly string[];
  readonly source: JobSource;
  /** Needed where the data does not name any. @default those that the files name */
  readonly symbols?: readonly string[];
  /** Of the bars that the strategies get, where they name none. @default the data's own */
  readonly timeframe?: string;
  /** The same for every strategy. @default {} */
  readonly params?: unknown;
  /** Executes orders on paper; `{}` for the defaults. @default none are executed: each is denied */
  readonly paper?: PaperTradingOptions;
  /** @default a temporary directory */
  readonly home?: string;
  readonly onLog?: (workerId: string, level: string, message: string) => void;
  /** @default silent */
  readonly logger?: Logger;
}

/**
 * Runs strategies over data that has an end: every event reaches every strategy that subscribes to
 * it, once and in order, however fast or slow that is.
 */
export class Job {
  readonly #options: JobOptions;
  readonly #stopping = new AbortController();
  #system: QuantCell | undefined;
  #feed: JobFeed | undefined;
  #trading: ReplayTrading | undefined;
  #figures: RunFigures | null = null;
  #starting = false;

  constructor(options: JobOptions) {
    this.#options = options;
  }

  /**
   * Runs it to the end and says what happened.
   *
   * @throws {QuantCellError} if it can't begin: a strategy or the data is not as it should be
   */
  async run(): Promise<JobSummary> {
    const beganMs = performance.now();
    const { strategies, symbols = [], source, home, logger } = this.#options;
    this.#feed = await openJobFeed(source, symbols);
    const { feed } = this.#feed;
    const count = strategies.length;
    const { paper } = this.#options;
    this.#trading = paper && this.#paperTrading(paper);
    await using system = new QuantCell({
      feed,
      manager: {
        maxWorkers: Math.max(1, count),
        pool: { minSize: count, maxSize: count + 1 },
        // What was missed could not be shown again: a replay that lost a worker has failed.
        restartPolicy: { mode: 'temporary' },
        keepWorkers: false,
        ...(home !== undefined && { home }),
      },
      ...(this.#trading && { trading: this.#trading }),
      ...(logger && { logger }),
    });
    this.#system = system;
    await system.start();
    system.manager.on('log', (id, line) => this.#options.onLog?.(id, line.level, line.message));
    const failure = (await this.#startAll(system)) ? await this.#feedAll(system) : null;
    await system.manager.stopAllWorkers(
      this.#stopping.signal.aborted ? 'interrupted' : 'the data ended',
    );
    this.#figures = this.#trading?.figures() ?? null;
    await this.#writeCurves();
    return summarize({
      performance: this.#figures,
      statuses: system.manager.getAllStatus(),
      engine: system.engine.getStats(),
      feed: feed.name,
      wallMs: performance.now() - beganMs,
      interrupted: this.#stopping.signal.aborted,
      failure,
      broker: system.manager.broker,
    });
  }

  /** Equity of each strategy and, last, of all; null without paper trading or before the end of `run`. */
  get figures(): RunFigures | null {
    return this.#figures;
  }

  /** Ends early; `run` resolves with what had happened until then. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    void this.#system?.engine.stop();
    // Those that run are stopped by `run`; one that is being started is not to be waited for.
    if (this.#starting) void this.#system?.manager.stopAllWorkers('interrupted');
  }

  /** Ends every process at once; `run` may reject then. */
  async kill(): Promise<void> {
    this.stop();
    await this.#system?.kill();
  }

  get workersAlive(): number {
    return this.#system?.workersAlive ?? 0;
  }

  get stopLimitMs(): number {
    return this.#system?.manager.stopLimitMs ?? 0;
  }

  /** Share of the data that has been sent, 0 to 1; undefined where that can't be told. */
  get fraction(): number | undefined {
    return this.#feed?.fraction(this.marketTimeMs);
  }

  /** Timestamp of the last event sent, ms since the epoch. */
  get marketTimeMs(): number | undefined {
    return this.#system?.engine.getStats().lastEventMs;
  }

  /** Events sent so far. */
  get eventsSent(): number {
    return this.#system?.engine.getStats().eventsOut ?? 0;
  }

  #paperTrading(options: PaperTradingOptions): ReplayTrading {
    const { feed } = this.#feed as JobFeed;
    const symbols = this.#options.symbols ?? feed.symbols ?? [];
    return paperTrading(options, {
      symbols,
      beginsAtMs: feed.beginsAtMs ?? 0,
      manager: () => (this.#system as QuantCell).manager,
    });
  }

  async #writeCurves(): Promise<void> {
    const { equityFile, plotFile } = this.#options.paper ?? {};
    if (this.#figures === null) return;
    if (equityFile !== undefined) await writeEquityCsv(equityFile, this.#figures.curves);
    if (plotFile !== undefined) await writeEquitySvg(plotFile, this.#figures);
  }

  /** False if the job was stopped meanwhile. @throws as `QuantCell.startStrategy` */
  async #startAll(system: QuantCell): Promise<boolean> {
    const { signal } = this.#stopping;
    this.#starting = true;
    try {
      for (const path of this.#options.strategies) {
        if (signal.aborted) return false;
        await this.#startStrategy(system, path);
      }
    } catch (thrown) {
      // A start that was stopped fails, and that is no fault of the strategy's.
      if (!signal.aborted) throw thrown;
    } finally {
      this.#starting = false;
    }
    return !signal.aborted;
  }

  async #startStrategy(system: QuantCell, path: string): Promise<void> {
    const { symbols, timeframe = this.#feed?.timeframe, params } = this.#options;
    const named = symbols ?? this.#feed?.feed.symbols;
    await system.startStrategy(path, {
      ...(named !== undefined && named.length > 0 && { symbols: named }),
      ...(timeframe !== undefined && { timeframe }),
      ...(params !== undefined && { params }),
      mode: 'replay',
      lossless: true,
    });
  }

  /** Lets the data flow until it or the last strategy ends; the feed's error if it failed. */
  async #feedAll(system: QuantCell): Promise<Error | null> {
    const { manager, engine } = system;
    const allEnded = new Promise<void>((resolve) => {
      const look = (): void => {
        if (manager.getAllStatus().every(({ pid }) => pid === null)) resolve();
      };
      manager.on('exit', look);
      look();
    });
    if (this.#stopping.signal.aborted) return null;
    engine.start();
    try {
      await Promise.race([engine.ended, allEnded]);
      // An interrupted job does not wait for what is still on its way.
      const stopped = new Promise<void>((resolve) => {
        if (this.#stopping.signal.aborted) resolve();
        else this.#stopping.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await Promise.race([manager.broker.drained(), allEnded, stopped]);
      return null;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    } finally {
      await engine.stop();
    }
  }
}
