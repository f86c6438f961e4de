import type { Decimal } from 'decimal.js';
import type { Clock } from '../base/clock.ts';
import { Balances, holdOf, type Amount } from './balances.ts';
import { cut, floorTo } from './decimals.ts';
import { refuse } from './errors.ts';
import { executionReport, type ExecutionType } from './execution-report.ts';
import { checkFilters } from './filters.ts';
import type { Instrument } from './instrument.ts';
import type { Journal } from './journal.ts';
import {
  describeFill,
  describeOrder,
  isOpen,
  newOrder,
  remaining,
  type Fill,
  type Order,
  type OrderRequest,
  type OrderStatus,
} from './order.ts';
import { quantityOf, type Resting } from './order-book.ts';
import { OrderLedger, type OrderName } from './order-ledger.ts';
import { requote, visit } from './rest-of-world.ts';
import { SymbolMarket, type PublicTrade } from './symbol-market.ts';

/** Who is told what happens. */
export interface ExchangeListener {
  /** For the account's user data stream. */
  userEvent(event: Readonly<Record<string, unknown>>): void;
  traded(market: SymbolMarket, trade: PublicTrade): void;
  /** The book is not what it was. */
  changed(market: SymbolMarket): void;
}

export interface ExchangeOptions {
  readonly instruments: readonly Instrument[];
  readonly balances: readonly Amount[];
  readonly seed: number;
  /** Share of what a fill brings. */
  readonly feeRate: Decimal;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly listener: ExchangeListener;
}

/** The matching engine with its one account. Everything in it happens at once: nothing is awaited. */
export class Exchange {
  readonly ledger = new OrderLedger();
  readonly balances: Balances;
  readonly #options: ExchangeOptions;
  readonly #markets = new Map<string, SymbolMarket>();

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.balances = new Balances(options.balances);
    const nowMs = options.clock.now();
    options.journal.write('started', nowMs, {
      seed: options.seed,
      symbols: options.instruments.map(({ id }) => id),
      balances: this.balances.describe(),
    });
    for (const instrument of options.instruments) {
      const market = new SymbolMarket(instrument, options.seed, nowMs);
      this.#markets.set(instrument.id, market);
      requote(market, this.#trader(market));
    }
  }

  get nowMs(): number {
    return this.#options.clock.now();
  }

  get markets(): readonly SymbolMarket[] {
    return [...this.#markets.values()];
  }

  /** @throws {Refusal} -1121 */
  market(id: string): SymbolMarket {
    const market = this.#markets.get(id);
    if (market === undefined) throw refuse.symbol();
    return market;
  }

  /** The market moves once: to `price`, or as its seed has it. */
  tick(market: SymbolMarket, price?: Decimal): void {
    if (price === undefined) market.quotes.move();
    else market.quotes.moveTo(price);
    requote(market, this.#trader(market));
    visit(market, price, this.#trader(market));
    this.#trigger(market);
    this.#options.listener.changed(market);
  }

  /** @throws {Refusal} if it can't be placed; nothing has happened then */
  check(request: OrderRequest): void {
    this.#prepare(request);
  }

  /**
   * @param pieces a fault: the order is traded in so many pieces
   * @throws {Refusal} if it can't be placed; nothing has happened then
   */
  place(wanted: OrderRequest, pieces = 1): Order {
    const request = this.#prepare(wanted);
    const market = this.market(request.instrument.id);
    const quantity = request.quantity as Decimal;
    const piece = pieces === 1 ? null : pieceOf(quantity, pieces, request.instrument.stepSize);
    const order = newOrder(this.ledger.nextId, request, this.nowMs, piece);
    const hold = holdOf(request, quantity);
    if (hold !== undefined) this.balances.lock(hold);
    this.ledger.add(order);
    this.#write('accepted', order);
    this.#report(order, 'NEW');
    if (order.workingMs !== null) this.#execute(market, order);
    this.#trigger(market);
    this.#options.listener.changed(market);
    return order;
  }

  /** @throws {Refusal} -2011 if no open order has that name */
  cancel(name: OrderName, cancelId: string): Order {
    const order = this.ledger.findOpen(name);
    if (order === undefined) throw refuse.unknownOrder();
    this.#end(order, 'CANCELED', 'CANCELED', cancelId);
    this.#options.listener.changed(this.market(name.symbol));
    return order;
  }

  /** Fills in the quantity of an order by quote quantity, and checks all that can be wrong. */
  #prepare(wanted: OrderRequest): OrderRequest {
    const { instrument, side, type, price, quoteQuantity } = wanted;
    const { book, lastPrice } = this.market(instrument.id);
    checkFilters(wanted, lastPrice);
    this.ledger.requireUnused(wanted.clientOrderId);
    if (type === 'LIMIT_MAKER' && book.counterpart(side, price) !== undefined) {
      throw refuse.order('Order would immediately match and take.');
    }
    if (wanted.stopPrice !== undefined && isTriggered(wanted, lastPrice)) {
      throw refuse.order('Stop price would trigger immediately.');
    }
    const request =
      quoteQuantity === undefined
        ? wanted
        : {
            ...wanted,
            quantity: book.quantityFor(side, quoteQuantity, instrument.stepSize),
          };
    const quantity = request.quantity as Decimal;
    if (quantity.isZero()) throw refuse.filter('LOT_SIZE');
    this.balances.require(
      holdOf(request, quantity) ??
        (side === 'BUY'
          ? { asset: instrument.quote, quantity: book.worth(side, quantity) }
          : { asset: instrument.base, quantity }),
    );
    return request;
  }

  /** A new or triggered order meets the book. */
  #execute(market: SymbolMarket, order: Order): void {
    const { book } = market;
    const { side, price, timeInForce, type } = order.request;
    const rests = type !== 'MARKET' && timeInForce === 'GTC';
    const kill = timeInForce === 'FOK' && book.available(side, price).lt(remaining(order));
    while (!kill && isOpen(order)) {
      const resting = book.counterpart(side, price);
      if (resting === undefined) break;
      if (resting.order !== null) {
        this.#end(resting.order, 'EXPIRED_IN_MATCH', 'TRADE_PREVENTION');
        continue;
      }
      this.#trade(market, resting, smallest(remaining(order), quantityOf(resting), order), order);
      if (order.piece !== null && rests) break;
    }
    if (!isOpen(order)) return;
    if (!rests) {
      this.#end(order, 'EXPIRED', 'EXPIRED');
      return;
    }
    // Only of an order in pieces something is left to trade with: those quotes are withdrawn.
    for (;;) {
      const crossing = book.counterpart(side, price);
      if (crossing === undefined) break;
      book.remove(crossing);
    }
    book.add({ side, price: price as Decimal, order, quantity: remaining(order) });
  }

  /** Stop orders whose price was reached, the oldest first, and those that they reach in turn. */
  #trigger(market: SymbolMarket): void {
    for (;;) {
      const waiting = this.ledger
        .open(market.instrument.id)
        .find(
          ({ workingMs, request }) => workingMs === null && isTriggered(request, market.lastPrice),
        );
      if (waiting === undefined) return;
      waiting.workingMs = this.nowMs;
      waiting.updatedMs = waiting.workingMs;
      this.#write('triggered', waiting);
      this.#report(waiting, 'NEW');
      this.#execute(market, waiting);
    }
  }

