import type { AccountView, TradingState } from '../model/account.ts';
import type { MarketEvent } from '../model/market-event.ts';
import { isClosed, type Order } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { OrderReply, OrderRequest } from '../model/order-request.ts';
import type { OrderUpdate, TradingSnapshot } from '../model/order-update.ts';
import type { Position } from '../model/position.ts';
import type { WhenDown } from '../model/when-down.ts';
import { Balances } from './balances.ts';
import { deniedRequest, type DeniedRequest } from './denials.ts';
import type { ExecutionEngineOptions } from './engine-options.ts';
import { EngineParts } from './engine-parts.ts';
import type { FlattenResult } from './flatten.ts';
import type { FillQuery, OrderJournal, OrderQuery } from './journal/order-journal.ts';
import type { SwitchChange } from './kill-switch.ts';
import { Opening } from './opening.ts';
import { OrderDesk } from './order-desk.ts';
import { moved } from './order-state.ts';
import { excessOrders } from './position-orders.ts';
import type { ReconciliationResult } from './reconciler.ts';
import type { ExposureStanding } from './risk/risk-gate.ts';
import type { TradingScope, TradingSwitch } from './trading-switches.ts';
import { claimForVenue } from './venue-claim.ts';
import type { ExecutionVenue } from './venue.ts';

/** How often losses are looked at, milliseconds. */
const WATCH_MS = 1_000;
const DEFAULT_RECONCILE_EVERY_MS = 60_000;

/** Told of what happens to orders. */
export interface ExecutionListener {
  /** In the order of `seq`, once it is on the disk, and before the request that caused it is answered. */
  onUpdate(workerId: string, update: OrderUpdate): void;
  /** Balances or what may be traded have changed. */
  onAccount(workerId: string, account: AccountView): void;
  /** What a strategy asked for was denied. */
  onDenied?(denied: DeniedRequest): void;
  /** Somebody, or a rule, has changed what may be traded; `by` is `risk` or `journal` if the engine did it itself. */
  onSwitch?(setting: TradingSwitch): void;
  /** Trading was opened (null) or closed, with the reason; also if the reason is another one. */
  onTrading?(closedBecause: string | null): void;
  /** Everything was compared with the venue. */
  onReconciled?(result: ReconciliationResult): void;
}

export interface ExecutionStatus {
  readonly venue: string;
  readonly mode: 'paper' | 'live';
  /** Why nothing but cancels may leave; null if trading is open. */
  readonly closedBecause: string | null;
  readonly switches: readonly TradingSwitch[];
  readonly lastReconciliation: ReconciliationResult | null;
}

/**
 * Executes the orders of all strategies on one account: checks them against limits, writes them down, sends
 * each once, and follows it to its end over restarts of workers, of this process and of the line to the venue.
 */
export class ExecutionEngine implements AsyncDisposable {
  readonly venue: ExecutionVenue;
  /** For people, who look after all strategies. */
  readonly desk: OrderDesk;
  readonly #options: ExecutionEngineOptions;
  readonly #parts: EngineParts;
  readonly #balances: Balances;
  readonly #opening: Opening;
  /** Strategies that are to be told of the account. */
  readonly #workers = new Set<string>();
  #listeners: readonly ExecutionListener[] = [];
  #lastFillAt: number | undefined;
  #timers: NodeJS.Timeout[] = [];
  #stopping: Promise<void> | undefined;

