import type { DecimalText } from '../model/decimal-text.ts';
import type { AccountView } from '../model/account.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Order, OrderType, TimeInForce } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { Position } from '../model/position.ts';

/** An amount: a number in its shortest decimal form, a text such as `"0.25"`, which is exact, or a bigint. */
export type Amount = number | string | bigint;

/** What an order is beside its symbol and quantity. */
export interface OrderOptions {
  /** @default `market` without prices, `limit` with a price, `stop` with a stop price, `stop-limit` with both */
  readonly type?: OrderType;
  /** Of a `limit` and a `stop-limit` order. */
  readonly price?: Amount;
  /** Of a `stop` and a `stop-limit` order: where it wakes. */
  readonly stopPrice?: Amount;
  /** @default 'gtc'; a market order is at once in any case */
  readonly timeInForce?: TimeInForce;
  /** It may close a position or make it smaller, and never opens one. @default false */
  readonly reduceOnly?: boolean;
  /** It rests in the book, or is not accepted: for a limit order. @default false */
  readonly postOnly?: boolean;
  /** The strategy's own note, at most 100 characters. */
  readonly tag?: string;
}

/** What is to change in an open order; what is not given stays. */
export interface ModifyOptions {
  /** In all, with what is filled already. */
  readonly quantity?: Amount;
  readonly price?: Amount;
  readonly stopPrice?: Amount;
}

/**
 * Orders, and what the strategy has. No order call throws or rejects, so that none has to be awaited: what is
 * wrong with it is its outcome, `denied`, and a warning in the worker's log.
 */
export interface StrategyTrading {
  /** Resolves once it is known what became of the order: see {@link OrderOutcome}. */
  buy(symbol: string, quantity: Amount, options?: OrderOptions): Promise<OrderOutcome>;
  sell(symbol: string, quantity: Amount, options?: OrderOptions): Promise<OrderOutcome>;
  /** Changes an open order, which keeps its client order id. */
  modify(order: Order | string, changes: ModifyOptions): Promise<OrderOutcome>;
  /** `order` is an order or its client order id. */
  cancel(order: Order | string): Promise<OrderOutcome>;
  /** Cancels all open orders of the strategy, or those of one symbol: an outcome for each. */
  cancelAll(symbol?: string): Promise<readonly OrderOutcome[]>;
  /** A market order for all that the strategy holds of the symbol, the other way round. */
  closePosition(symbol: string, options?: { readonly tag?: string }): Promise<OrderOutcome>;

  /** What this strategy holds of a symbol, whatever else the account has; a flat position if nothing. */
  position(symbol: string): Position;
  /** The strategy's orders that are open or on their way. */
  readonly orders: readonly Order[];
  /** One of them, or one of the last that were closed, by its client order id. */
  order(clientOrderId: string): Order | undefined;
  readonly account: AccountView;
  /** What can be traded under a symbol; undefined if it can't be traded. */
  instrument(symbol: string): Instrument | undefined;
  /** `quantity` down to a multiple of the symbol's lot size. @throws {StrategyUsageError} code `UNKNOWN_INSTRUMENT` */
  roundQuantity(symbol: string, quantity: Amount): DecimalText;
  /** `price` to the nearest multiple of the symbol's tick size. @throws {StrategyUsageError} code `UNKNOWN_INSTRUMENT` */
  roundPrice(symbol: string, price: Amount): DecimalText;
}
