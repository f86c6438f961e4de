import { settlesWithin } from '../../../base/deadline.ts';
import type { CcxtExchange } from '../../../exchange/ccxt-exchange.ts';
import type { CcxtOrder } from '../../../exchange/ccxt-types.ts';
import { newTrace, traced } from '../../../exchange/request-trace.ts';
import { isClosed, type Order } from '../../../model/order.ts';
import type { OrderChange } from '../../../model/order-request.ts';
import type { HeldBack, OrderReference, VenueOrder, VenueOutcome } from '../../venue.ts';
import type { AccountQueries } from './account-queries.ts';
import { encodeClientOrderId } from './client-order-ids.ts';
import { isClockError, sortError, type ErrorSort } from './error-sorting.ts';
import { orderTerms, type OrderTerms } from './order-terms.ts';
import type { Replacements } from './replacements.ts';
import { venueTraits } from './venue-traits.ts';

/** Binance: the order was canceled, and the one in its place refused. */
const HALF_REPLACED = /"code":\s*-2021\b/;
/** Binance: it was not canceled, and no other was placed. */
const NOT_REPLACED = /"code":\s*-2022\b/;

type Answer =
  | { readonly answer: CcxtOrder }
  | { readonly sort: ErrorSort; readonly reason: string };

/** The requests that change something at the exchange. None of them rejects, and none is sent twice. */
export class OrderCommands {
  readonly #exchange: CcxtExchange;
  readonly #queries: AccountQueries;
  readonly #replacements: Replacements;
  readonly #answerLimitMs: number;
  /** Told of an order that a change has ended. */
  readonly #tell: (order: VenueOrder) => void;

  constructor(
    exchange: CcxtExchange,
    queries: AccountQueries,
    replacements: Replacements,
    answerLimitMs: number,
    tell: (order: VenueOrder) => void,
  ) {
    this.#exchange = exchange;
    this.#queries = queries;
    this.#replacements = replacements;
    this.#answerLimitMs = answerLimitMs;
    this.#tell = tell;
  }

  async submit(order: Order, heldBack?: HeldBack): Promise<VenueOutcome> {
    const terms = this.#termsOf(order);
    if (typeof terms === 'string') return rejected(terms);
    const { type, amount, price, params } = terms;
    const clientOrderId = encodeClientOrderId(this.#exchange.id, order.clientOrderId);
    const { trading } = this.#exchange;
    const all = { ...params, clientOrderId };
    const result = await this.#ask(
      () => trading.createOrder(order.symbol, type, order.side, amount, price, all),
      heldBack,
    );
    if ('answer' in result) return this.#accepted(result.answer, order);
    // "Not found" is no answer to a new order.
    return result.sort === 'refused' ? rejected(result.reason) : unknown(result.reason);
  }

