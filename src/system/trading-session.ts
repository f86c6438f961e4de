import { resolve } from 'node:path';
import { silentLogger, type Logger } from '../base/logger.ts';
import { systemClock } from '../base/clock.ts';
import { CcxtExchange } from '../exchange/ccxt-exchange.ts';
import { readCredentials } from '../exchange/credentials.ts';
import { simExchangeUrls, type SimExchangeAddress } from '../exchange/exchange-urls.ts';
import { Secret, type ExchangeCredentials } from '../exchange/secret.ts';
import { ExecutionError } from '../execution/errors.ts';
import { ExecutionEngine } from '../execution/execution-engine.ts';
import type { ExecutionVenue } from '../execution/venue.ts';
import { CcxtVenue } from '../execution/venues/ccxt/ccxt-venue.ts';
import type { PaperVenueOptions } from '../execution/venues/paper/paper-options.ts';
import { PaperVenue } from '../execution/venues/paper/paper-venue.ts';
import type { RiskConfig } from '../execution/risk/risk-limits.ts';
import { makePrivateDirectory } from '../host/private-directory.ts';
import { CcxtFeed } from '../market/ccxt/ccxt-feed.ts';
import type { InstrumentKind } from '../model/instrument.ts';
import type { OrderUpdate } from '../model/order-update.ts';
import type { WhenDown } from '../model/when-down.ts';
import { journalPathOf } from './journal-path.ts';
import { QuantCell } from './quantcell.ts';
import { EngineTrading } from './trading/engine-trading.ts';

export type { OrderUpdate };

export interface TradingSessionOptions {
  /** Strategy files; each gets a worker process. Those that the home has already go on instead of being started again. */
  readonly strategies: readonly string[];
  /** Where market data comes from, as ccxt calls it. */
  readonly exchange: string;
  /** @default spot */
  readonly kind?: InstrumentKind;
  /** Where orders go: to a simulated market in this process, or to the exchange. @default paper */
  readonly venue?: 'paper' | 'exchange';
  /** Real money may be spent. Without it orders go to the exchange only in its sandbox. @default false */
  readonly live?: boolean;
  /** The exchange's test environment. @default false */
  readonly sandbox?: boolean;
  /** Name of the keys. @default that of the exchange */
  readonly keys?: string;
  /** Asked if the keys are in a file and the environment has no passphrase. */
  readonly passphrase?: () => Promise<string>;
  /** A simulated exchange in place of the real one. */
  readonly simExchange?: SimExchangeAddress;
  /** Directory of journal, states and registry. @default a temporary one, for paper alone */
  readonly home?: string;
  readonly symbols?: readonly string[];
  readonly timeframe?: string;
  readonly params?: unknown;
  readonly risk?: RiskConfig;
  /** What happens to the orders of a strategy that is down. @default hold */
  readonly whenDown?: WhenDown;
  readonly paper?: Omit<PaperVenueOptions, 'name' | 'instruments'>;
  readonly logger?: Logger;
  readonly onLog?: (workerId: string, level: string, message: string) => void;
  readonly onOrder?: (workerId: string, update: OrderUpdate) => void;
}

/** Strategies on the market data of an exchange, with orders on paper or at the exchange, until it is stopped. */
export class TradingSession {
  readonly #options: TradingSessionOptions;
  #exchange: CcxtExchange | undefined;
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
    await this.#exchange?.close();
  }

  /** Ends every process at once. */
  async kill(): Promise<void> {
    await this.#system?.kill();
    await this.#exchange?.close();
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
    const exchange = await this.#openExchange();
    this.#exchange = exchange;
    const engine = new ExecutionEngine({
      venue: this.#venue(exchange),
      logger,
      ...(home !== undefined && { journalPath: journalPathOf(home) }),
      ...(risk && { risk }),
    });
    this.#engine = engine;
    if (onOrder !== undefined) engine.listen({ onUpdate: onOrder, onAccount: () => undefined });
    const feed = new CcxtFeed({ exchange, logger });
    const maxWorkers = Math.max(10, this.#options.strategies.length);
    this.#system = new QuantCell({
      feed,
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

  async #openExchange(): Promise<CcxtExchange> {
    const { exchange: id, kind = 'spot', sandbox = false, simExchange, logger } = this.#options;
    const credentials = this.#toExchange ? await this.#credentials() : undefined;
    return CcxtExchange.open({
      id,
      kind,
      sandbox,
      ...(credentials && { credentials }),
      ...(simExchange && { urls: simExchangeUrls(simExchange) }),
      ...(logger && { logger }),
    });
  }

  #credentials(): Promise<ExchangeCredentials> {
    const { exchange, keys = exchange, home, passphrase } = this.#options;
    const ask = async (): Promise<Secret> =>
      new Secret(process.env['QUANTCELL_KEYS_PASSPHRASE'] ?? (await passphrase?.()) ?? '');
    return readCredentials(keys, { env: process.env, home: home ?? null, passphrase: ask });
  }

  #venue(exchange: CcxtExchange): ExecutionVenue {
    const { paper, logger } = this.#options;
    if (this.#toExchange) {
      return new CcxtVenue({ exchange, name: this.#venueName, ...(logger && { logger }) });
    }
    // The exchange's own steps and fees, so that what works on paper works there.
    const instruments = (symbol: string): ReturnType<CcxtExchange['instrument']> =>
      exchange.instrument(symbol);
    return new PaperVenue({ ...paper, instruments }, systemClock);
  }

  /** Orders of a sandbox are not those of the exchange, nor are those of its futures those of its spot market. */
  get #venueName(): string {
    const { exchange, kind, sandbox, simExchange } = this.#options;
    return [
      exchange,
      ...(kind === 'linear' ? [kind] : []),
      ...(sandbox === true ? ['sandbox'] : []),
      ...(simExchange === undefined ? [] : ['simulated']),
    ].join('-');
  }

  get #toExchange(): boolean {
    return this.#options.venue === 'exchange';
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
        mode: this.#toExchange ? 'live' : 'paper',
        ...(symbols && { symbols }),
        ...(timeframe !== undefined && { timeframe }),
        ...(params !== undefined && { params }),
        ...(whenDown && { whenDown }),
      });
    }
  }
}

/** Real money needs a word of its own, and a journal that outlives the process. */
function checkStakes({ venue, live, sandbox, home, simExchange }: TradingSessionOptions): void {
  if (venue !== 'exchange') return;
  if (live !== true && sandbox !== true && simExchange === undefined) {
    throw new ExecutionError(
      'NOT_LIVE',
      'orders would go to the exchange with real money: say so with live, or take the sandbox or the paper venue',
    );
  }
  if (home === undefined) {
    throw new ExecutionError(
      'HOME_NEEDED',
      'orders at an exchange need a home directory: the journal of what was sent must outlive the process',
    );
  }
}
