import type { Decimal } from 'decimal.js';
import { quote } from '../../../base/errors.ts';
import type { Fill } from '../../../model/fill.ts';
import type { Order } from '../../../model/order.ts';
import { decimal, ZERO } from '../../decimals.ts';
import type { VenuePast } from '../../venue.ts';
import { readFigures } from './order-rules.ts';
import type { PaperAccount } from './paper-account.ts';
import type { PaperIds } from './paper-ids.ts';
import type { PaperInstruments, Terms } from './paper-instruments.ts';
import { isWaiting, type PaperOrder } from './paper-order.ts';
import { invalidOption, type ResolvedPaperOptions } from './paper-options.ts';
import type { PaperOrders } from './paper-orders.ts';
import type { Settlement } from './settlement.ts';
import { stopPriceToPay } from './taking.ts';

export interface PastParts {
  readonly options: ResolvedPaperOptions;
  readonly ids: PaperIds;
  readonly instruments: PaperInstruments;
  readonly orders: PaperOrders;
  readonly account: PaperAccount;
  readonly settlement: Settlement;
}

/** Where an order stands of whose place in the queue nothing is known: nothing at its price is before it fills. */
const BEHIND_ALL: Decimal = decimal(Number.POSITIVE_INFINITY);

/** Brings a new venue to where the one of the process before was, by what was written down of it. */
export class PaperPast {
  readonly #parts: PastParts;

  constructor(parts: PastParts) {
    this.#parts = parts;
  }

  /** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION`, for fills of a symbol that nothing is known of */
  restore({ orders, fills, run }: VenuePast, nowMs: number): void {
    this.#parts.ids.beginRun(run);
    for (const fill of fills) this.#book(fill);
    const { ids } = this.#parts;
    const accepted = orders
      .flatMap((order) => (order.venueOrderId === null ? [] : [{ order, id: order.venueOrderId }]))
      // The order in which they came: a market event meets them in it.
      .toSorted((one, other) => ids.compare(one.id, other.id));
    for (const { order, id } of accepted) this.#open(order, id, nowMs);
  }

  #book(fill: Fill): void {
    const { account, settlement, instruments } = this.#parts;
    const { symbol, side } = fill;
    const terms = instruments.get(symbol);
    if (terms === undefined) {
      throw invalidOption(
        'instruments',
        [],
        `${quote(symbol)} among them: the account has traded it, and its balances can't be told without`,
      );
    }
    account.book({ symbol, side, terms }, decimal(fill.quantity), decimal(fill.price));
    account.charge(fill.feeCurrency, decimal(fill.fee));
    settlement.remember(fill);
  }

  /** One of a symbol that is not traded any more is gone. */
  #open(order: Order, venueOrderId: string, nowMs: number): void {
    const { options, orders, account, settlement, instruments } = this.#parts;
    const terms = instruments.get(order.symbol);
    if (terms === undefined) return;
    const made = this.#make(order, venueOrderId, terms, nowMs);
    if (made === undefined) return;
    orders.add(made);
    const price = made.price ?? stopPriceToPay(made, options) ?? decimal(order.avgPrice ?? '0');
    account.reserveAgain(made, price, orders.ofSymbol(made.symbol));
    if (made.isPending) orders.addPending(made);
    else if (made.timeInForce !== 'gtc' && !isWaiting(made)) {
      const words = `${made.timeInForce}: the process ended before the rest was canceled`;
      settlement.cancel(made, words, nowMs);
    }
  }

  #make(order: Order, venueOrderId: string, terms: Terms, nowMs: number): PaperOrder | undefined {
    const figures = readFigures(order);
    if (typeof figures === 'string') return undefined;
    const { options } = this.#parts;
    const filled = decimal(order.filledQuantity);
    const dueMs = order.updatedAt + options.latencyMs;
    const isUntouched = filled.isZero();
    return {
      ...figures,
      venueOrderId,
      clientOrderId: order.clientOrderId,
      terms,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      timeInForce: order.timeInForce,
      reduceOnly: order.reduceOnly,
      postOnly: order.postOnly,
      filled,
      status: isUntouched ? 'accepted' : 'partially-filled',
      reason: null,
      updatedAt: order.updatedAt,
      // What a bar that is under way was before now does not fill it.
      activeFromMs: Math.max(dueMs, nowMs),
      isPending: isUntouched && dueMs > nowMs,
      isTriggered: !isUntouched,
      ahead: options.queuePosition === 'back' ? BEHIND_ALL : ZERO,
      shareTakenOf: null,
      hold: null,
      held: ZERO,
    };
  }
}
