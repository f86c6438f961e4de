import { systemClock, type Clock } from '../base/clock.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import type { TradingState } from '../model/account.ts';
import type { Order } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { OrderUpdate } from '../model/order-update.ts';
import { AskingLoop } from './asking-loop.ts';
import { decimal, text } from './decimals.ts';
import { denial } from './denial.ts';
import { DownPolicies } from './down-policies.ts';
import type { ExecutionEngineOptions } from './engine-options.ts';
import { flatten } from './flatten.ts';
import type { OrderJournal } from './journal/order-journal.ts';
import { SqliteJournal } from './journal/sqlite-journal.ts';
import { KillSwitch } from './kill-switch.ts';
import { Ledger } from './ledger.ts';
import { MarketPrices } from './market-prices.ts';
import { notionalOf } from './order-checks.ts';
import { OrderRecords } from './order-records.ts';
import { OrderStore } from './order-store.ts';
import { closingOrder } from './position-orders.ts';
import { Reconciler, type ReconciliationResult } from './reconciler.ts';
import { RiskGate } from './risk/risk-gate.ts';
import { RiskSettings } from './risk/risk-settings.ts';
import { RunIds } from './run-ids.ts';
import { Submitter } from './submitter.ts';
import { TradingSwitches, type TradingSwitch } from './trading-switches.ts';
import { VenueEvents } from './venue-events.ts';
import type { ExecutionVenue, VenueAccount } from './venue.ts';

/** What the engine itself does for its parts. */
export interface EngineHooks {
  readonly tell: (workerId: string, update: OrderUpdate) => void;
  readonly onTraded: (order: Order) => void;
  readonly onAccount: (account: VenueAccount) => void;
  /** What may be traded has changed. */
  readonly onTradingState: (setting: TradingSwitch) => void;
  readonly onReconciled: (result: ReconciliationResult) => void;
  readonly closedBecause: () => string | null;
  readonly lastFillAt: () => number | undefined;
}

/** What is to be closed for a strategy. */
interface Closing {
  readonly workerId: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly tag: string | null;
  /** What is more than the largest order is left for the next one; else it is denied. */
  readonly inParts: boolean;
}

/** The parts of an engine, joined. They share one state: the store, the ledger, the switches and the journal. */
export class EngineParts {
  readonly venue: ExecutionVenue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly prices = new MarketPrices();
  readonly store = new OrderStore();
  readonly switches = new TradingSwitches();
  readonly ledger: Ledger;
  readonly journal: OrderJournal;
  readonly records: OrderRecords;
  readonly events: VenueEvents;
  readonly risk: RiskSettings;
  readonly gate: RiskGate;
  readonly submitter: Submitter;
  readonly reconciler: Reconciler;
  readonly asking: AskingLoop;
  readonly killSwitch: KillSwitch;
  readonly ids: RunIds;
  readonly downs: DownPolicies;
  readonly #onTradingState: (setting: TradingSwitch) => void;
  #flattens = 0;

  /** @throws {StoreError} and {ExecutionError} code `INVALID_RISK_LIMIT` */
  constructor(options: ExecutionEngineOptions, hooks: EngineHooks) {
    this.venue = options.venue;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    this.#onTradingState = hooks.onTradingState;
    this.ledger = new Ledger((symbol) => this.venue.instrument(symbol), this.prices);
    this.risk = this.#riskSettings(options);
    this.journal = this.#openJournal(options.journalPath ?? ':memory:');
    const { venue, clock, logger, prices, store, switches, ledger, journal } = this;
    const now = (): number => clock.now();
    const askSoon = (): void => this.asking.askSoon();
    const isInDoubt = (order: Order): boolean => this.reconciler.isInDoubt(order);
    this.records = new OrderRecords({ journal, store, ledger, now, tell: hooks.tell });
    const { records } = this;
    const told = { askSoon, isInDoubt, onTraded: hooks.onTraded };
    this.events = new VenueEvents({ records, store, journal, logger, now, ...told });
    const { events } = this;
    this.killSwitch = new KillSwitch({
      switches,
      journal,
      logger,
      now,
      onChange: hooks.onTradingState,
      flatten: (isIn) => this.flatten(isIn),
    });
    this.gate = new RiskGate({
      limits: () => this.risk.limits,
      ledger,
      prices,
      switches,
      orders: store,
      keepDayStart: (scope, json) => this.#keep(`day-start:${scope}`, json),
      trip: (scope, state, reason) => this.killSwitch.set(scope, state, 'risk', reason),
    });
    this.submitter = new Submitter({
      venue,
      records,
      store,
      events,
      prices,
      now,
      askSoon: (order) => this.#doubt(order),
      gate: this.gate,
      isNew: (id) => this.ids.isNew(id),
      closedBecause: hooks.closedBecause,
      onStep: options.onStep ?? (() => undefined),
    });
    this.reconciler = new Reconciler({
      venue,
      store,
      ledger,
      records,
      events,
      now,
      logger,
      isInFlight: (id) => this.submitter.isInFlight(id),
      onAccount: hooks.onAccount,
      onReconciled: hooks.onReconciled,
      lastFillAt: hooks.lastFillAt,
    });
    this.asking = new AskingLoop({
      ask: () => this.reconciler.askUnknown(events.awaitingFills),
      logger,
    });
    this.ids = new RunIds((name, value) =>
      this.journal.append({ fact: { name, value } }, 'intent'),
    );
    this.downs = this.#downPolicies(hooks);
  }

