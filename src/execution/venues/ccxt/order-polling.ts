import type { Fill } from '../../../model/fill.ts';
import type { Order } from '../../../model/order.ts';
import type { OrderReference, VenueOrder } from '../../venue.ts';
import type { AccountQueries } from './account-queries.ts';

/** Fills of this long before the last one are asked for again, milliseconds: they may be told late. */
const OVERLAP_MS = 5_000;
/** Symbols whose fills are asked for, at most: the latest. */
const MAX_SYMBOLS = 200;

export interface PollingListener {
  onOrder(order: VenueOrder): void;
  onFill(fill: Fill): void;
}

type Watched = OrderReference & { readonly venueOrderId: string };

/** What happened to orders, by asking again and again; for when the exchange does not tell it. */
export class OrderPolling {
  readonly #queries: AccountQueries;
  readonly #listener: PollingListener;
  /** Orders that were open when last heard of, by the exchange's id. */
  readonly #open = new Map<string, Watched>();
  readonly #symbols = new Set<string>();
  #fillsFromMs: number;

  constructor(queries: AccountQueries, listener: PollingListener, nowMs: number) {
    this.#queries = queries;
    this.#listener = listener;
    this.#fillsFromMs = nowMs - OVERLAP_MS;
  }

  /** An order that was heard of in another way. */
  heard(order: VenueOrder, known?: Pick<Order, 'createdAt'>): void {
    this.#symbols.delete(order.symbol);
    this.#symbols.add(order.symbol);
    if (this.#symbols.size > MAX_SYMBOLS) {
      for (const oldest of this.#symbols) {
        this.#symbols.delete(oldest);
        break;
      }
    }
    const { venueOrderId, symbol, type, updatedAt } = order;
    if (order.status !== 'accepted' && order.status !== 'partially-filled') {
      this.#open.delete(venueOrderId);
      return;
    }
    const clientOrderId = order.clientOrderId ?? '';
    const createdAt = known?.createdAt ?? this.#open.get(venueOrderId)?.createdAt ?? updatedAt;
    this.#open.set(venueOrderId, { clientOrderId, venueOrderId, symbol, type, createdAt });
  }

  /** A fill that was told: only later ones have to be asked for. */
  heardFill({ timestamp, symbol }: Fill): void {
    this.#symbols.add(symbol);
    this.#fillsFromMs = Math.max(this.#fillsFromMs, timestamp - OVERLAP_MS);
  }

  /** @throws if the exchange could not be asked */
  async poll(): Promise<void> {
    const watched = [...this.#open.values()];
    const open = await this.#queries.openOrders();
    const still = new Set(open.map(({ venueOrderId }) => venueOrderId));
    for (const order of open) this.#tell(order);
    const fills = await this.#queries.fillsSince(this.#fillsFromMs, [...this.#symbols]);
    for (const fill of fills) {
      this.#listener.onFill(fill);
      this.heardFill(fill);
    }
    // Those that are gone from the list are closed; by their number, for another may have the name now.
    for (const reference of watched) {
      if (still.has(reference.venueOrderId)) continue;
      const order = await this.#queries.findByVenueId(reference);
      if (order === null) this.#open.delete(reference.venueOrderId);
      else this.#tell(order);
    }
  }

  #tell(order: VenueOrder): void {
    this.heard(order);
    this.#listener.onOrder(order);
  }
}
