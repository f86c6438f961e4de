import type { Decimal } from 'decimal.js';
import { messageOf, quote } from '../../../base/errors.ts';
import { seededRandom, type Random } from '../../../base/random.ts';
import type { Order } from '../../../model/order.ts';
import type { OrderChange } from '../../../model/order-request.ts';
import { text, ZERO } from '../../decimals.ts';
import type { OrderReference, VenueOutcome } from '../../venue.ts';
import type { Emissions } from './emissions.ts';
import { supplyOf, wouldTake, type Matcher } from './matcher.ts';
import { figuresFault, readFigures, shapeFault, type Figures } from './order-rules.ts';
import type { PaperAccount } from './paper-account.ts';
import type { PaperIds } from './paper-ids.ts';
import type { PaperInstruments, Terms } from './paper-instruments.ts';
import { isWaiting, isWithin, leavesOf, venueOrderOf, type PaperOrder } from './paper-order.ts';
import type { ResolvedPaperOptions } from './paper-options.ts';
import type { PaperOrders } from './paper-orders.ts';
import type { Settlement } from './settlement.ts';
import type { SymbolMarket } from './symbol-market.ts';
import { slicesOf, slipped, stopPriceToPay } from './taking.ts';

/** What the desk works with. */
export interface DeskParts {
  readonly options: ResolvedPaperOptions;
  readonly ids: PaperIds;
  readonly instruments: PaperInstruments;
  readonly orders: PaperOrders;
  readonly account: PaperAccount;
  readonly settlement: Settlement;
  readonly matcher: Matcher;
  readonly emissions: Emissions;
  marketOf(symbol: string): SymbolMarket;
}

