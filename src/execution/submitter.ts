import { messageOf } from '../base/errors.ts';
import type { Order, OrderIntent } from '../model/order.ts';
import { isClosed } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { OrderChange } from '../model/order-request.ts';
import { decimal, text } from './decimals.ts';
import { denial, type Denial } from './denial.ts';
import { checkInstrument, checkShape } from './order-checks.ts';
import type { OrderRecords } from './order-records.ts';
import { fromJournal, outcomeOf } from './outcomes.ts';
import { moved } from './order-state.ts';
import type { OrderStore } from './order-store.ts';
import type { MarketPrices } from './market-prices.ts';
import type { ExposureStanding, RiskGate } from './risk/risk-gate.ts';
import type { VenueEvents } from './venue-events.ts';
import type { ExecutionVenue, HeldBack, VenueOutcome } from './venue.ts';

/** Moments in the life of an order, in their order; a test can end the process in any of them. */
export type OrderStep =
  | 'before-journal'
  | 'after-journal'
  | 'after-send'
  | 'after-answer'
  | 'after-answer-journal'
  | 'before-cancel'
  | 'after-cancel'
  | 'before-modify'
  | 'after-modify';

export interface SubmitterParts {
  readonly venue: ExecutionVenue;
  readonly records: OrderRecords;
  readonly store: OrderStore;
  readonly events: VenueEvents;
  readonly gate: RiskGate;
  readonly prices: MarketPrices;
  readonly now: () => number;
  /** An id that was never used, for sure; asked once for each. */
  readonly isNew: (clientOrderId: string) => boolean;
  /** Why nothing may leave for the moment, except cancels; null if it may. */
  readonly closedBecause: () => string | null;
  /** What became of an order is not known: ask the venue. */
  readonly askSoon: (order: Order) => void;
  readonly onStep: (step: OrderStep) => void;
}

/** What keeps a request back up to the moment in which it leaves: it may wait for long before it does. */
interface Door {
  readonly look: () => Denial | null;
  /** For the venue, in that moment. */
  readonly heldBack: HeldBack;
  /** What was said last. */
  readonly last: () => Denial | null;
}

/** Sends orders, changes and cancels to the venue: each once, and never one that was not written down before. */
export class Submitter {
  readonly #parts: SubmitterParts;
  readonly #inFlight = new Map<string, Promise<OrderOutcome>>();
  /** Of those, until the venue has answered, which is before that is written down. */
  readonly #unanswered = new Map<string, Promise<void>>();

  constructor(parts: SubmitterParts) {
    this.#parts = parts;
  }

  /** On its way to the venue at this moment, by this process. */
  isInFlight(clientOrderId: string): boolean {
    return this.#inFlight.has(clientOrderId);
  }

