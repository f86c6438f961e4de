import { isClosed, type Order, type OrderSide } from '../model/order.ts';
import { decimal, sum, type Decimal } from './decimals.ts';

/** Closed orders that are kept at hand; older ones are in the journal. */
const MAX_CLOSED = 2_000;

/** The orders that are open or on their way, and the latest of the closed ones. */
export class OrderStore {
  readonly #orders = new Map<string, Order>();
  readonly #open = new Map<string, Order>();
  readonly #byVenueId = new Map<string, string>();
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
    if (venueOrderId !== null) this.#byVenueId.set(venueKey(symbol, venueOrderId), id);
    if (!isClosed(order)) {
      this.#closed.delete(id);
      this.#open.set(id, order);
      return;
    }
    this.#open.delete(id);
    this.#closed.add(id);
    if (this.#closed.size > MAX_CLOSED) this.#forgetOldest();
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
  leaves(workerId: string | undefined, symbol: string, side: OrderSide): Decimal {
    const orders = [...this.#open.values()].filter(
      (order) =>
        order.symbol === symbol &&
        order.side === side &&
        order.workerId !== null &&
        (workerId === undefined || order.workerId === workerId),
    );
    return sum(orders.map(({ leavesQuantity }) => decimal(leavesQuantity)));
  }

  #forgetOldest(): void {
    for (const id of this.#closed) {
      const order = this.#orders.get(id);
      this.#closed.delete(id);
      this.#orders.delete(id);
      if (order !== undefined && order.venueOrderId !== null)
        this.#byVenueId.delete(venueKey(order.symbol, order.venueOrderId));
      return;
    }
  }
}

function venueKey(symbol: string, venueOrderId: string): string {
  return `${symbol} ${venueOrderId}`;
}
