import type { Balance } from '../model/account.ts';
import type { DecimalText } from '../model/decimal-text.ts';
import type { Fill } from '../model/fill.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Order, OrderStatus } from '../model/order.ts';
import type { OrderChange } from '../model/order-request.ts';

/** What a venue says of an order. */
export interface VenueOrder {
  /** Ours, as it was given to the venue; null for an order that was placed without one. */
  readonly clientOrderId: string | null;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Order['side'];
  readonly type: Order['type'];
  readonly quantity: DecimalText;
  readonly price: DecimalText | null;
  readonly stopPrice: DecimalText | null;
  readonly filledQuantity: DecimalText;
  readonly status: Extract<
    OrderStatus,
    'accepted' | 'partially-filled' | 'filled' | 'canceled' | 'rejected' | 'expired'
  >;
  /** In the venue's words, where it says any. */
  readonly reason: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/**
 * What became of a request. `rejected` only on the venue's own word; whatever leaves a doubt (no answer, a
 * cut line, a 5xx) is `unknown`.
 */
export type VenueOutcome =
  | { readonly outcome: 'accepted'; readonly order: VenueOrder }
  | { readonly outcome: 'rejected'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

/**
 * Asked in the moment in which a request leaves, after all waiting: why it may not any more, or null. What is
 * held back has not left, and its outcome is `rejected` with this reason.
 */
export type HeldBack = () => string | null;

/** How an order is found at a venue. */
export type OrderReference = Pick<
  Order,
  'clientOrderId' | 'venueOrderId' | 'symbol' | 'type' | 'createdAt'
>;

/** What a venue tells by itself, in its own order; a thing may come twice. */
export interface VenueListener {
  onOrder(order: VenueOrder): void;
  onFill(fill: Fill): void;
  /**
   * `down`: what happens to orders is not told any more; `up` again: what happened meanwhile must be asked
   * for. `connect` tells of no `up`.
   */
  onConnection(state: 'up' | 'down', reason: string): void;
}

export interface VenueAccount {
  readonly balances: Readonly<Record<string, Balance>>;
  /** Signed quantity by symbol, of futures; spot is in the balances. */
  readonly positions: Readonly<Record<string, DecimalText>>;
}

/** What processes before this one have written down of an account that lives in the process alone. */
export interface VenuePast {
  /** Those that are not closed, as the venue was given them, in any order; also such as it may never have got. */
  readonly orders: readonly Order[];
  /** Each fill once, all that there ever were, in the order in which the venue told of them. To be gone through once. */
  readonly fills: Iterable<Fill>;
  /** Number of this process, from 1, higher than that of any before it. */
  readonly run: number;
}

/** Where orders go: a simulated market, or an exchange. */
export interface ExecutionVenue {
  /** Such as `paper` or `binance`. */
  readonly name: string;
  readonly mode: 'paper' | 'live';
  /**
   * Of a venue that forgets everything with its process: takes up the account where the process before left
   * it. Called once, before `connect`, at the first start too. @throws if that can't be
   */
  restore?(past: VenuePast): void;
  /** Connects and gets to know the instruments. Called once. */
  connect(listener: VenueListener): Promise<void>;
  /** Undefined for a symbol that is not traded here. */
  instrument(symbol: string): Instrument | undefined;
  /** Sends an order once, and never again by itself. Never rejects. */
  submit(order: Order, heldBack?: HeldBack): Promise<VenueOutcome>;
  /** Never rejects. `rejected` if it is not open any more. */
  cancel(order: OrderReference): Promise<VenueOutcome>;
  /** Another quantity (in all, with what is filled) or price for an open order, which keeps its client order id. Never rejects. */
  modify(order: Order, change: OrderChange, heldBack?: HeldBack): Promise<VenueOutcome>;
  /**
   * The order, open or closed; null if the venue says that it has none. An order that was sent a moment ago
   * may not be seen yet.
   *
   * @throws if the venue could not be asked
   */
  findOrder(reference: OrderReference): Promise<VenueOrder | null>;
  /** All open orders of the account, also those that are not ours. @throws if the venue could not be asked */
  openOrders(): Promise<readonly VenueOrder[]>;
  /** Fills of the account in these symbols since then (ms since the epoch), oldest first. @throws if the venue could not be asked */
  fillsSince(sinceMs: number, symbols: readonly string[]): Promise<readonly Fill[]>;
  /** @throws if the venue could not be asked */
  account(): Promise<VenueAccount>;
  close(): Promise<void>;
}