  /** All open orders of a strategy, or those of one symbol. */
  cancelAll(workerId: string, symbol: string | null): Promise<OrderOutcome[]> {
    const orders = this.store
      .open(workerId)
      .filter((order) => symbol === null || order.symbol === symbol);
    return Promise.all(
      orders.map(({ clientOrderId }) => this.submitter.cancel(workerId, clientOrderId)),
    );
  }

  /** Closes what a strategy holds of a symbol. The same client order id again gets the answer of the first time. */
  close(
    workerId: string,
    symbol: string,
    clientOrderId: string,
    tag: string | null,
  ): Promise<OrderOutcome> {
    return this.#close({ workerId, symbol, clientOrderId, tag, inParts: false });
  }

  async #close({ workerId, symbol, clientOrderId, tag, inParts }: Closing): Promise<OrderOutcome> {
    const known = this.submitter.known(clientOrderId);
    if (known !== undefined) return known;
    const instrument = this.venue.instrument(symbol);
    const position = this.ledger.quantity(workerId, symbol);
    const intent = instrument && closingOrder(position, instrument, { tag, inParts });
    if (instrument === undefined || !intent) {
      const denied =
        instrument === undefined
          ? denial('UNKNOWN_SYMBOL', `"${symbol}" is not traded at ${this.venue.name}`)
          : denial(
              'NO_POSITION',
              `the strategy holds ${position.toString()} ${symbol}, less than the least order, ${instrument.minQuantity}: there is nothing to close`,
            );
      return { outcome: 'denied', ...denied, order: null };
    }
    const standing = { paused: false, catchingUp: false };
    return this.submitter.submit(workerId, clientOrderId, intent, standing);
  }

  flatten(isIn: (workerId: string) => boolean): ReturnType<typeof flatten> {
    this.#flattens += 1;
    const number = this.#flattens;
    const parts = {
      isLatest: () => this.#flattens === number,
      store: this.store,
      ledger: this.ledger,
      cancel: (id: string) => this.submitter.cancel(null, id),
      close: (workerId: string, symbol: string) =>
        this.#close({
          workerId,
          symbol,
          clientOrderId: this.ids.next(),
          tag: 'flatten',
          inParts: true,
        }),
      isDust: (workerId: string, symbol: string) => this.#isDust(workerId, symbol),
    };
    return flatten(parts, isIn);
  }

  #isDust(workerId: string, symbol: string): boolean {
    const instrument = this.venue.instrument(symbol);
    if (instrument === undefined || instrument.minNotional === null) return false;
    const quantity = text(this.ledger.quantity(workerId, symbol).abs());
    const whole = { quantity, price: null, stopPrice: null };
    const last = this.prices.last(symbol);
    const value = notionalOf(whole, instrument, last === undefined ? last : decimal(last));
    return value?.lt(decimal(instrument.minNotional)) ?? false;
  }

  /** It is not known what became of the order, or of what was asked for it. */
  #doubt(order: Order): void {
    this.reconciler.doubt(order);
    this.asking.askSoon();
  }

  #openJournal(path: string): OrderJournal {
    return new SqliteJournal(path, {
      onFailure: (error) => this.#halt(error),
      onFull: (error) => this.#halt(error),
      onRoom: () => this.#goOn(),
    });
  }

  #riskSettings({ risk = {} }: ExecutionEngineOptions): RiskSettings {
    return new RiskSettings({
      given: risk,
      keep: (name, value) => this.journal.append({ fact: { name, value } }, 'fact'),
      logger: this.logger,
    });
  }

  #downPolicies({ closedBecause }: EngineHooks): DownPolicies {
    return new DownPolicies({
      isConcerned: (workerId, whenDown) =>
        this.store.open(workerId).length > 0 ||
        (whenDown === 'flatten' &&
          this.ledger.positions(workerId).some(({ quantity }) => quantity !== '0')),
      isOpen: () => closedBecause() === null,
      cancelAll: (workerId) => this.cancelAll(workerId, null),
      flatten: (workerId) => this.flatten((id) => id === workerId),
      logger: this.logger,
    });
  }

  #keep(name: string, value: string): void {
    // Without it the loss of the day begins anew after a restart, which is no reason to stop.
    this.journal.append({ fact: { name, value } }, 'fact').catch(() => undefined);
  }

  /** Nothing can be written down, so that nothing may leave. */
  #halt(error: Error): void {
    this.logger.log('error', `TRADING IS HALTED: ${error.message}`);
    const own = this.#ownSwitch('halted', error.message);
    this.switches.setOwn(own);
    this.#onTradingState(own);
  }

  #goOn(): void {
    const reason = 'the journal of orders can be written again';
    this.logger.log('warn', `${reason}: trading goes on`);
    this.switches.setOwn(undefined);
    this.#onTradingState(this.#ownSwitch('active', reason));
  }

  #ownSwitch(state: TradingState, reason: string): TradingSwitch {
    return { scope: 'all', state, by: 'journal', reason, at: this.clock.now() };
  }
}
