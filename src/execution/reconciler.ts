import type { Logger } from '../base/logger.ts';
import { isClosed, type Order } from '../model/order.ts';
import type { Ledger } from './ledger.ts';
import { moved } from './order-state.ts';
import type { OrderRecords } from './order-records.ts';
import type { OrderStore } from './order-store.ts';
import type { VenueEvents } from './venue-events.ts';
import type { ExecutionVenue, VenueAccount, VenueOrder } from './venue.ts';

/** A venue that has just been sent an order may not find it yet: its "not found" counts after so long, milliseconds. */
const SETTLED_AFTER_MS = 10_000;
/** So often, and so far apart (milliseconds), it must say so. */
const NOT_FOUND_TIMES = 3;
const NOT_FOUND_APART_MS = 2_000;
/** Fills are asked for from this long before the last one that is known: clocks differ, and news is late. */
const FILL_OVERLAP_MS = 60_000;

export interface ReconcilerParts {
  readonly venue: ExecutionVenue;
  readonly store: OrderStore;
  readonly ledger: Ledger;
  readonly records: OrderRecords;
  readonly events: VenueEvents;
  readonly isInFlight: (clientOrderId: string) => boolean;
  readonly now: () => number;
  readonly logger: Logger;
  readonly onAccount: (account: VenueAccount) => void;
  readonly onReconciled: (result: ReconciliationResult) => void;
  /** When the last fill of the processes before was, ms since the epoch; undefined if there was none. */
  readonly lastFillAt: () => number | undefined;
}

export interface ReconciliationResult {
  /** Orders of ours that were looked at. */
  readonly orders: number;
  /** Those of which it is still not known what became. */
  readonly unknown: number;
  /** Open orders at the venue that are not ours. */
  readonly external: number;
  /** Orders of ours that stood otherwise at the venue than here, and fills that were not known. */
  readonly differences: number;
  readonly at: number;
}

interface NotFound {
  times: number;
  lastAt: number;
}

