import type { Fill } from '../../../model/fill.ts';
import { isClosed, type Order } from '../../../model/order.ts';
import type { OrderReference, VenueOrder } from '../../venue.ts';
import type { AccountQueries } from './account-queries.ts';

/** Fills of this long before the last one are asked for again, milliseconds: they may be told late. */
const OVERLAP_MS = 5_000;
/** Up to so many symbols are asked for one by one, which costs an exchange far less than all at once. */
const MAX_ONE_BY_ONE = 10;
/** After a change of an order, its fills are asked for so many times: they may show up after it. */
const ASKS_AFTER_CHANGE = 3;

export interface PollingListener {
  onOrder(order: VenueOrder): void;
  onFill(fill: Fill): void;
}

interface Watched {
  readonly reference: OrderReference & { readonly venueOrderId: string };
  readonly filledQuantity: string;
}

/** What happened to orders, by asking again and again; for when the exchange does not tell it. */
export class OrderPolling {
  readonly #queries: AccountQueries;
  readonly #listener: PollingListener;
  /** Orders that were open when last heard of, by the exchange's id. */
  readonly #open = new Map<string, Watched>();
  /** Symbols in which something changed, and how often their fills are still to be asked for. */
  readonly #changed = new Map<string, number>();
  #fillsFromMs: number;

  constructor(queries: AccountQueries, listener: PollingListener, nowMs: number) {
    this.#queries = queries;
    this.#listener = listener;
    this.#fillsFromMs = nowMs - OVERLAP_MS;
  }

  /** An order was sent, whatever became of it. */
  sent(symbol: string): void {
    this.#changed.set(symbol, ASKS_AFTER_CHANGE);
  }

  /** An order was heard of, here or elsewhere. */
  heard(order: VenueOrder, known?: Pick<Order, 'createdAt'>): void {
    const { venueOrderId, symbol, type, updatedAt, filledQuantity } = order;
    const before = this.#open.get(venueOrderId);
    if (before?.filledQuantity !== filledQuantity || isClosed(order)) this.sent(symbol);
    if (isClosed(order)) {
      this.#open.delete(venueOrderId);
      return;
    }
    const clientOrderId = order.clientOrderId ?? '';
    const createdAt = known?.createdAt ?? before?.reference.createdAt ?? updatedAt;
    const reference = { clientOrderId, venueOrderId, symbol, type, createdAt };
    this.#open.set(venueOrderId, { reference, filledQuantity });
  }

  /** A fill that was told: only later ones have to be asked for. */
  heardFill({ timestamp }: Fill): void {
    this.#fillsFromMs = Math.max(this.#fillsFromMs, timestamp - OVERLAP_MS);
  }

  /** @throws if the exchange could not be asked */
  async poll(): Promise<void> {
    const watched = [...this.#open.values()].map(({ reference }) => reference);
    const symbols = new Set([...watched.map(({ symbol }) => symbol), ...this.#changed.keys()]);
    const open = await this.#openOrders(symbols);
    const still = new Set(open.map(({ venueOrderId }) => venueOrderId));
    for (const order of open) this.#tell(order);
    // Those that are gone from the list are closed; by their number, for another may have the name now.
    for (const reference of watched) {
      if (still.has(reference.venueOrderId)) continue;
      const order = await this.#queries.findByVenueId(reference);
      if (order === null) this.#open.delete(reference.venueOrderId);
      else this.#tell(order);
    }
    await this.#pollFills();
  }

  async #openOrders(symbols: ReadonlySet<string>): Promise<VenueOrder[]> {
    if (symbols.size > MAX_ONE_BY_ONE) return this.#queries.openOrders();
    const found: VenueOrder[] = [];
    for (const symbol of symbols) found.push(...(await this.#queries.openOrders(symbol)));
    return found;
  }

  async #pollFills(): Promise<void> {
    const symbols = [...this.#changed.keys()];
    for (const fill of await this.#queries.fillsSince(this.#fillsFromMs, symbols)) {
      this.#listener.onFill(fill);
      this.heardFill(fill);
    }
    for (const symbol of symbols) {
      const left = (this.#changed.get(symbol) ?? 0) - 1;
      if (left > 0) this.#changed.set(symbol, left);
      else this.#changed.delete(symbol);
    }
  }

  #tell(order: VenueOrder): void {
    this.heard(order);
    this.#listener.onOrder(order);
  }
}