/** Accepts and rejects what is asked for, and lets accepted orders into the market. */
export class OrderDesk {
  readonly #parts: DeskParts;
  readonly #random: Random;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#random = seededRandom(parts.options.seed);
  }

  submit(order: Order, timeMs: number): VenueOutcome {
    const { options, orders } = this.#parts;
    if (options.rejectRate > 0 && this.#random() < options.rejectRate) {
      return rejected(`rejected by chance, as rejectRate ${options.rejectRate} asks for`);
    }
    if (orders.hasOpen(order.clientOrderId)) {
      return rejected(`an order with the client order id ${quote(order.clientOrderId)} is open`);
    }
    const terms = this.#termsOf(order.symbol);
    if (typeof terms === 'string') return rejected(terms);
    const figures = readFigures(order);
    if (typeof figures === 'string') return rejected(figures);
    const fault = shapeFault(order) ?? figuresFault(order, figures, terms);
    if (fault !== null) return rejected(fault);
    const made = this.#make(order, figures, terms, timeMs);
    const refusal = this.#admit(made);
    if (refusal !== null) return rejected(refusal);
    this.#parts.ids.takeOrder();
    orders.add(made);
    return this.#accept(made, timeMs);
  }

  modify(reference: OrderReference, change: OrderChange, timeMs: number): VenueOutcome {
    const { orders, settlement, emissions } = this.#parts;
    const order = orders.findOpen(reference);
    if (order === undefined) return rejected(notOpen(reference));
    const before: Figures = {
      quantity: order.quantity,
      price: order.price,
      stopPrice: order.stopPrice,
      priceNumber: order.priceNumber,
      stopNumber: order.stopNumber,
    };
    const after = readFigures({
      quantity: change.quantity ?? text(before.quantity),
      price: change.price ?? (before.price === null ? null : text(before.price)),
      stopPrice: change.stopPrice ?? (before.stopPrice === null ? null : text(before.stopPrice)),
    });
    if (typeof after === 'string') return rejected(after);
    const fault = changeFault(order, change, after) ?? figuresFault(order, after, order.terms);
    if (fault !== null) return rejected(fault);
    Object.assign(order, after);
    if (leavesOf(order).isZero()) {
      settlement.complete(order, timeMs);
      return { outcome: 'accepted', order: venueOrderOf(order) };
    }
    const refusal = this.#admit(order);
    if (refusal !== null) {
      Object.assign(order, before);
      return rejected(refusal);
    }
    order.updatedAt = timeMs;
    if (change.price !== null || change.stopPrice !== null || after.quantity.gt(before.quantity)) {
      return this.#accept(order, timeMs);
    }
    // A smaller order keeps its place, as after a cancel of a part of it.
    emissions.addOrder(venueOrderOf(order));
    return { outcome: 'accepted', order: venueOrderOf(order) };
  }

  cancel(reference: OrderReference, timeMs: number): VenueOutcome {
    const { orders, settlement } = this.#parts;
    const order = orders.findOpen(reference);
    if (order === undefined) return rejected(notOpen(reference));
    settlement.cancel(order, null, timeMs);
    return { outcome: 'accepted', order: venueOrderOf(order) };
  }

  /** The order is acknowledged, and in the market at once or after the latency. */
  #accept(order: PaperOrder, timeMs: number): VenueOutcome {
    const { options, orders, emissions, matcher } = this.#parts;
    const accepted = venueOrderOf(order);
    emissions.addOrder(accepted);
    order.activeFromMs = timeMs + options.latencyMs;
    order.isPending = options.latencyMs > 0;
    if (order.isPending) orders.addPending(order);
    else matcher.arrive(order, this.#parts.marketOf(order.symbol), timeMs);
    return { outcome: 'accepted', order: accepted };
  }

  #termsOf(symbol: string): Terms | string {
    try {
      const terms = this.#parts.instruments.get(symbol);
      return (
        terms ??
        `${quote(symbol)} is not traded here: give it as an instrument, or name it like "BTC/USDT" or "BTC/USDT:USDT"`
      );
    } catch (error) {
      // A look-up of instruments is a stranger's code, and an order is answered whatever it does.
      return messageOf(error);
    }
  }

  /** Keeps back the funds of an order, or of its changed terms; gives the reason, and changes nothing, if it can't be. */
  #admit(order: PaperOrder): string | null {
    const { options, account, orders } = this.#parts;
    const market = this.#parts.marketOf(order.symbol);
    const fault = options.latencyMs === 0 ? this.#arrivalFault(order, market) : null;
    if (fault !== null) return fault;
    const price = this.#reckonedPrice(order, market);
    if (price === undefined) {
      return `no market of ${order.symbol} is known yet: there is nothing to fill a market order at`;
    }
    return account.reserve(order, price, orders.ofSymbol(order.symbol));
  }

  /** What would end the order as soon as it is in the market. */
  #arrivalFault(order: PaperOrder, market: SymbolMarket): string | null {
    if (isWaiting(order)) return null;
    if (order.reduceOnly && this.#parts.account.reducible(order).lte(0)) {
      return 'reduce-only: there is nothing to reduce';
    }
    const best = market.best(order.side);
    if (!order.postOnly || order.price === null || best === undefined) return null;
    return isWithin(order.side, best, order.price) ? wouldTake(best) : null;
  }

  /** The price that funds are reckoned with: for what takes, the highest that it would have now. */
  #reckonedPrice(order: PaperOrder, market: SymbolMarket): Decimal | undefined {
    const { options } = this.#parts;
    if (order.price !== null) return order.price;
    const stopPrice = isWaiting(order) ? stopPriceToPay(order, options) : null;
    if (stopPrice !== null) return stopPrice;
    const { offers, source } = supplyOf(market, order);
    if (offers.length === 0) return undefined;
    const isBook = source?.type === 'orderbook';
    const slices = slicesOf(order, leavesOf(order), offers, isBook, options);
    const last = order.side === 'buy' ? slices.at(-1) : slices[0];
    return last?.price ?? slipped(order, (offers[0] as (typeof offers)[0]).price, options);
  }

  #make(order: Order, figures: Figures, terms: Terms, timeMs: number): PaperOrder {
    return {
      quantity: figures.quantity,
      price: figures.price,
      stopPrice: figures.stopPrice,
      priceNumber: figures.priceNumber,
      stopNumber: figures.stopNumber,
      venueOrderId: this.#parts.ids.nextOrder,
      clientOrderId: order.clientOrderId,
      terms,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      timeInForce: order.timeInForce,
      reduceOnly: order.reduceOnly,
      postOnly: order.postOnly,
      filled: ZERO,
      status: 'accepted',
      reason: null,
      updatedAt: timeMs,
      activeFromMs: timeMs,
      isPending: false,
      isTriggered: false,
      ahead: ZERO,
      shareTakenOf: null,
      hold: null,
      held: ZERO,
    };
  }
}

function changeFault(order: PaperOrder, change: OrderChange, after: Figures): string | null {
  if (after.quantity.lt(order.filled)) {
    return `the quantity ${text(after.quantity)} is below the ${text(order.filled)} that are filled`;
  }
  return order.isTriggered && change.stopPrice !== null
    ? `the stop price can't be changed any more: it has been reached`
    : null;
}

function notOpen({ clientOrderId }: OrderReference): string {
  return `no order with the client order id ${quote(clientOrderId)} is open`;
}

function rejected(reason: string): VenueOutcome {
  return { outcome: 'rejected', reason };
}