  async cancel(reference: OrderReference): Promise<VenueOutcome> {
    const { id, params } = this.#queries.nameOf(reference);
    const result = await this.#ask(() =>
      this.#exchange.trading.cancelOrder(id, reference.symbol, params),
    );
    if ('sort' in result) {
      if (result.sort === 'not-found') return rejected(`it is not open any more: ${result.reason}`);
      // A cancel that was turned away leaves the order where it was, and that has to be seen.
      return unknown(result.reason);
    }
    const { clientOrderId, symbol, type } = reference;
    try {
      const order = this.#queries.orderOf(result.answer, { clientOrderId, symbol, type });
      if (result.answer.status !== undefined && isClosed(order))
        return { outcome: 'accepted', order };
    } catch {
      // An exchange that answers with less than an order is asked for it.
    }
    return this.#lookUp(
      reference,
      'the exchange took the cancel and does not say what became of the order',
    );
  }

  async modify(order: Order, change: OrderChange, heldBack?: HeldBack): Promise<VenueOutcome> {
    const { id, kind, trading } = this.#exchange;
    const style = venueTraits(id).change(kind);
    const wanted: Order = {
      ...order,
      quantity: change.quantity ?? order.quantity,
      price: change.price ?? order.price,
      stopPrice: change.stopPrice ?? order.stopPrice,
    };
    if (style === 'none' || order.type === 'market' || this.#queries.isApart(order.type)) {
      return rejected(
        `${trading.name} can't change such an order: cancel it and place another one`,
      );
    }
    const terms = this.#termsOf(wanted);
    if (typeof terms === 'string') return rejected(terms);
    const venueOrderId = order.venueOrderId;
    if (venueOrderId === null)
      return rejected("the exchange's number of the order is not known yet");
    if (style === 'amend') return this.#amend(wanted, venueOrderId, terms, heldBack);
    if (order.filledQuantity !== '0') {
      return rejected(
        `${trading.name} can't change an order that is filled in part: cancel it and place another one`,
      );
    }
    this.#replacements.begin(venueOrderId);
    const outcome = await this.#replace(wanted, venueOrderId, terms, heldBack);
    // It may still come about.
    if (outcome.outcome !== 'unknown') this.#replacements.end(venueOrderId);
    return outcome;
  }

  async #amend(
    order: Order,
    id: string,
    terms: OrderTerms,
    heldBack: HeldBack | undefined,
  ): Promise<VenueOutcome> {
    const { symbol, side } = order;
    const { type, amount, price, params } = terms;
    const result = await this.#ask(
      () => this.#exchange.trading.editOrder(id, symbol, type, side, amount, price, params),
      heldBack,
    );
    if ('answer' in result) return this.#accepted(result.answer, order);
    return result.sort === 'doubt' ? unknown(result.reason) : rejected(result.reason);
  }

  async #replace(
    order: Order,
    id: string,
    terms: OrderTerms,
    heldBack: HeldBack | undefined,
  ): Promise<VenueOutcome> {
    const { symbol, side } = order;
    const { type, amount, price } = terms;
    const { triggerPrice, ...params } = terms.params;
    const all = {
      ...params,
      ...(triggerPrice !== undefined && { stopPrice: triggerPrice }),
      clientOrderId: encodeClientOrderId(this.#exchange.id, order.clientOrderId),
      // What was filled in the meantime would be bought a second time.
      cancelRestrictions: 'ONLY_NEW',
    };
    const result = await this.#ask(
      () => this.#exchange.trading.editOrder(id, symbol, type, side, amount, price, all),
      heldBack,
    );
    if ('answer' in result) {
      this.#replacements.replaced(id);
      return this.#accepted(result.answer, order);
    }
    if (NOT_REPLACED.test(result.reason)) return rejected(result.reason);
    if (HALF_REPLACED.test(result.reason)) return this.#afterHalf(order, id, result.reason);
    if (result.sort !== 'doubt') return rejected(result.reason);
    const found = await this.#lookUp(order, result.reason);
    if (found.outcome !== 'accepted' || found.order.venueOrderId === id)
      return unknown(result.reason);
    this.#replacements.replaced(id);
    return found;
  }

  /** The old order is gone and the new one was refused: both are said. */
  async #afterHalf(order: Order, id: string, reason: string): Promise<VenueOutcome> {
    try {
      const old = await this.#queries.findByVenueId({ ...order, venueOrderId: id });
      if (old === null || !isClosed(old)) return unknown(reason);
      this.#replacements.end(id);
      this.#tell({ ...old, reason: 'canceled for a change that the exchange then refused' });
      return rejected(`the order is canceled, and the changed one was refused: ${reason}`);
    } catch {
      return unknown(reason);
    }
  }

  async #lookUp(reference: OrderReference, reason: string): Promise<VenueOutcome> {
    try {
      const order = await this.#queries.find(reference);
      return order === null ? unknown(reason) : { outcome: 'accepted', order };
    } catch {
      return unknown(reason);
    }
  }

  #termsOf(order: Order): OrderTerms | string {
    const { trading, kind } = this.#exchange;
    if (this.#exchange.instrument(order.symbol) === undefined) {
      return `${trading.name} does not trade ${order.symbol}`;
    }
    return orderTerms(trading, kind, order);
  }

  #accepted(answer: CcxtOrder, sent: Order): VenueOutcome {
    try {
      const order = this.#queries.orderOf(answer, sent);
      if (order.status === 'rejected') return rejected(order.reason ?? 'the exchange says no more');
      return { outcome: 'accepted', order };
    } catch (thrown) {
      return unknown(`the answer can't be read: ${this.#exchange.describe(thrown)}`);
    }
  }

  /** Asks once. What still waits for the rate budget when the time is up is not sent any more. */
  async #ask(call: () => Promise<CcxtOrder>, heldBack?: HeldBack): Promise<Answer> {
    const trace = newTrace(heldBack);
    const asked = traced(trace, call).then(
      (answer): Answer => ({ answer }),
      (thrown: unknown): Answer => {
        if (trace.withheld !== null && trace.sent === 0)
          return { sort: 'refused', reason: trace.withheld };
        if (isClockError(thrown)) void this.#exchange.refreshClock().catch(() => undefined);
        return { sort: sortError(thrown, trace), reason: this.#exchange.describe(thrown) };
      },
    );
    if (await settlesWithin(asked, this.#answerLimitMs)) return asked;
    trace.abandoned = true;
    const waited = `no answer within ${this.#answerLimitMs} ms`;
    if (trace.sent > 0) return { sort: 'doubt', reason: waited };
    return { sort: 'refused', reason: `${waited}: it never left, for want of rate budget` };
  }
}

function rejected(reason: string): VenueOutcome {
  return { outcome: 'rejected', reason };
}

function unknown(reason: string): VenueOutcome {
  return { outcome: 'unknown', reason };
}
