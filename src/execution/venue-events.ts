import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Fill } from '../model/fill.ts';
import { isClosed, type Order, type OrderStatus } from '../model/order.ts';
import { decimal } from './decimals.ts';
import type { OrderJournal } from './journal/order-journal.ts';
import { filled, moved, type OrderNews } from './order-state.ts';
import type { OrderRecords } from './order-records.ts';
import type { OrderStore } from './order-store.ts';
import { SeenFills } from './seen-fills.ts';
import type { VenueOrder } from './venue.ts';

/** Fills of the journal that are remembered at a start. */
const RESTORED_FILLS = 2_000;

export interface VenueEventsParts {
  readonly records: OrderRecords;
  readonly store: OrderStore;
  readonly journal: OrderJournal;
  readonly logger: Logger;
  readonly now: () => number;
  /** An order has closed at the venue with fills that were not told yet, or something is not known: ask. */
  readonly askSoon: (order: Order) => void;
  /** The venue is being asked what became of the order, which may have another number there by now. */
  readonly isInDoubt: (order: Order) => boolean;
  /** A strategy's position has changed. */
  readonly onTraded: (order: Order) => void;
}

/** The venue's last word on an order. */
type Word = Pick<VenueOrder, 'status' | 'quantity' | 'reason' | 'filledQuantity' | 'updatedAt'>;

/**
 * Takes what the venue says of orders and fills, in whatever order and however often it says it, and makes
 * of it what happened: each fill once, each order only forwards. Orders that are not ours are written down
 * as such and never touched.
 */
export class VenueEvents {
  readonly #parts: VenueEventsParts;
  #seen: SeenFills;
  /** Fills without our id, of an order that may be one whose number at the venue we are not told yet. */
  readonly #unmatched = new Map<string, Fill>();
  readonly #words = new Map<string, Word>();
  #fillsTaken = 0;

  constructor(parts: VenueEventsParts) {
    this.#parts = parts;
    this.#seen = new SeenFills([], true, () => false);
  }