  /**
   * @throws {StoreError} codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`
   * @throws {ExecutionError} code `INVALID_RISK_LIMIT`
   */
  constructor(options: ExecutionEngineOptions) {
    this.venue = options.venue;
    this.#options = options;
    this.#parts = new EngineParts(options, {
      tell: (workerId, update) => {
        for (const listener of this.#listeners) listener.onUpdate(workerId, update);
      },
      onTraded: (order) => this.#onTraded(order),
      onAccount: ({ balances }) => {
        this.#balances.take(balances);
        this.#cancelExcess();
      },
      onTradingState: (setting) => {
        this.#tellAccounts();
        this.#tell((listener) => listener.onSwitch?.(setting));
      },
      onReconciled: (result) => this.#tell((listener) => listener.onReconciled?.(result)),
      closedBecause: () => this.#opening.closedBecause,
      lastFillAt: () => this.#lastFillAt,
    });
    const { logger, reconciler } = this.#parts;
    this.#balances = new Balances(options.venue, logger, () => this.#tellAccounts());
    this.desk = new OrderDesk(this.#parts, this.#balances);
    this.#opening = new Opening({
      venue: options.venue.name,
      reconcile: () => reconciler.reconcile(),
      onOpen: (unknown) => this.#onOpen(unknown),
      onChange: (closed) => this.#tell((listener) => listener.onTrading?.(closed)),
      logger,
    });
  }

  /** To be called before `start`. Listeners are told one after the other. Returns the function that ends it. */
  listen(listener: ExecutionListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /**
   * Reads the journal, connects to the venue and brings both together; nothing is traded until that is done.
   * If the venue can't be asked, it is asked again and again, and trading stays closed meanwhile.
   *
   * @throws what `ExecutionVenue.restore` and `ExecutionVenue.connect` throw
   * @throws {StoreError} code `DATABASE_DAMAGED`
   * @throws {ExecutionError} code `ANOTHER_VENUE`
   */
  async start(): Promise<void> {
    const { journal, store, ledger, switches, records, gate, risk, ids, events, clock } =
      this.#parts;
    this.#opening.closedBecause =
      'what the venue has is not compared yet with what was written down';
    const { orders, positions, switches: settings, facts, lastSeqs } = journal.load();
    await claimForVenue(journal, facts, this.venue.name);
    await ids.restore(facts, this.#options.idSpace);
    this.venue.restore?.({
      // As the venue was given them: see `Submitter`.
      orders: orders.filter((order) => !isClosed(order)).map((o) => ({ ...o, reduceOnly: false })),
      fills: journal.allFills(),
      run: ids.run,
    });
    events.restore();
    // Whoever asked for changes and cancels is gone; comparing tells what became of them.
    for (const order of orders) {
      if (order.pending === null) store.set(order);
      else records.withdraw({ ...order, pending: null });
    }
    for (const position of positions) ledger.restore(position);
    for (const setting of settings) switches.set(setting);
    for (const [workerId, seq] of lastSeqs) records.restoreSeq(workerId, seq);
    for (const [name, value] of facts) {
      if (name.startsWith('day-start:')) gate.dailyLoss.restore(name.slice(10), value);
    }
    risk.restore(facts);
    this.#lastFillAt = Math.max(0, ...positions.map(({ updatedAt }) => updatedAt)) || undefined;
    // Not before: what is told at once would be of orders that are not known yet.
    await this.venue.connect({
      onOrder: (order) => events.hear(events.takeOrder(order)),
      onFill: (fill) => events.hear(events.takeFill(fill)),
      onConnection: (state, reason) => this.#opening.onConnection(state, reason),
    });
    for (const order of orders.filter(({ status }) => status === 'submitted')) {
      const current = store.get(order.clientOrderId);
      if (current?.status !== 'submitted') continue;
      const reason = 'the process ended before the venue answered';
      await records.update(moved(current, 'unknown', { reason }, clock.now()));
    }
    await this.#opening.begin('at the start');
    if (this.#options.timers ?? true) this.#startTimers();
  }

  /** Does what strategies that are down have chosen, for 10 s at most, then lets go of venue and journal; other orders stay. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { asking, downs, journal } = this.#parts;
    await downs.finish();
    this.#opening.stop();
    asking.stop();
    this.#balances.stop();
    for (const timer of this.#timers) clearInterval(timer);
    await this.venue.close();
    journal.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** A prefix for client order ids, given once and never again; it is on the disk before this resolves. @throws {ExecutionError} */
  beginRun(workerId: string): Promise<string> {
    this.#workers.add(workerId);
    return this.#parts.ids.beginRun();
  }

  /** Does what a strategy asks for. Never rejects. */
  async request(
    workerId: string,
    request: OrderRequest,
    standing: ExposureStanding,
  ): Promise<OrderReply> {
    const outcomes = await this.#outcomes(workerId, request, standing);
    for (const said of outcomes) {
      if (said.outcome !== 'denied' || request.action === 'sync') continue;
      const denied = deniedRequest(workerId, request, said, this.#parts.clock.now());
      this.desk.denials.add(denied);
      this.#tell((listener) => listener.onDenied?.(denied));
    }
    // What a simulated venue tells costs nothing, and a strategy that has traded is to see its balance.
    if (this.venue.mode === 'paper') await this.#balances.settled;
    return { outcomes, quietUntilMs: null };
  }

  snapshot(workerId: string, symbols: readonly string[] = []): TradingSnapshot {
    this.#workers.add(workerId);
    return {
      lastSeq: this.#parts.records.toldSeq(workerId),
      orders: this.#parts.store.open(workerId),
      positions: this.#parts.ledger.positions(workerId),
      account: this.account(workerId),
      instruments: symbols.flatMap((symbol) => this.venue.instrument(symbol) ?? []),
    };
  }

  updatesSince(workerId: string, seq: number): readonly OrderUpdate[] {
    return this.#parts.journal.updatesSince(workerId, seq);
  }

  /** A worker has no process any more; `stopped` if it will not come back by itself. See `DownPolicies`. */
  workerDown(workerId: string, stopped: boolean, whenDown: WhenDown): void {
    this.#parts.downs.down(workerId, stopped, whenDown);
  }

  workerUp(workerId: string): void {
    this.#parts.downs.up(workerId);
  }

  /** What the market says, for prices; the venue is told by whoever owns it. */
  onMarket(events: readonly MarketEvent[]): void {
    for (const event of events) this.#parts.prices.onMarket(event);
  }

  /** The market data of a symbol is not to be acted on, with the reason; null if it is again. */
  setStale(symbol: string, reason: string | null): void {
    this.#parts.prices.setStale(symbol, reason);
  }

  /** Halts, limits or lifts trading: see `KillSwitch`. @throws {ExecutionError} code `INVALID_SWITCH` */
  setTradingState(
    scope: TradingScope,
    state: TradingState,
    by: string,
    reason: string,
  ): SwitchChange {
    return this.#parts.killSwitch.set(scope, state, by, reason);
  }

  /** Cancels, closes and halts: see `KillSwitch`. */
  flatten(scope: TradingScope, by: string, reason: string): Promise<FlattenResult> {
    return this.#parts.killSwitch.flatten(scope, by, reason);
  }

  /** Compares everything with the venue. @throws if the venue can't be asked */
  reconcile(): Promise<ReconciliationResult> {
    return this.#parts.reconciler.reconcile();
  }

  /** Looks whether somebody has lost more today than it may; with timers, this is done every second. */
  watchLosses(): void {
    this.#parts.gate.watchLosses(this.#parts.clock.now());
  }

  /** Resolves once what is known by now is written down and told. */
  settled(): Promise<void> {
    return this.#parts.records.settled();
  }

  get status(): ExecutionStatus {
    return {
      venue: this.venue.name,
      mode: this.venue.mode,
      closedBecause: this.#opening.closedBecause,
      switches: this.#parts.switches.all,
      lastReconciliation: this.#parts.reconciler.last,
    };
  }

  /** What one strategy sees of the account. */
  account(workerId: string): AccountView {
    const held = this.#parts.switches.holding(workerId);
    return {
      venue: this.venue.name,
      tradingState: held?.state ?? 'active',
      tradingReason: held?.reason ?? null,
      pnl: this.#parts.ledger.pnl(workerId),
      balances: this.#balances.current,
    };
  }

  /** Open orders, of one strategy or of all and external ones too. */
  openOrders(workerId?: string): readonly Order[] {
    return this.#parts.store.open(workerId);
  }

  /** Orders of whatever status, newest first. */
  orders(query: OrderQuery = {}): readonly Order[] {
    return this.#parts.journal.orders(query);
  }

  fills(query: FillQuery = {}): ReturnType<OrderJournal['fills']> {
    return this.#parts.journal.fills(query);
  }

  /** By owner: worker ids, and `~external` for what is not ours. */
  positions(): Readonly<Record<string, readonly Position[]>> {
    return Object.fromEntries(
      this.#parts.ledger.owners.map((owner) => [owner, this.#parts.ledger.positions(owner)]),
    );
  }

  /** Signed, of all strategies and external orders together. */
  netQuantity(symbol: string): string {
    return this.#parts.ledger.netQuantity(symbol).toString();
  }

  async #outcomes(
    workerId: string,
    request: OrderRequest,
    standing: ExposureStanding,
  ): Promise<readonly OrderOutcome[]> {
    const { submitter } = this.#parts;
    switch (request.action) {
      case 'submit':
        return [await submitter.submit(workerId, request.clientOrderId, request.intent, standing)];
      case 'modify':
        return [await submitter.modify(workerId, request.clientOrderId, request.change, standing)];
      case 'cancel':
        return [await submitter.cancel(workerId, request.clientOrderId)];
      case 'cancel-all':
        return this.#parts.cancelAll(workerId, request.symbol);
      case 'close':
        return [
          await this.#parts.close(workerId, request.symbol, request.clientOrderId, request.tag),
        ];
      case 'sync':
        return [];
    }
  }

  #onTraded({ workerId, symbol }: Order): void {
    const { clock, gate, store, ledger, submitter } = this.#parts;
    gate.watchLosses(clock.now());
    this.#balances.refresh();
    if (workerId === null) return;
    const excess = excessOrders(store.open(workerId), symbol, ledger.quantity(workerId, symbol));
    for (const { clientOrderId } of excess) void submitter.cancel(workerId, clientOrderId);
  }

  #tell(what: (listener: ExecutionListener) => void): void {
    for (const listener of this.#listeners) what(listener);
  }

  #tellAccounts(): void {
    for (const workerId of this.#workers) {
      const account = this.account(workerId);
      for (const listener of this.#listeners) listener.onAccount(workerId, account);
    }
  }

  /** A cancel may have been lost, or not have left before the process ended. */
  #cancelExcess(): void {
    const { store, ledger, submitter } = this.#parts;
    for (const order of store.open()) {
      const { clientOrderId: id, workerId, symbol, reduceOnly, status } = order;
      if (workerId === null || !reduceOnly || status === 'submitted') continue;
      const [excess] = excessOrders([order], symbol, ledger.quantity(workerId, symbol));
      if (excess !== undefined) void submitter.cancel(workerId, id);
    }
  }

  #onOpen(unknown: number): void {
    const { asking, switches, killSwitch } = this.#parts;
    if (unknown > 0) asking.askSoon();
    for (const setting of switches.all) void killSwitch.goOn(setting);
  }

  /** A flatten that is not done is tried again as well: trading may be open all the time. */
  async #compare(): Promise<void> {
    await this.#opening.compare();
    if (this.#opening.closedBecause === null) this.#onOpen(0);
  }

  #startTimers(): void {
    const { reconcileEveryMs = DEFAULT_RECONCILE_EVERY_MS } = this.#options;
    this.#timers.push(setInterval(() => this.watchLosses(), WATCH_MS));
    this.#timers.push(setInterval(() => void this.#compare(), reconcileEveryMs));
  }
}
