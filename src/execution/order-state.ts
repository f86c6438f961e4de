import type { DecimalText } from '../model/decimal-text.ts';
import type { Fill } from '../model/fill.ts';
import type { Order, OrderStatus } from '../model/order.ts';
import { isClosed } from '../model/order.ts';
import { decimal, text } from './decimals.ts';

/**
 * What may follow on what. An order that was canceled or has expired may still turn out to be filled: the
 * fill was on its way. One that was taken for rejected may turn up at the venue after all, if the venue had
 * said that it did not have it; that is an alarm, but the venue is right.
 */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  denied: [],
  submitted: [
    'denied',
    'unknown',
    'accepted',
    'partially-filled',
    'filled',
    'canceled',
    'rejected',
    'expired',
  ],
  unknown: ['accepted', 'partially-filled', 'filled', 'canceled', 'rejected', 'expired'],
  accepted: ['partially-filled', 'filled', 'canceled', 'rejected', 'expired'],
  'partially-filled': ['filled', 'canceled', 'expired'],
  // Only if it was made larger and the fill was faster than that news.
  filled: ['partially-filled', 'canceled', 'expired'],
  canceled: ['filled'],
  expired: ['filled'],
  rejected: ['accepted', 'partially-filled', 'filled', 'canceled', 'expired'],
};

export function canBecome(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

/** What becomes known of an order beside its status; what is left out stays. */
export interface OrderNews {
  readonly venueOrderId?: string | null;
  readonly reason?: string | null;
  readonly pending?: Order['pending'];
  readonly quantity?: DecimalText;
  readonly price?: DecimalText | null;
  readonly stopPrice?: DecimalText | null;
}

/**
 * The order with another status, or the same order if that may not follow: what comes late or twice changes
 * nothing.
 */
export function moved(order: Order, status: OrderStatus, news: OrderNews, at: number): Order {
  if (status !== order.status && !canBecome(order.status, status)) return order;
  const next = { ...order, ...news, status };
  const leaves = isClosed(next)
    ? '0'
    : text(decimal(next.quantity).minus(decimal(next.filledQuantity)));
  const settled = isClosed(next) ? { pending: null } : {};
  const after: Order = { ...next, ...settled, leavesQuantity: leaves };
  return sameOrder(order, after) ? order : { ...after, updatedAt: Math.max(at, order.updatedAt) };
}

/** The order after one more fill. */
export function filled(order: Order, fill: Fill): Order {
  const before = decimal(order.filledQuantity);
  const quantity = decimal(fill.quantity);
  const total = before.plus(quantity);
  const value = before
    .times(decimal(order.avgPrice ?? '0'))
    .plus(quantity.times(decimal(fill.price)));
  const isWhole = total.gte(decimal(order.quantity));
  const status = isWhole ? 'filled' : isLive(order.status) ? 'partially-filled' : order.status;
  return {
    ...order,
    venueOrderId: order.venueOrderId ?? fill.venueOrderId,
    status,
    filledQuantity: text(total),
    leavesQuantity: isClosed({ status }) ? '0' : text(decimal(order.quantity).minus(total)),
    avgPrice: text(value.div(total)),
    pending: isWhole ? null : order.pending,
    reason: status === order.status ? order.reason : null,
    updatedAt: Math.max(fill.timestamp, order.updatedAt),
  };
}

function isLive(status: OrderStatus): boolean {
  return status !== 'canceled' && status !== 'expired';
}

function sameOrder(one: Order, other: Order): boolean {
  return (Object.keys(one) as (keyof Order)[]).every((key) => one[key] === other[key]);
}
