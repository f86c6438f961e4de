import type { OrderView } from '../../../../src/client/index.ts';
import { isOpenOrder } from '../../components/trading/order-status.ts';

/** Empty parts let everything pass. */
export interface OrderFilter {
  readonly worker: string;
  readonly symbol: string;
  /** A status, or `open` for all that may still be filled. */
  readonly status: string;
}

export const NO_ORDER_FILTER: OrderFilter = { worker: '', symbol: '', status: '' };

export function filterOrders(
  orders: readonly OrderView[],
  { worker, symbol, status }: OrderFilter,
): readonly OrderView[] {
  return orders.filter(
    (order) =>
      (worker === '' || order.workerId === worker) &&
      (symbol === '' || order.symbol === symbol) &&
      (status === '' || (status === 'open' ? isOpenOrder(order) : order.status === status)),
  );
}

/** What there is to choose from; what is chosen stays a choice, also where it has no order any more. */
export function choicesOf(
  values: Iterable<string | null>,
  chosen: string,
): readonly (readonly [string, string])[] {
  const names = new Set([...values].filter((value) => value !== null));
  if (chosen !== '') names.add(chosen);
  return [...names].toSorted((a, b) => (a < b ? -1 : 1)).map((name) => [name, name]);
}
