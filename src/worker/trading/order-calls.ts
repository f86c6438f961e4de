import { systemClock } from '../../base/clock.ts';
import { messageOf, quote } from '../../base/errors.ts';
import type { LogLevel } from '../../base/logger.ts';
import { RateGate } from '../../base/rate-gate.ts';
import { toNearest, towardsZero } from '../../model/decimal-steps.ts';
import type { DecimalText } from '../../model/decimal-text.ts';
import type { AccountView } from '../../model/account.ts';
import type { Instrument } from '../../model/instrument.ts';
import type { Order, OrderSide } from '../../model/order.ts';
import type { OrderOutcome } from '../../model/order-outcome.ts';
import type { OrderRequest } from '../../model/order-request.ts';
import type { Position } from '../../model/position.ts';
import type { Facts } from '../../strategy/context.ts';
import type { StrategyTrading } from '../../strategy/orders.ts';
import { changeOf, clientOrderIdOf, closingTagOf, intentOf, invalid } from './order-input.ts';
import type { Answer } from './pending-requests.ts';
import type { TradingView } from './trading-view.ts';
import { unansweredOutcomes } from './unanswered.ts';

/** How often a denied order is logged at most, milliseconds. */
const WARN_EVERY_MS = 1_000;

/** Why no order call gets through. */
export interface Closed {
  readonly rule: string;
  readonly reason: string;
}

export interface OrderCallsParts {
  readonly view: TradingView;
  /** Undefined while orders can be placed. */
  readonly closed: () => Closed | undefined;
  readonly mintId: () => string;
  /** Never rejects. */
  readonly ask: (request: OrderRequest) => Promise<Answer>;
  readonly log: (level: LogLevel, message: string, facts?: Facts) => void;
}

/** What a strategy calls. The call itself sends; nothing here throws into a strategy that asks for an order. */
export class OrderCalls implements StrategyTrading {
  readonly #parts: OrderCallsParts;
  readonly #warnings = new RateGate(WARN_EVERY_MS, systemClock);

  constructor(parts: OrderCallsParts) {
    this.#parts = parts;
  }

  buy(symbol: string, quantity: unknown, options?: unknown): Promise<OrderOutcome> {
    return this.#submit('buy', symbol, quantity, options);
  }

  sell(symbol: string, quantity: unknown, options?: unknown): Promise<OrderOutcome> {
    return this.#submit('sell', symbol, quantity, options);
  }

  modify(order: unknown, changes: unknown): Promise<OrderOutcome> {
    return this.#one(() => ({
      action: 'modify',
      clientOrderId: clientOrderIdOf(order),
      change: changeOf(changes),
    }));
  }

  cancel(order: unknown): Promise<OrderOutcome> {
    return this.#one(() => ({ action: 'cancel', clientOrderId: clientOrderIdOf(order) }));
  }

  cancelAll(symbol?: unknown): Promise<readonly OrderOutcome[]> {
    return this.#ask(() => {
      if (symbol === undefined || symbol === null) return { action: 'cancel-all', symbol: null };
      if (typeof symbol === 'string' && symbol !== '') return { action: 'cancel-all', symbol };
      throw invalid(`symbol is ${quote(symbol)}: expected a text, or nothing for all symbols`);
    });
  }

  closePosition(symbol: string, options?: unknown): Promise<OrderOutcome> {
    return this.#one(() => {
      const tag = closingTagOf(options);
      this.#parts.view.instrumentOrThrow(symbol);
      return { action: 'close', clientOrderId: this.#parts.mintId(), symbol, tag };
    });
  }

  position(symbol: string): Position {
    return this.#parts.view.position(symbol);
  }

  get orders(): readonly Order[] {
    return this.#parts.view.orders;
  }

  order(clientOrderId: string): Order | undefined {
    return this.#parts.view.order(clientOrderId);
  }

  get account(): AccountView {
    return this.#parts.view.account;
  }

  instrument(symbol: string): Instrument | undefined {
    return this.#parts.view.instrument(symbol);
  }

  roundQuantity(symbol: string, quantity: unknown): DecimalText {
    return towardsZero(quantity, this.#parts.view.instrumentOrThrow(symbol).lotSize);
  }

  roundPrice(symbol: string, price: unknown): DecimalText {
    return toNearest(price, this.#parts.view.instrumentOrThrow(symbol).tickSize);
  }

  #submit(
    side: OrderSide,
    symbol: string,
    quantity: unknown,
    options: unknown,
  ): Promise<OrderOutcome> {
    return this.#one(() => {
      const intent = intentOf(side, symbol, quantity, options);
      this.#parts.view.instrumentOrThrow(symbol);
      return { action: 'submit', clientOrderId: this.#parts.mintId(), intent };
    });
  }

  async #one(make: () => OrderRequest): Promise<OrderOutcome> {
    const [outcome] = await this.#ask(make);
    return outcome ?? this.#deny('NO_ANSWER', 'nobody knows of this order');
  }

  // Runs synchronously up to where the request is sent: requests leave in the order of the calls.
  async #ask(make: () => OrderRequest): Promise<readonly OrderOutcome[]> {
    const { view, closed, ask } = this.#parts;
    const why = closed();
    if (why !== undefined) return [this.#deny(why.rule, why.reason)];
    let request: OrderRequest;
    try {
      request = make();
    } catch (thrown) {
      return [this.#deny('INVALID_ORDER', messageOf(thrown))];
    }
    const answer = await ask(request);
    const outcomes =
      'unanswered' in answer ? unansweredOutcomes(request, answer, view) : answer.outcomes;
    return outcomes.map((outcome) => this.#told(outcome));
  }

  #deny(rule: string, reason: string): OrderOutcome {
    return this.#told({ outcome: 'denied', rule, reason, order: null });
  }

  #told(outcome: OrderOutcome): OrderOutcome {
    if (outcome.outcome !== 'denied' && outcome.outcome !== 'rejected') return outcome;
    const heldBack = this.#warnings.pass();
    if (heldBack === undefined) return outcome;
    const { reason } = outcome;
    if (outcome.outcome === 'denied') {
      const { rule } = outcome;
      this.#parts.log('warn', `an order was denied by ${rule}: ${reason}`, { rule, heldBack });
    } else {
      this.#parts.log('warn', `an order was rejected by the venue: ${reason}`, { heldBack });
    }
    return outcome;
  }
}
