import { resolve } from 'node:path';
import { silentLogger } from '../base/logger.ts';
import { ExecutionEngine } from '../execution/execution-engine.ts';
import type { ExecutionVenue } from '../execution/venue.ts';
import type { RiskConfig } from '../execution/risk/risk-limits.ts';
import { makePrivateDirectory } from '../host/private-directory.ts';
import type { OrderUpdate } from '../model/order-update.ts';
import type { WhenDown } from '../model/when-down.ts';
import { journalPathOf } from './journal-path.ts';
import {
  checkStakes,
  openExchange,
  type ExchangeAccessOptions,
  type MarketAccess,
} from './market-access.ts';
import { QuantCell } from './quantcell.ts';
import { EngineTrading } from './trading/engine-trading.ts';

export type { OrderUpdate };

export interface TradingSessionOptions extends Omit<ExchangeAccessOptions, 'venue'> {
  /** Strategy files; each gets a worker process. Those that the home has already go on instead of being started again. */
  readonly strategies: readonly string[];
  /** Where orders go: to a simulated market in this process, or to the exchange. @default paper */
  readonly venue?: 'paper' | 'exchange';
  /** Directory of journal, states and registry. @default a temporary one, for paper alone */
  readonly home?: string;
  readonly symbols?: readonly string[];
  readonly timeframe?: string;
  readonly params?: unknown;
  readonly risk?: RiskConfig;
  /** What happens to the orders of a strategy that is down. @default hold */
  readonly whenDown?: WhenDown;
  readonly onLog?: (workerId: string, level: string, message: string) => void;
  readonly onOrder?: (workerId: string, update: OrderUpdate) => void;
}

/** Strategies on the market data of an exchange, with orders on paper or at the exchange, until it is stopped. */
export class TradingSession {
  readonly #options: TradingSessionOptions;
  #access: MarketAccess | undefined;
  #engine: ExecutionEngine | undefined;
  #system: QuantCell | undefined;

  /** @throws {ExecutionError} code `NOT_LIVE` or `HOME_NEEDED` */
  constructor(options: TradingSessionOptions) {
    checkStakes(options);
    this.#options = options;
  }

  /**
   * Resolves once all strategies run.
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

  /** Stops the strategies, then lets go of the exchange. Open orders stay where they are, unless a strategy's `whenDown` says otherwise. */
  async stop(): Promise<void> {
    await this.#system?.stop();
    await this.#access?.close();
  }

  /** Ends every process at once. */
  async kill(): Promise<void> {
    await this.#system?.kill();
    await this.#access?.close();
  }

  /** Undefined before `start`. */
  get engine(): ExecutionEngine | undefined {
    return this.#engine;
  }

  get system(): QuantCell | undefined {
    return this.#system;
  }

  get workersAlive(): number {
    return this.#system?.workersAlive ?? 0;
  }

  get stopLimitMs(): number {
    return this.#system?.manager.stopLimitMs ?? 0;
  }

  async #start(): Promise<void> {
    const { home, risk, logger = silentLogger, onLog, onOrder } = this.#options;
    if (home !== undefined) makePrivateDirectory(resolve(home));
    const access = await openExchange(this.#options);
    this.#access = access;
    const engine = new ExecutionEngine({
      venue: access.venue as ExecutionVenue,
      logger,
      ...(home !== undefined && { journalPath: journalPathOf(home) }),
      ...(risk && { risk }),
    });
    this.#engine = engine;
    if (onOrder !== undefined) engine.listen({ onUpdate: onOrder, onAccount: () => undefined });
    const maxWorkers = Math.max(10, this.#options.strategies.length);
    this.#system = new QuantCell({
      feed: access.feed,
      trading: new EngineTrading(engine),
      manager: { maxWorkers, survive: home !== undefined, ...(home !== undefined && { home }) },
      logger,
    });
    const { manager } = this.#system;
    manager.on('log', (id, line) => onLog?.(id, line.level, line.message));
    await this.#system.start();
    this.#system.startFeed();
    await this.#startStrategies(this.#system);
  }

  /** Those that the home has brought back run already. */
  async #startStrategies(system: QuantCell): Promise<void> {
    const { strategies, symbols, timeframe, params, whenDown } = this.#options;
    const running = system.manager.getAllStatus().filter(({ pid }) => pid !== null);
    const restored = running.map(({ strategyPath }) => strategyPath);
    for (const path of strategies) {
      const at = restored.indexOf(resolve(path));
      if (at >= 0) {
        restored.splice(at, 1);
        continue;
      }
      await system.startStrategy(path, {
        mode: this.#options.venue === 'exchange' ? 'live' : 'paper',
        ...(symbols && { symbols }),
        ...(timeframe !== undefined && { timeframe }),
        ...(params !== undefined && { params }),
        ...(whenDown && { whenDown }),
      });
    }
  }
}