  /** Goes on where the process before was. */
  restore(): void {
    const { journal } = this.#parts;
    const newest = journal.fills({ limit: RESTORED_FILLS }).map(({ fill }) => fill);
    this.#seen = new SeenFills(newest.toReversed(), newest.length < RESTORED_FILLS, (fill) =>
      journal.hasFill(fill),
    );
  }

  /** Fills that were not known before they came. */
  get fillsTaken(): number {
    return this.#fillsTaken;
  }

  /** Orders with fills at the venue that are not here yet. */
  get awaitingFills(): readonly Order[] {
    return [...this.#words].flatMap(([id, word]) => {
      const order = this.#parts.store.get(id);
      return order !== undefined && isMissing(order, word) ? [order] : [];
    });
  }

  /** What the venue tells by itself: nobody waits for it, and it must end nothing if it can't be taken. */
  hear(taken: Promise<void>): void {
    taken.catch((thrown: unknown) => {
      const text = `what the venue told could not be taken, and is asked for again: ${messageOf(thrown)}`;
      this.#parts.logger.log('error', text);
    });
  }

  /** Resolves once what is new is written and told. */
  async takeOrder(said: VenueOrder): Promise<void> {
    const order = this.#find(said);
    if (order === undefined) return this.#takeExternal(said);
    // What a change has put another one in place of is over.
    if (this.#parts.store.isFormer(order, said.venueOrderId)) return;
    const id = order.clientOrderId;
    const before = this.#words.get(id);
    if (before !== undefined && isOlder(said, before)) return;
    this.#words.set(id, said);
    const { venueOrderId, quantity } = said;
    const news = {
      venueOrderId,
      quantity,
      price: said.price ?? order.price,
      stopPrice: said.stopPrice ?? order.stopPrice,
    };
    const told = this.#settle(isBack(order, said) ? { ...order, status: 'accepted' } : order, news);
    const known = this.#parts.store.get(id) ?? order;
    if (isMissing(known, said)) this.#parts.askSoon(known);
    for (const fill of this.#unmatched.values()) {
      if (fill.symbol === order.symbol && fill.venueOrderId === venueOrderId)
        await this.takeFill(fill);
    }
    await told;
  }

  /** Resolves once it is written and told. */
  async takeFill(fill: Fill): Promise<void> {
    if (this.#seen.has(fill)) return;
    const key = `${fill.symbol} ${fill.side} ${fill.tradeId}`;
    const order = this.#find(fill);
    if (order === undefined && this.#mayBeOurs(fill)) {
      this.#unmatched.set(key, fill);
      return;
    }
    this.#unmatched.delete(key);
    this.#seen.add(fill);
    this.#fillsTaken += 1;
    if (order === undefined) return this.#parts.records.externalFill(fill);
    const after = filled(order, { ...fill, clientOrderId: order.clientOrderId });
    if (order.status === 'rejected' || decimal(after.filledQuantity).gt(decimal(order.quantity))) {
      const text = `fill ${fill.tradeId} of ${fill.quantity} does not fit order ${order.clientOrderId} (${order.status}, ${order.filledQuantity} of ${order.quantity} filled): it is counted, since the venue is right`;
      this.#parts.logger.log('error', text);
    }
    const told = this.#parts.records.update(after, fill);
    this.#parts.onTraded(after);
    await this.#settle(after, {});
    await told;
  }

  /** What was held back for orders on their way, now that these are known or gone. */
  async settleUnmatched(): Promise<void> {
    for (const fill of this.#unmatched.values()) await this.takeFill(fill);
  }

  /** Brings an order to where the venue says that it is, as far as its fills are here. */
  async #settle(order: Order, news: OrderNews): Promise<void> {
    const { records, logger, now } = this.#parts;
    const id = order.clientOrderId;
    const word = this.#words.get(id);
    const status = word === undefined ? order.status : statusOf(order, word);
    const isEnd = word !== undefined && status === word.status && !isOpenStatus(status);
    const reason = isEnd ? { reason: word.reason } : isOpenStatus(status) ? { reason: null } : {};
    const after = moved(order, status, { ...news, ...reason }, now());
    if (isClosed(after)) this.#words.delete(id);
    if (after === order) return;
    if (order.status === 'rejected') {
      const text = `order ${id} was taken for rejected (${order.reason}), and is at the venue`;
      logger.log('error', text);
    }
    await records.update(after);
  }

  async #takeExternal(said: VenueOrder): Promise<void> {
    const { records, now } = this.#parts;
    const at = said.updatedAt || now();
    const id = said.clientOrderId ?? `external-${said.venueOrderId}`;
    const { status, reason, quantity, ...facts } = said;
    const isOpen = isOpenStatus(status);
    const order: Order = {
      ...facts,
      quantity,
      // What is filled of it comes by its fills, as of any order.
      filledQuantity: '0',
      clientOrderId: id,
      workerId: null,
      timeInForce: 'gtc',
      reduceOnly: false,
      postOnly: false,
      tag: null,
      status: isOpen ? 'accepted' : status,
      leavesQuantity: isOpen ? quantity : '0',
      avgPrice: null,
      pending: null,
      reason,
      createdAt: at,
      updatedAt: at,
    };
    await records.update(order);
  }

  /** By our name first: where a change makes another order of it, that one has another number. */
  #find(said: {
    symbol: string;
    clientOrderId: string | null;
    venueOrderId: string;
  }): Order | undefined {
    const { store, records } = this.#parts;
    const own = said.clientOrderId === null ? undefined : records.find(said.clientOrderId);
    return own?.symbol === said.symbol ? own : store.byVenueId(said.symbol, said.venueOrderId);
  }

  #mayBeOurs({ symbol, clientOrderId }: Fill): boolean {
    if (clientOrderId !== null) return false;
    const { store, isInDoubt } = this.#parts;
    return store
      .open()
      .some(
        (order) =>
          order.symbol === symbol &&
          (order.venueOrderId === null || order.pending === 'modify' || isInDoubt(order)),
      );
  }
}

/** Its end counts once all its fills are here. */
function statusOf(order: Order, word: Word): OrderStatus {
  if (!isOpenStatus(word.status) && !isMissing(order, word)) return word.status;
  const isLarger =
    order.status === 'filled' && decimal(word.quantity).gt(decimal(order.filledQuantity));
  if (isClosed(order) && order.status !== 'rejected' && !isLarger) return order.status;
  return decimal(order.filledQuantity).isZero() ? 'accepted' : 'partially-filled';
}

function isMissing(order: Order, word: Word): boolean {
  return decimal(word.filledQuantity).gt(decimal(order.filledQuantity));
}

/** An end is the last word; before it, the later one counts. */
function isOlder(said: Word, before: Word): boolean {
  if (!isOpenStatus(before.status)) return isOpenStatus(said.status);
  return said.updatedAt < before.updatedAt && isOpenStatus(said.status);
}

function isOpenStatus(status: OrderStatus): boolean {
  return status === 'accepted' || status === 'partially-filled';
}

/** A change has ended one order and placed another one under its name, and the end was told first. */
function isBack(order: Order, said: VenueOrder): boolean {
  return order.status === 'canceled' && order.venueOrderId !== said.venueOrderId;
}
