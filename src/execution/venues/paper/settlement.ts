import type { Decimal } from 'decimal.js';
import { Recent } from '../../../base/recent.ts';
import type { Fill, LiquiditySide } from '../../../model/fill.ts';
import { rounded, text } from '../../decimals.ts';
import type { Emissions } from './emissions.ts';
import type { PaperAccount } from './paper-account.ts';
import type { PaperIds } from './paper-ids.ts';
import { leavesOf, venueOrderOf, type PaperOrder } from './paper-order.ts';
import type { PaperOrders } from './paper-orders.ts';

/** Fills that are kept; older ones are forgotten, as an exchange does. */
const MAX_FILLS = 10_000;

/** The one place where orders are filled and closed: order, account, history and what is told move together. */
export class Settlement {
  readonly #orders: PaperOrders;
  readonly #account: PaperAccount;
  readonly #emissions: Emissions;
  readonly #ids: PaperIds;
  readonly #fills = new Recent<Fill>(MAX_FILLS);

  constructor(orders: PaperOrders, account: PaperAccount, emissions: Emissions, ids: PaperIds) {
    this.#orders = orders;
    this.#account = account;
    this.#emissions = emissions;
    this.#ids = ids;
  }

  /** The fills that are kept, oldest first. */
  get fills(): readonly Fill[] {
    return this.#fills.toArray();
  }

  /** A fill of a process before this one, which the account knows of. */
  remember(fill: Fill): void {
    this.#fills.add(fill);
  }

  /** False, and the order canceled, if there are no funds for it. */
  fill(
    order: PaperOrder,
    quantity: Decimal,
    marketPrice: Decimal,
    liquiditySide: LiquiditySide,
    timeMs: number,
  ): boolean {
    const { instrument, contractSize, makerFee, takerFee } = order.terms;
    const share = liquiditySide === 'maker' ? makerFee : takerFee;
    // As they are told, so that the balances are what the fills come to.
    const price = rounded(marketPrice);
    const fee = rounded(quantity.times(price).times(contractSize).times(share));
    const shortage = this.#account.shortage(order, quantity, price, fee);
    if (shortage !== null) {
      this.cancel(order, shortage, timeMs);
      return false;
    }
    order.filled = order.filled.plus(quantity);
    order.updatedAt = timeMs;
    this.#account.apply(order, quantity, price, fee);
    const fill: Fill = {
      tradeId: this.#ids.takeTrade(),
      clientOrderId: order.clientOrderId,
      venueOrderId: order.venueOrderId,
      symbol: order.symbol,
      side: order.side,
      quantity: text(quantity),
      price: text(price),
      fee: text(fee),
      feeCurrency: instrument.quote,
      liquiditySide,
      timestamp: timeMs,
    };
    this.#fills.add(fill);
    this.#emissions.addFill(fill);
    if (leavesOf(order).isZero()) this.#close(order, 'filled', null, timeMs);
    else {
      order.status = 'partially-filled';
      this.#emissions.addOrder(venueOrderOf(order));
    }
    return true;
  }

  cancel(order: PaperOrder, reason: string | null, timeMs: number): void {
    this.#close(order, 'canceled', reason, timeMs);
  }

  /** An order that was made as small as what is filled of it. */
  complete(order: PaperOrder, timeMs: number): void {
    this.#close(order, 'filled', null, timeMs);
  }

  #close(
    order: PaperOrder,
    status: 'filled' | 'canceled',
    reason: string | null,
    timeMs: number,
  ): void {
    order.status = status;
    order.reason = reason;
    order.updatedAt = timeMs;
    order.isPending = false;
    this.#account.release(order);
    this.#orders.close(order);
    this.#emissions.addOrder(venueOrderOf(order));
  }
}
