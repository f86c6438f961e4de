import type { DecimalText } from './decimal-text.ts';

export const ORDER_SIDES = ['buy', 'sell'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

/** A stop order waits until the market has reached its stop price, and is a market or a limit order then. */
export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop-limit'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** Good till canceled; immediate, the rest canceled; all at once or nothing. */
export const TIMES_IN_FORCE = ['gtc', 'ioc', 'fok'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/**
 * Where an order is in its life. `denied` by us, before it left; `submitted`: written down and on its way;
 * `unknown`: it left and nobody said what became of it; `accepted` and `partially-filled` are open at the
 * venue; `rejected` by the venue, or proven never to have reached it.
 */
export const ORDER_STATUSES = [
  'denied',
  'submitted',
  'unknown',
  'accepted',
  'partially-filled',
  'filled',
  'canceled',
  'rejected',
  'expired',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What a strategy, or a person, wants done. */
export interface OrderIntent {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  /** In units of the instrument: base currency for spot, contracts for futures. */
  readonly quantity: DecimalText;
  /** Of `limit` and `stop-limit`. */
  readonly price: DecimalText | null;
  /** Of `stop` and `stop-limit`. */
  readonly stopPrice: DecimalText | null;
  readonly timeInForce: TimeInForce;
  /** It may close a position or make it smaller, and never opens one. */
  readonly reduceOnly: boolean;
  /** It rests in the book, or is not accepted. */
  readonly postOnly: boolean;
  /** The strategy's own note. */
  readonly tag: string | null;
}

/** An order as it is known. Immutable: each change makes another one. */
export interface Order extends OrderIntent {
  /** Ours, unique for ever. */
  readonly clientOrderId: string;
  /** The venue's, once known. */
  readonly venueOrderId: string | null;
  /** Whose it is; null for one that is not ours, which is shown and never touched. */
  readonly workerId: string | null;
  readonly status: OrderStatus;
  readonly filledQuantity: DecimalText;
  /** What is not filled yet; `0` once the order is closed. */
  readonly leavesQuantity: DecimalText;
  /** Mean price of what is filled, null for nothing. */
  readonly avgPrice: DecimalText | null;
  /** What was asked of the venue and is not answered. */
  readonly pending: 'cancel' | 'modify' | null;
  /** Why it was denied, rejected, canceled or is unknown. */
  readonly reason: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const CLOSED: ReadonlySet<OrderStatus> = new Set([
  'denied',
  'filled',
  'canceled',
  'rejected',
  'expired',
]);

/** Nothing more is to come of it. */
export function isClosed({ status }: Pick<Order, 'status'>): boolean {
  return CLOSED.has(status);
}