  /** The answer to an order that was submitted before; undefined for one that is not known. */
  known(clientOrderId: string): Promise<OrderOutcome> | undefined {
    const underWay = this.#inFlight.get(clientOrderId);
    if (underWay !== undefined) return underWay;
    if (this.#parts.isNew(clientOrderId)) return undefined;
    const order = this.#parts.records.find(clientOrderId);
    return order === undefined ? undefined : Promise.resolve(outcomeOf(order));
  }

  /** The same client order id again gets the answer of the first time. Never rejects. */
  submit(
    workerId: string,
    clientOrderId: string,
    intent: OrderIntent,
    standing: ExposureStanding,
  ): Promise<OrderOutcome> {
    const known = this.known(clientOrderId);
    if (known !== undefined) return known;
    const denied = this.#check(workerId, intent, standing);
    if (denied !== null) return Promise.resolve({ outcome: 'denied', ...denied, order: null });
    const now = this.#parts.now();
    const order: Order = {
      ...intent,
      clientOrderId,
      venueOrderId: null,
      workerId,
      status: 'submitted',
      filledQuantity: '0',
      leavesQuantity: intent.quantity,
      avgPrice: null,
      pending: null,
      reason: null,
      createdAt: now,
      updatedAt: now,
    };
    this.#parts.gate.count(workerId, now);
    return this.#begin(order);
  }

  #begin(order: Order): Promise<OrderOutcome> {
    const { clientOrderId } = order;
    let answered = (): void => undefined;
    const answer = new Promise<void>((resolve) => {
      answered = () => {
        this.#unanswered.delete(clientOrderId);
        resolve();
      };
    });
    this.#unanswered.set(clientOrderId, answer);
    const sent = this.#send(order, answered).finally(() => {
      answered();
      this.#inFlight.delete(clientOrderId);
    });
    this.#inFlight.set(clientOrderId, sent);
    return sent;
  }

  async #send(order: Order, answered: () => void): Promise<OrderOutcome> {
    const { records, venue, events, onStep } = this.#parts;
    // Asked before it counts among the open orders itself.
    const reducing = this.#isReducing(order.workerId as string, order);
    onStep('before-journal');
    try {
      await records.intend(order);
    } catch (thrown) {
      return this.#withdraw(order, fromJournal(thrown));
    }
    onStep('after-journal');
    // Somebody may have halted trading meanwhile: what has not left yet does not.
    const door = this.#doorFor(order.workerId as string, reducing);
    const held = door.look();
    if (held !== null) return this.#withdraw(order, held);
    const answer = venue.submit({ ...order, reduceOnly: false }, door.heldBack);
    onStep('after-send');
    const said = await answer;
    onStep('after-answer');
    const late = door.last();
    if (said.outcome === 'rejected' && late !== null) {
      answered();
      return this.#withdraw(order, late);
    }
    const taken = this.#takeAnswer(order, said);
    answered();
    await taken;
    // The venue may have told by itself what it answers, so that there was nothing new in the answer.
    await records.settled();
    onStep('after-answer-journal');
    await events.settleUnmatched();
    return this.#told(records.find(order.clientOrderId) ?? order);
  }

  async #takeAnswer(order: Order, said: VenueOutcome): Promise<void> {
    const { events, records, store, now } = this.#parts;
    if (said.outcome === 'accepted') return events.takeOrder(said.order);
    const current = store.get(order.clientOrderId) ?? order;
    // The user stream may have been faster, and knows better.
    if (current.status !== 'submitted') return;
    const status = said.outcome === 'rejected' ? 'rejected' : 'unknown';
    const after = moved(current, status, { reason: said.reason }, now());
    await records.update(after);
    if (status === 'unknown') this.#parts.askSoon(after);
  }

  /** What the venue says of an order is an answer once it is on the disk. */
  #told(order: Order): OrderOutcome {
    const { failure } = this.#parts.records;
    if (failure === undefined) return outcomeOf(order);
    return {
      outcome: 'unknown',
      reason: `it is ${order.status}, which can't be written down: ${messageOf(failure)}`,
      order,
    };
  }

  #doorFor(workerId: string, reducing: boolean): Door {
    let held: Denial | null = null;
    const look = (): Denial | null => {
      held = this.#parts.gate.checkTrading(workerId, reducing) ?? this.#closed();
      return held;
    };
    return { look, heldBack: () => look()?.reason ?? null, last: () => held };
  }

  #withdraw(order: Order, denied: Denial): OrderOutcome {
    const after = moved(
      order,
      'denied',
      { reason: `${denied.rule}: ${denied.reason}` },
      this.#parts.now(),
    );
    this.#parts.records.withdraw(after);
    return { outcome: 'denied', ...denied, order: after };
  }

  /** Never rejects. */
  async cancel(workerId: string | null, clientOrderId: string): Promise<OrderOutcome> {
    const { store, venue, events, records, onStep } = this.#parts;
    // Not until its answer is on the disk: it can be canceled where nothing can be written.
    await this.#unanswered.get(clientOrderId);
    const order = store.get(clientOrderId);
    const denied = this.#notOpen(workerId, clientOrderId, order);
    if (denied !== null || order === undefined)
      return { outcome: 'denied', ...(denied as Denial), order: order ?? null };
    onStep('before-cancel');
    // Not written down before it leaves: it makes nothing worse, and must pass where nothing can be written.
    const pending: Order = { ...order, pending: 'cancel' };
    store.set(pending);
    const said = await venue.cancel(order);
    onStep('after-cancel');
    if (said.outcome === 'accepted') {
      await events.takeOrder(said.order);
      await records.settled();
      const after = records.find(clientOrderId) ?? order;
      // The venue has taken the cancel, and fills of it may be on their way: it is not an answer to wait for.
      if (after.pending !== null && isClosed(after) === false) this.#parts.askSoon(after);
      return { outcome: 'accepted', order: after };
    }
    const after = this.#clearPending(pending);
    this.#parts.askSoon(after);
    return { outcome: said.outcome, reason: said.reason, order: after };
  }

  /** Never rejects. */
  async modify(
    workerId: string,
    clientOrderId: string,
    change: OrderChange,
    standing: ExposureStanding,
  ): Promise<OrderOutcome> {
    const { store, venue, events, records, gate, now, onStep } = this.#parts;
    await this.#inFlight.get(clientOrderId);
    const order = store.get(clientOrderId);
    const denied = this.#notOpen(workerId, clientOrderId, order) ?? this.#closed();
    if (denied !== null || order === undefined)
      return { outcome: 'denied', ...(denied as Denial), order: order ?? null };
    const refused = this.#checkChange(workerId, order, change, standing);
    if (refused !== null) return { outcome: 'denied', ...refused, order };
    const open = afterChange(order, change);
    const reducing = this.#withoutIt(order, () => gate.isReducing(workerId, open));
    gate.count(workerId, now());
    onStep('before-modify');
    const pending: Order = { ...order, pending: 'modify' };
    try {
      await records.intend(pending);
    } catch (thrown) {
      // Not the order of before: a fill may have come meanwhile.
      return { outcome: 'denied', ...fromJournal(thrown), order: this.#clearPending(pending) };
    }
    const door = this.#doorFor(workerId, reducing);
    const held = door.look();
    if (held !== null) {
      const now = this.#clearPending(pending);
      records.withdraw(now);
      return { outcome: 'denied', ...held, order: now };
    }
    const said = await venue.modify({ ...order, reduceOnly: false }, change, door.heldBack);
    onStep('after-modify');
    const after = this.#clearPending(pending);
    if (said.outcome === 'accepted') await events.takeOrder(said.order);
    // The journal has it as asked for.
    if (store.get(clientOrderId) === after) records.withdraw(after);
    if (said.outcome === 'accepted') {
      await records.settled();
      return { outcome: 'accepted', order: records.find(clientOrderId) ?? after };
    }
    const late = door.last();
    if (said.outcome === 'rejected' && late !== null)
      return { outcome: 'denied', ...late, order: after };
    // A venue that replaces orders may have ended the old one before it refused the new one.
    this.#parts.askSoon(after);
    return { outcome: said.outcome, reason: said.reason, order: after };
  }

  /** The venue has answered, or will not. Told if the order was told meanwhile as one that waits for it. */
  #clearPending(asked: Order): Order {
    const { store, records } = this.#parts;
    const current = store.get(asked.clientOrderId) ?? asked;
    if (current.pending === null) return current;
    const after = { ...current, pending: null };
    if (current === asked) store.set(after);
    else void records.update(after);
    return after;
  }

  #check(workerId: string, intent: OrderIntent, standing: ExposureStanding): Denial | null {
    const { venue, gate, prices, now } = this.#parts;
    const shape = checkShape(intent);
    if (shape !== null) return shape;
    const instrument = venue.instrument(intent.symbol);
    if (instrument === undefined)
      return denial('UNKNOWN_SYMBOL', `"${intent.symbol}" is not traded at ${venue.name}`);
    const last = prices.last(intent.symbol);
    const reducing = this.#isReducing(workerId, intent);
    if (intent.reduceOnly && !reducing) {
      return denial(
        'REDUCE_ONLY',
        `a reduceOnly order to ${intent.side} ${intent.quantity} ${intent.symbol} would make no position smaller`,
      );
    }
    return (
      this.#closed() ??
      checkInstrument(intent, instrument, last === undefined ? undefined : decimal(last)) ??
      gate.check(workerId, intent, instrument, standing, now())
    );
  }

  #checkChange(
    workerId: string,
    order: Order,
    change: OrderChange,
    standing: ExposureStanding,
  ): Denial | null {
    const quantity = change.quantity ?? order.quantity;
    if (!decimal(quantity).gt(decimal(order.filledQuantity))) {
      return denial(
        'INVALID_ORDER',
        `${order.filledQuantity} of the order are filled: its quantity can't become ${quantity}`,
      );
    }
    const after: OrderIntent = {
      ...order,
      quantity,
      price: change.price ?? order.price,
      stopPrice: change.stopPrice ?? order.stopPrice,
    };
    const { venue, prices, gate, now } = this.#parts;
    const shape = checkShape(after);
    const instrument = venue.instrument(order.symbol);
    if (shape !== null || instrument === undefined) return shape;
    const last = prices.last(order.symbol);
    const step = checkInstrument(after, instrument, last === undefined ? undefined : decimal(last));
    if (step !== null) return step;
    // Held against the limits as the order that it will be, without the one that it is.
    const open = afterChange(order, change);
    return this.#withoutIt(order, () => {
      if (order.reduceOnly && !gate.isReducing(workerId, open)) {
        return denial(
          'REDUCE_ONLY',
          `a reduceOnly order of ${open.quantity} would be more than the position`,
        );
      }
      return gate.check(workerId, open, instrument, standing, now(), 1);
    });
  }

  #withoutIt<T>(order: Order, look: () => T): T {
    const { store } = this.#parts;
    store.set({ ...order, leavesQuantity: '0' });
    try {
      return look();
    } finally {
      store.set(order);
    }
  }

  #isReducing(workerId: string, intent: OrderIntent): boolean {
    return this.#parts.gate.isReducing(workerId, intent);
  }

  #closed(): Denial | null {
    const reason = this.#parts.closedBecause();
    return reason === null ? null : denial('NOT_RECONCILED', reason);
  }

  #notOpen(workerId: string | null, id: string, order: Order | undefined): Denial | null {
    if (order === undefined || (workerId !== null && order.workerId !== workerId))
      return denial('NOT_FOUND', `there is no open order "${id}" of this strategy`);
    return isClosed(order) ? denial('NOT_OPEN', `order "${id}" is ${order.status} already`) : null;
  }
}

/** What is open of the order once it is changed. */
function afterChange(order: Order, change: OrderChange): OrderIntent {
  const quantity = decimal(change.quantity ?? order.quantity).minus(decimal(order.filledQuantity));
  return {
    ...order,
    quantity: text(quantity),
    price: change.price ?? order.price,
    stopPrice: change.stopPrice ?? order.stopPrice,
  };
}
