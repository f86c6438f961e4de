import type { OrderReference, VenueOrder } from '../../venue.ts';
import { venueOrderOf, type PaperOrder } from './paper-order.ts';

/** Closed orders that are kept; older ones are forgotten, as an exchange does. */
const MAX_CLOSED = 10_000;

const NONE: ReadonlySet<PaperOrder> = new Set();

/** All open orders, in the order in which they came, and the last closed ones. */
export class PaperOrders {
  readonly #open = new Map<string, PaperOrder>();
  readonly #openByClientId = new Map<string, PaperOrder>();
  readonly #bySymbol = new Map<string, Set<PaperOrder>>();
  readonly #pending = new Set<PaperOrder>();
  readonly #closed = new Map<string, VenueOrder>();
  /** The same in the order in which they were closed; once full, the oldest is at `#oldest`. */
  readonly #closedInOrder: VenueOrder[] = [];
  #oldest = 0;
  readonly #closedByClientId = new Map<string, VenueOrder>();

  get openCount(): number {
    return this.#open.size;
  }

  /** When the next order on its way takes part, ms since the epoch; null if none is on its way. */
  get nextDueMs(): number | null {
    return this.#nextPending()?.activeFromMs ?? null;
  }

  add(order: PaperOrder): void {
    this.#open.set(order.venueOrderId, order);
    this.#openByClientId.set(order.clientOrderId, order);
    const ofSymbol = this.#bySymbol.get(order.symbol) ?? new Set();
    ofSymbol.add(order);
    this.#bySymbol.set(order.symbol, ofSymbol);
  }

  /** It is on its way until it is taken by `takeDue`. */
  addPending(order: PaperOrder): void {
    this.#pending.delete(order);
    this.#pending.add(order);
  }

  /** The next order on its way that takes part at that time already. */
  takeDue(nowMs: number): PaperOrder | undefined {
    const next = this.#nextPending();
    if (next === undefined || next.activeFromMs > nowMs) return undefined;
    this.#pending.delete(next);
    return next;
  }

  close(order: PaperOrder): void {
    this.#open.delete(order.venueOrderId);
    this.#openByClientId.delete(order.clientOrderId);
    this.#pending.delete(order);
    const ofSymbol = this.#bySymbol.get(order.symbol);
    ofSymbol?.delete(order);
    if (ofSymbol?.size === 0) this.#bySymbol.delete(order.symbol);
    this.#keepClosed(venueOrderOf(order));
  }

  hasOpen(clientOrderId: string): boolean {
    return this.#openByClientId.has(clientOrderId);
  }

  findOpen({ clientOrderId, venueOrderId }: OrderReference): PaperOrder | undefined {
    if (venueOrderId !== null) return this.#open.get(venueOrderId);
    return this.#openByClientId.get(clientOrderId);
  }

  /** Open or closed; of several with one client order id the newest, unless the venue's own is given. */
  find(reference: OrderReference): VenueOrder | undefined {
    const open = this.findOpen(reference);
    if (open !== undefined) return venueOrderOf(open);
    const { venueOrderId, clientOrderId } = reference;
    if (venueOrderId !== null) return this.#closed.get(venueOrderId);
    return this.#closedByClientId.get(clientOrderId);
  }

  open(): VenueOrder[] {
    return [...this.#open.values()].map(venueOrderOf);
  }

  /** Those with open orders. */
  get symbols(): Iterable<string> {
    return this.#bySymbol.keys();
  }

  /** Not to be changed, nor kept: it changes by itself. */
  ofSymbol(symbol: string): ReadonlySet<PaperOrder> {
    return this.#bySymbol.get(symbol) ?? NONE;
  }

  #nextPending(): PaperOrder | undefined {
    let next: PaperOrder | undefined;
    for (const order of this.#pending) {
      if (next === undefined || order.activeFromMs < next.activeFromMs) next = order;
    }
    return next;
  }

  #keepClosed(order: VenueOrder): void {
    this.#closed.set(order.venueOrderId, order);
    this.#closedByClientId.set(order.clientOrderId as string, order);
    if (this.#closedInOrder.length < MAX_CLOSED) {
      this.#closedInOrder.push(order);
      return;
    }
    const oldest = this.#closedInOrder[this.#oldest] as VenueOrder;
    this.#closedInOrder[this.#oldest] = order;
    this.#oldest = (this.#oldest + 1) % MAX_CLOSED;
    this.#closed.delete(oldest.venueOrderId);
    if (this.#closedByClientId.get(oldest.clientOrderId as string) === oldest) {
      this.#closedByClientId.delete(oldest.clientOrderId as string);
    }
  }
}