/**
 * Brings what we believe to what the venue says: orders of which the outcome is not known, orders and fills
 * that happened while nobody looked, and orders that are not ours. What it finds goes the way of all news,
 * so that doing it twice changes nothing.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #notFound = new Map<string, NotFound>();
  /** Of which a change or a cancel was not answered. */
  readonly #doubted = new Set<string>();
  /** When the last whole comparison began: fills before it are known. */
  #comparedAt: number | undefined;
  #last: ReconciliationResult | null = null;
  /** Since the comparison under way began. */
  #differences = 0;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  get last(): ReconciliationResult | null {
    return this.#last;
  }

  /** Everything. @throws if the venue could not be asked; what was learned until then holds */
  async reconcile(): Promise<ReconciliationResult> {
    const { venue, store, events, now } = this.#parts;
    const startedAt = now();
    this.#differences = 0;
    const atVenue = await venue.openOrders();
    const ours = store.open().filter((order) => this.#isComparable(order, startedAt));
    const found = new Set<string>();
    for (const said of atVenue) {
      if (said.clientOrderId !== null) found.add(said.clientOrderId);
      found.add(said.venueOrderId);
      await this.#takeOrder(said);
    }
    const missing = ours.filter(
      ({ clientOrderId, venueOrderId }) =>
        !found.has(clientOrderId) && !found.has(venueOrderId ?? ''),
    );
    for (const order of missing) await this.#ask(order);
    // Of those that are there, fills are missing only if the venue has said so.
    await this.#takeFills([...missing, ...events.awaitingFills]);
    await events.settleUnmatched();
    this.#parts.onAccount(await venue.account());
    this.#comparedAt = startedAt;
    const open = store.open();
    this.#last = {
      orders: ours.filter(({ workerId }) => workerId !== null).length,
      unknown: open.filter(({ status }) => status === 'unknown').length,
      external: open.filter(({ workerId }) => workerId === null).length,
      differences: this.#differences,
      at: now(),
    };
    this.#parts.onReconciled(this.#last);
    return this.#last;
  }

  /** The venue has not said what became of a change or a cancel: it is asked the next time. */
  doubt({ clientOrderId }: Order): void {
    this.#doubted.add(clientOrderId);
  }

  isInDoubt({ clientOrderId }: Order): boolean {
    return this.#doubted.has(clientOrderId);
  }

  /** Only what is not known; true if there is still something to ask. @throws if the venue could not be asked */
  async askUnknown(extra: readonly Order[]): Promise<boolean> {
    const { store, events } = this.#parts;
    const ids = new Set(extra.map(({ clientOrderId }) => clientOrderId));
    for (const id of this.#doubted) ids.add(id);
    const orders = store
      .open()
      .filter((order) => order.status === 'unknown' || ids.has(order.clientOrderId))
      .filter(({ clientOrderId }) => !this.#parts.isInFlight(clientOrderId));
    for (const id of this.#doubted) if (isOver(store.get(id))) this.#doubted.delete(id);
    for (const order of orders) await this.#ask(order);
    const waiting = events.awaitingFills;
    if (waiting.length > 0 || orders.length > 0) await this.#takeFills([...waiting, ...orders]);
    await events.settleUnmatched();
    return (
      this.#doubted.size > 0 ||
      store.open().some(({ status }) => status === 'unknown') ||
      events.awaitingFills.length > 0
    );
  }

  /** One sent by this process, or changed since the venue was asked, is not in its answer as it is now. */
  #isComparable(order: Order, startedAt: number): boolean {
    return !this.#parts.isInFlight(order.clientOrderId) && order.updatedAt <= startedAt;
  }

  async #ask(order: Order): Promise<void> {
    const { venue, store } = this.#parts;
    const said = await venue.findOrder(order);
    this.#doubted.delete(order.clientOrderId);
    const current = store.get(order.clientOrderId);
    if (current === undefined || isClosed(current)) return;
    if (said !== null) {
      this.#notFound.delete(order.clientOrderId);
      return this.#takeOrder(said);
    }
    await this.#onNotFound(current);
  }

  async #onNotFound(order: Order): Promise<void> {
    const { records, now, logger, venue } = this.#parts;
    const { clientOrderId: id } = order;
    const at = now();
    const seen = this.#notFound.get(id) ?? { times: 0, lastAt: Number.NEGATIVE_INFINITY };
    if (at - seen.lastAt < NOT_FOUND_APART_MS) return;
    seen.times += 1;
    seen.lastAt = at;
    this.#notFound.set(id, seen);
    const settled = at - order.createdAt >= SETTLED_AFTER_MS;
    if (seen.times < NOT_FOUND_TIMES || !settled) return;
    this.#notFound.delete(id);
    const asked = `${venue.name} was asked ${seen.times} times and has no such order`;
    const wasThere = order.venueOrderId !== null;
    logger.log(
      'warn',
      `order ${id} is ${wasThere ? 'gone' : 'proven never to have arrived'}: ${asked}`,
    );
    this.#differences += 1;
    await records.update(moved(order, wasThere ? 'canceled' : 'rejected', { reason: asked }, at));
  }

  async #takeFills(orders: readonly Order[]): Promise<void> {
    const { venue, events, ledger, lastFillAt } = this.#parts;
    const symbols = new Set(orders.map(({ symbol }) => symbol));
    for (const owner of ledger.owners)
      for (const { symbol } of ledger.positions(owner)) symbols.add(symbol);
    if (symbols.size === 0) return;
    const oldest = Math.min(
      ...orders.map(({ createdAt }) => createdAt),
      this.#comparedAt ?? lastFillAt() ?? this.#parts.now(),
    );
    const fills = await venue.fillsSince(oldest - FILL_OVERLAP_MS, [...symbols]);
    for (const fill of fills) {
      const before = events.fillsTaken;
      const taken = events.takeFill(fill);
      // Looked at in the same turn: what the venue tells by itself meanwhile is no difference.
      this.#differences += events.fillsTaken - before;
      await taken;
    }
  }

  async #takeOrder(said: VenueOrder): Promise<void> {
    const { store, events, isInFlight } = this.#parts;
    const ours = (): Order | undefined =>
      store.get(said.clientOrderId ?? '') ?? store.byVenueId(said.symbol, said.venueOrderId);
    const before = ours();
    const taken = events.takeOrder(said);
    const isOurs = before !== undefined && before.workerId !== null;
    if (isOurs && !isInFlight(before.clientOrderId) && ours() !== before) this.#differences += 1;
    await taken;
  }
}

function isOver(order: Order | undefined): boolean {
  return order === undefined || isClosed(order);
}
