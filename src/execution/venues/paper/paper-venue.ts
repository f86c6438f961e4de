import type { Clock } from '../../../base/clock.ts';
import type { Fill } from '../../../model/fill.ts';
import type { Instrument } from '../../../model/instrument.ts';
import type { MarketEvent } from '../../../model/market-event.ts';
import type { Order } from '../../../model/order.ts';
import type { OrderChange } from '../../../model/order-request.ts';
import { decimal } from '../../decimals.ts';
import type {
  ExecutionVenue,
  OrderReference,
  VenueAccount,
  VenueListener,
  VenueOrder,
  VenueOutcome,
  VenuePast,
} from '../../venue.ts';
import { walkBar } from './bar-walk.ts';
import { Emissions } from './emissions.ts';
import { knownTimeMs } from './known-time.ts';
import { Matcher } from './matcher.ts';
import { OrderDesk } from './order-desk.ts';
import { PaperAccount } from './paper-account.ts';
import { PaperIds } from './paper-ids.ts';
import { PaperInstruments } from './paper-instruments.ts';
import { isOpen, limitOf, type PaperOrder } from './paper-order.ts';
import {
  resolvePaperOptions,
  type PaperVenueOptions,
  type ResolvedPaperOptions,
} from './paper-options.ts';
import { PaperOrders } from './paper-orders.ts';
import { PaperPast } from './paper-past.ts';
import { Settlement } from './settlement.ts';
import { SymbolMarket } from './symbol-market.ts';
import { touches } from './touch.ts';

/**
 * A venue that fills orders against the market that it is shown. It moves only when it is called: by orders,
 * by market events (`onMarket`) and by time (`advance`); the clock is asked for the time, and what happens by
 * an event happens at that time. The same seed, orders and events give the same fills.
 *
 * - A market order fills against the latest known market of its symbol: the book (level after level, the rest
 *   at the last; nothing is taken out of it), else the quote, else the last trade, else the last bar's close,
 *   with the slippage on top. Without any it is rejected.
 * - A limit order that the market has reached takes at the market's price at once. Another one rests, and
 *   fills at its own price as a maker when a quote or book crosses it, or a trade is at its price or through
 *   it; in bars as `walkBar` says.
 * - A stop order goes off when the ask (to buy), the bid (to sell) or a trade reaches its stop price.
 * - With `maxVolumeShare`, what is left of a market order stays open for the next events.
 * - Funds are checked when an order comes and at each fill; see `PaperAccount`. There is no liquidation: a
 *   linear position may lose more than the balance.
 *
 * The last 10,000 closed orders and fills are kept. Rejected orders leave no trace.
 *
 * An account goes on in the next process by `restore`. What the market does while there is no process fills
 * nothing, and the market has to be seen anew before a market order can come. An order that rests is met by
 * the first event again; with `queuePosition: 'back'` it stands behind all that rests at its price. A
 * stop-limit order that has gone off and of which nothing is filled waits for its stop price again; an `ioc`
 * or `fok` order that was cut off is canceled.
 */
export class PaperVenue implements ExecutionVenue {
  readonly name: string;
  readonly mode = 'paper';
  readonly #options: ResolvedPaperOptions;
  readonly #clock: Clock;
  readonly #orders = new PaperOrders();
  readonly #emissions = new Emissions();
  readonly #markets = new Map<string, SymbolMarket>();
  readonly #instruments: PaperInstruments;
  readonly #account: PaperAccount;
  readonly #settlement: Settlement;
  readonly #matcher: Matcher;
  readonly #desk: OrderDesk;
  readonly #past: PaperPast;
  /** Symbols with restored orders whose place in the queue is settled once it is seen how long that is. */
  readonly #requeued = new Set<string>();
  #isClosed = false;