  /** What the rest of the world does to the book of a symbol. */
  #trader(market: SymbolMarket) {
    return (resting: Resting, quantity: Decimal): void => {
      this.#trade(market, resting, quantity, null);
    };
  }

  /** Somebody trades with what rests in the book: an order of the account, or the world (null). */
  #trade(market: SymbolMarket, resting: Resting, quantity: Decimal, taker: Order | null): void {
    const { price, order: maker } = resting;
    const takerSide = resting.side === 'BUY' ? 'SELL' : 'BUY';
    const trade = market.print(price, quantity, takerSide, this.nowMs);
    if (maker !== null) this.#fill(maker, trade, true);
    if (taker !== null) this.#fill(taker, trade, false);
    market.book.reduce(resting, quantity);
    this.#options.listener.traded(market, trade);
  }

  #fill(order: Order, trade: PublicTrade, maker: boolean): void {
    const { instrument, side } = order.request;
    const { price, quantity, timeMs } = trade;
    const [received, feeAsset] =
      side === 'BUY' ? [quantity, instrument.base] : [price.times(quantity), instrument.quote];
    const fee = cut(received.times(this.#options.feeRate));
    const fill: Fill = {
      tradeId: trade.id,
      orderId: order.id,
      instrument,
      side,
      price,
      quantity,
      fee,
      feeAsset,
      maker,
      timeMs,
    };
    this.balances.settle(order, fill);
    order.fills.push(fill);
    order.executed = order.executed.plus(quantity);
    order.executedQuote = order.executedQuote.plus(price.times(quantity));
    order.status = remaining(order).isZero() ? 'FILLED' : 'PARTIALLY_FILLED';
    order.updatedMs = timeMs;
    this.ledger.addFill(fill);
    if (order.status === 'FILLED') this.ledger.close(order);
    this.#write('fill', order, { fill: describeFill(fill) });
    this.#report(order, 'TRADE', { fill });
  }

  /** An order ends before it is filled; what it held is free again. */
  #end(order: Order, status: OrderStatus, execution: ExecutionType, cancelId?: string): void {
    const hold = holdOf(order.request, remaining(order));
    if (hold !== undefined) this.balances.unlock(hold);
    order.status = status;
    order.updatedMs = this.nowMs;
    this.ledger.close(order);
    this.market(order.request.instrument.id).book.removeOrder(order);
    this.#write(status === 'CANCELED' ? 'canceled' : 'expired', order);
    this.#report(order, execution, cancelId === undefined ? {} : { cancelId });
  }

  #write(type: string, order: Order, more: Readonly<Record<string, unknown>> = {}): void {
    this.#options.journal.write(type, this.nowMs, {
      order: describeOrder(order),
      ...more,
      balances: this.balances.describe(assetsOf(order)),
    });
  }

  #report(
    order: Order,
    execution: ExecutionType,
    more: { fill?: Fill; cancelId?: string } = {},
  ): void {
    const { listener } = this.#options;
    const nowMs = this.nowMs;
    listener.userEvent(executionReport(order, execution, nowMs, more));
    const B = this.balances
      .describe(assetsOf(order))
      .map(({ asset, free, locked }) => ({ a: asset, f: free, l: locked }));
    listener.userEvent({ e: 'outboundAccountPosition', E: nowMs, u: nowMs, B });
  }
}

function assetsOf({ request: { instrument } }: Order): string[] {
  return [instrument.base, instrument.quote];
}

function isTriggered({ type, side, stopPrice }: OrderRequest, lastPrice: Decimal): boolean {
  const falls = (type === 'STOP_LOSS_LIMIT') === (side === 'SELL');
  const stop = stopPrice as Decimal;
  return falls ? lastPrice.lte(stop) : lastPrice.gte(stop);
}

function pieceOf(quantity: Decimal, pieces: number, step: Decimal): Decimal {
  const piece = floorTo(quantity.div(pieces), step);
  return piece.isZero() ? step : piece;
}

function smallest(one: Decimal, other: Decimal, { piece }: Order): Decimal {
  const smaller = one.lt(other) ? one : other;
  return piece !== null && piece.lt(smaller) ? piece : smaller;
}
