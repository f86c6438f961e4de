import { refuse } from './errors.ts';
import { isOpen, type Fill, type Order } from './order.ts';

/** Clients sort ids as text: all of them have the same length. */
const FIRST_ORDER_ID = 1_000_001;

/** How an order is named: by the exchange's number, or by the client's name for it. */
export interface OrderName {
  readonly symbol: string;
  readonly orderId?: number;
  readonly clientOrderId?: string;
}

/** All orders that there ever were, and all fills. */
export class OrderLedger {
  readonly #orders: Order[] = [];
  /** A client's name is taken as long as its order is open: afterwards it may be used again. */
  readonly #openByClientId = new Map<string, Order>();
  readonly #fills: Fill[] = [];

  get nextId(): number {
    return FIRST_ORDER_ID + this.#orders.length;
  }

  get orders(): readonly Order[] {
    return this.#orders;
  }

  get fills(): readonly Fill[] {
    return this.#fills;
  }

  open(symbol?: string): Order[] {
    const open = [...this.#openByClientId.values()];
    return open.filter(({ request }) => symbol === undefined || request.instrument.id === symbol);
  }

  add(order: Order): void {
    this.#orders.push(order);
    this.#openByClientId.set(order.request.clientOrderId, order);
  }

  addFill(fill: Fill): void {
    this.#fills.push(fill);
  }

  /** The order is done. */
  close(order: Order): void {
    this.#openByClientId.delete(order.request.clientOrderId);
  }

  /** @throws {Refusal} -2010 if an open order has the name */
  requireUnused(clientOrderId: string): void {
    if (this.#openByClientId.has(clientOrderId)) throw refuse.order('Duplicate order sent.');
  }

  /** By number, else the latest of that client's name. */
  find({ symbol, orderId, clientOrderId }: OrderName): Order | undefined {
    const isIt = ({ id, request }: Order): boolean =>
      request.instrument.id === symbol &&
      (orderId === undefined || id === orderId) &&
      (clientOrderId === undefined || request.clientOrderId === clientOrderId);
    return this.#orders.findLast(isIt);
  }

  findOpen(name: OrderName): Order | undefined {
    const order = this.find(name);
    return order !== undefined && isOpen(order) ? order : undefined;
  }
}