  /** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION` */
  constructor(options: PaperVenueOptions, clock: Clock) {
    this.#options = resolvePaperOptions(options);
    this.name = this.#options.name;
    this.#clock = clock;
    this.#instruments = new PaperInstruments(this.#options);
    this.#account = new PaperAccount(this.#options.balances);
    const ids = new PaperIds(this.#options.idPrefix);
    this.#settlement = new Settlement(this.#orders, this.#account, this.#emissions, ids);
    this.#matcher = new Matcher(this.#options, this.#account, this.#settlement);
    const parts = {
      ids,
      options: this.#options,
      instruments: this.#instruments,
      orders: this.#orders,
      account: this.#account,
      settlement: this.#settlement,
    };
    this.#past = new PaperPast(parts);
    this.#desk = new OrderDesk({
      ...parts,
      matcher: this.#matcher,
      emissions: this.#emissions,
      marketOf: (symbol) => this.#marketOf(symbol),
    });
  }

  /** No order is open or on its way: no event and no time changes anything but the market that is known. */
  get isIdle(): boolean {
    return this.#orders.openCount === 0;
  }

  /** When `advance` has something to do, ms since the epoch; null if nothing is on its way. */
  get nextDueMs(): number | null {
    return this.#orders.nextDueMs;
  }

  /**
   * Balances and positions come from the initial balances and all fills, to the last digit. Open orders come
   * back with their ids and what is filled of them; what they keep back is settled anew. An order without an
   * id of the venue was never acknowledged, and is not here.
   *
   * @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION`, for fills of a symbol that nothing is known of
   */
  restore(past: VenuePast): void {
    this.#past.restore(past, this.#clock.now());
    if (this.#options.queuePosition === 'front') return;
    for (const symbol of this.#orders.symbols) this.#requeued.add(symbol);
  }

  connect(listener: VenueListener): Promise<void> {
    this.#emissions.listen(listener);
    return Promise.resolve();
  }

  /** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION`, if the look-up in the options gives what can't be */
  instrument(symbol: string): Instrument | undefined {
    return this.#instruments.get(symbol)?.instrument;
  }

  submit(order: Order): Promise<VenueOutcome> {
    return this.#answer((nowMs) => this.#desk.submit(order, nowMs));
  }

  cancel(order: OrderReference): Promise<VenueOutcome> {
    return this.#answer((nowMs) => this.#desk.cancel(order, nowMs));
  }

  /** Another price, or a larger quantity, loses the place in the queue; a smaller quantity alone does not. */
  modify(order: Order, change: OrderChange): Promise<VenueOutcome> {
    return this.#answer((nowMs) => this.#desk.modify(order, change, nowMs));
  }

  findOrder(reference: OrderReference): Promise<VenueOrder | null> {
    return Promise.resolve(this.#orders.find(reference) ?? null);
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    return Promise.resolve(this.#orders.open());
  }

  fillsSince(sinceMs: number, symbols: readonly string[]): Promise<readonly Fill[]> {
    const fills = this.#settlement.fills.filter(
      ({ timestamp, symbol }) => timestamp >= sinceMs && symbols.includes(symbol),
    );
    return Promise.resolve(fills);
  }

  account(): Promise<VenueAccount> {
    return Promise.resolve(this.#account.view());
  }

  /** Open orders stay as they are; nothing moves them any more. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#emissions.listen(null);
    return Promise.resolve();
  }

  /** Lets orders whose latency is over at `nowMs` (since the epoch) into the market. */
  advance(nowMs: number): void {
    if (this.#isClosed) return;
    this.#letIn(nowMs);
    this.#emissions.tell();
  }

  /** The clock is to stand at the time at which the event is known: see `knownTimeMs`. */
  onMarket(event: MarketEvent): void {
    if (this.#isClosed) return;
    const nowMs = this.#clock.now();
    this.#letIn(nowMs);
    const market = this.#marketOf(event.symbol);
    if (!market.ignores(event)) {
      market.apply(event);
      if (this.#requeued.size > 0) this.#requeue(event, market);
      this.#meet(event, market, nowMs);
    }
    this.#emissions.tell();
  }

  /**
   * The event, or the time at which it is known, could change an order that is open or on its way. What is
   * said of an event still to come holds after any events before it of which this is false.
   */
  wouldTouch(event: MarketEvent): boolean {
    if (this.#isClosed || this.isIdle) return false;
    if (this.#requeued.has(event.symbol)) return true;
    const dueMs = this.nextDueMs;
    if (dueMs !== null && dueMs <= Math.max(this.#clock.now(), knownTimeMs(event))) return true;
    const orders = this.#orders.ofSymbol(event.symbol);
    if (orders.size === 0 || this.#isPast(event)) return false;
    for (const order of orders) {
      if (!order.isPending && touches(event, order)) return true;
    }
    return false;
  }

  #answer(act: (nowMs: number) => VenueOutcome): Promise<VenueOutcome> {
    if (this.#isClosed) {
      return Promise.resolve({ outcome: 'rejected', reason: 'the paper venue is closed' });
    }
    const nowMs = this.#clock.now();
    this.#letIn(nowMs);
    const outcome = act(nowMs);
    this.#emissions.tell();
    return Promise.resolve(outcome);
  }

  #letIn(nowMs: number): void {
    for (;;) {
      const order = this.#orders.takeDue(nowMs);
      if (order === undefined) return;
      this.#matcher.arrive(order, this.#marketOf(order.symbol), order.activeFromMs);
    }
  }

  /** Restored orders stand at the end of the queue, as soon as one is seen. */
  #requeue(event: MarketEvent, market: SymbolMarket): void {
    if (event.type === 'trade' || event.type === 'bar') return;
    if (!this.#requeued.delete(event.symbol)) return;
    for (const order of this.#orders.ofSymbol(event.symbol)) {
      const limit = limitOf(order);
      if (limit === null || order.ahead.isFinite()) continue;
      order.ahead = market.restingAt(order.side, limit);
    }
  }

  #meet(event: MarketEvent, market: SymbolMarket, timeMs: number): void {
    const orders = this.#touched(event);
    if (orders.length === 0) return;
    if (event.type === 'bar') {
      const { queuePosition } = this.#options;
      walkBar({ bar: event, matcher: this.#matcher, queuePosition, timeMs }, orders);
      return;
    }
    for (const order of orders) {
      // An order before it may have ended this one, if it may only reduce.
      if (!isOpen(order)) continue;
      if (event.type === 'trade') {
        const trade = { price: decimal(event.price), size: decimal(event.size) };
        this.#matcher.meetTrade(order, trade, market, event, timeMs);
      } else {
        this.#matcher.meetQuote(order, market, timeMs);
      }
    }
  }

  /** The event is of no use, now or after others. A change of a book is once the whole book has come. */
  #isPast(event: MarketEvent): boolean {
    return event.type !== 'orderbook' && this.#markets.get(event.symbol)?.ignores(event) === true;
  }

  #touched(event: MarketEvent): PaperOrder[] {
    const touched: PaperOrder[] = [];
    for (const order of this.#orders.ofSymbol(event.symbol)) {
      if (!order.isPending && touches(event, order)) touched.push(order);
    }
    return touched;
  }

  #marketOf(symbol: string): SymbolMarket {
    const known = this.#markets.get(symbol);
    if (known !== undefined) return known;
    const market = new SymbolMarket();
    this.#markets.set(symbol, market);
    return market;
  }
}
