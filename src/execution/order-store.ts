import { isClosed, type Order, type OrderSide } from '../model/order.ts';
import { decimal, sum, type Decimal } from './decimals.ts';

/** Closed orders that are kept at hand; older ones are in the journal. */
const MAX_CLOSED = 2_000;

/** The orders that are open or on their way, and the latest of the closed ones. */
export class OrderStore {
  readonly #orders = new Map<string, Order>();
  readonly #open = new Map<string, Order>();
  readonly #byVenueId = new Map<string, string>();
  /** Keys of the numbers that an order has had at the venue: a change may give it another one. */
  readonly #venueKeys = new Map<string, string[]>();
  /** Closed orders, oldest first. */
  readonly #closed = new Set<string>();

  get(clientOrderId: string): Order | undefined {
    return this.#orders.get(clientOrderId);
  }

  byVenueId(symbol: string, venueOrderId: string): Order | undefined {
    const id = this.#byVenueId.get(venueKey(symbol, venueOrderId));
    return id === undefined ? undefined : this.#orders.get(id);
  }

  set(order: Order): void {
    const { clientOrderId: id, venueOrderId, symbol } = order;
    this.#orders.set(id, order);
    if (venueOrderId !== null) this.#keepVenueId(id, venueKey(symbol, venueOrderId));
    if (!isClosed(order)) {
      this.#closed.delete(id);
      this.#open.set(id, order);
      return;
    }
    this.#open.delete(id);
    this.#closed.add(id);
    if (this.#closed.size > MAX_CLOSED) this.#forgetOldest();
  }

  /** The order had this number at the venue before, and has another one now. */
  isFormer(order: Order, venueOrderId: string): boolean {
    const known = this.byVenueId(order.symbol, venueOrderId);
    return known?.clientOrderId === order.clientOrderId && known.venueOrderId !== venueOrderId;
  }

  /** Open, unknown or on their way, oldest first. Of one worker, or of all; null stands for orders that are not ours. */
  open(workerId?: string | null): readonly Order[] {
    const all = [...this.#open.values()];
    return workerId === undefined ? all : all.filter((order) => order.workerId === workerId);
  }

  openCount(workerId: string | undefined): number {
    let count = 0;
    for (const order of this.#open.values()) {
      if (order.workerId !== null && (workerId === undefined || order.workerId === workerId))
        count += 1;
    }
    return count;
  }

  /** What open orders of one side may still add or take away, for one worker or all of ours. */
  leaves(
    workerId: string | undefined,
    symbol: string,
    side: OrderSide,
    marketOnly = false,
  ): Decimal {
    const orders = [...this.#open.values()].filter(
      (order) =>
        order.symbol === symbol &&
        order.side === side &&
        (!marketOnly || order.type === 'market') &&
        order.workerId !== null &&
        (workerId === undefined || order.workerId === workerId),
    );
    return sum(orders.map(({ leavesQuantity }) => decimal(leavesQuantity)));
  }

  #forgetOldest(): void {
    for (const id of this.#closed) {
      this.#closed.delete(id);
      this.#orders.delete(id);
      for (const key of this.#venueKeys.get(id) ?? []) this.#byVenueId.delete(key);
      this.#venueKeys.delete(id);
      return;
    }
  }

  #keepVenueId(id: string, key: string): void {
    if (this.#byVenueId.get(key) === id) return;
    this.#byVenueId.set(key, id);
    this.#venueKeys.set(id, [...(this.#venueKeys.get(id) ?? []), key]);
  }
}

function venueKey(symbol: string, venueOrderId: string): string {
  return `${symbol} ${venueOrderId}`;
}
