import { messageOf, quote } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { LogLevel } from '../base/logger.ts';
import type { Facts, StrategyContext } from '../strategy/context.ts';
import type { StrategyTrading } from '../strategy/orders.ts';
import { StrategyUsageError } from './errors.ts';
import type { Scheduler } from './scheduler.ts';
import type { SubscribedTopics } from './subscribed-topics.ts';

/** Largest JSON of all figures that a strategy reports, characters. */
const MAX_REPORT_CHARS = 65_536;

export interface ContextParts {
  readonly workerId: string;
  readonly mode: StrategyContext['mode'];
  readonly symbols: readonly string[];
  readonly params: unknown;
  readonly state: unknown;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly topics: SubscribedTopics;
  readonly trading: StrategyTrading;
  readonly log: (level: LogLevel, message: string, facts?: Facts) => void;
}

/** The one context object of a strategy's life, and what the runtime may change in it. */
export class WorkerContext implements StrategyContext<unknown, unknown> {
  readonly workerId: string;
  readonly mode: StrategyContext['mode'];
  readonly clock: StrategyContext['clock'];
  readonly schedule: StrategyContext['schedule'];
  readonly log: StrategyContext['log'];
  state: unknown;
  readonly buy: StrategyTrading['buy'];
  readonly sell: StrategyTrading['sell'];
  readonly modify: StrategyTrading['modify'];
  readonly cancel: StrategyTrading['cancel'];
  readonly cancelAll: StrategyTrading['cancelAll'];
  readonly closePosition: StrategyTrading['closePosition'];
  readonly position: StrategyTrading['position'];
  readonly order: StrategyTrading['order'];
  readonly instrument: StrategyTrading['instrument'];
  readonly roundQuantity: StrategyTrading['roundQuantity'];
  readonly roundPrice: StrategyTrading['roundPrice'];
  readonly #trading: StrategyTrading;
  readonly #topics: SubscribedTopics;
  #symbols: readonly string[];
  #params: unknown;
  #figures: Facts = {};
  #figuresChanged = false;

  constructor(parts: ContextParts) {
    const { clock, scheduler, log, trading } = parts;
    this.workerId = parts.workerId;
    this.mode = parts.mode;
    this.state = parts.state;
    this.#topics = parts.topics;
    this.#symbols = parts.symbols;
    this.#params = parts.params;
    this.#trading = trading;
    // Of the object itself, so that a strategy may take them apart: const { buy, sell } = ctx.
    this.buy = (symbol, quantity, options) => trading.buy(symbol, quantity, options);
    this.sell = (symbol, quantity, options) => trading.sell(symbol, quantity, options);
    this.modify = (order, changes) => trading.modify(order, changes);
    this.cancel = (order) => trading.cancel(order);
    this.cancelAll = (symbol) => trading.cancelAll(symbol);
    this.closePosition = (symbol, options) => trading.closePosition(symbol, options);
    this.position = (symbol) => trading.position(symbol);
    this.order = (clientOrderId) => trading.order(clientOrderId);
    this.instrument = (symbol) => trading.instrument(symbol);
    this.roundQuantity = (symbol, quantity) => trading.roundQuantity(symbol, quantity);
    this.roundPrice = (symbol, price) => trading.roundPrice(symbol, price);
    this.clock = { now: () => clock.now() };
    this.schedule = {
      every: (name, intervalMs) => scheduler.every(name, intervalMs),
      at: (name, timestampMs) => scheduler.at(name, timestampMs),
      cancel: (name) => scheduler.cancel(name),
    };
    this.log = {
      debug: (message, facts) => log('debug', message, facts),
      info: (message, facts) => log('info', message, facts),
      warn: (message, facts) => log('warn', message, facts),
      error: (message, facts) => log('error', message, facts),
    };
  }

  get orders(): StrategyTrading['orders'] {
    return this.#trading.orders;
  }

  get account(): StrategyTrading['account'] {
    return this.#trading.account;
  }

  get symbols(): readonly string[] {
    return this.#symbols;
  }

  get params(): unknown {
    return this.#params;
  }

  history(
    symbol: string,
    timeframe: string,
    count: number,
  ): ReturnType<StrategyContext['history']> {
    return this.#topics.history(symbol, timeframe, count);
  }

  report(figures: Facts): void {
    const merged = { ...this.#figures, ...figures };
    const json = jsonOf(merged);
    if (json.length > MAX_REPORT_CHARS) {
      throw new StrategyUsageError(
        'INVALID_REPORT',
        `report(${quote(Object.keys(figures))}): all figures together have ${json.length} characters of JSON, at most ${MAX_REPORT_CHARS} are kept`,
        { characters: json.length },
      );
    }
    // As they are now: a list that goes on growing would make the next report too large to send.
    this.#figures = JSON.parse(json) as Facts;
    this.#figuresChanged = true;
  }

  /** The figures reported so far. */
  get figures(): Facts {
    return this.#figures;
  }

  /** The figures reported, if they changed since this was last called. */
  takeFigures(): Facts | undefined {
    if (!this.#figuresChanged) return undefined;
    this.#figuresChanged = false;
    return this.#figures;
  }

  replaceParams(params: unknown): void {
    this.#params = params;
  }

  replaceSymbols(symbols: readonly string[]): void {
    this.#symbols = symbols;
  }
}

function jsonOf(figures: Facts): string {
  let problem = 'they make something else of themselves';
  try {
    const json = JSON.stringify(figures) as string | undefined;
    if (json?.startsWith('{') === true) return json;
  } catch (thrown) {
    problem = messageOf(thrown);
  }
  throw new StrategyUsageError(
    'INVALID_REPORT',
    `report(): the figures are not plain data: ${problem}`,
    {},
  );
}
