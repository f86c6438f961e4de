import type { OrderView } from '../../../../src/client/index.ts';

/** Which orders, fills and positions are to be seen. Empty texts let everything pass. */
export interface OrderFilter {
  readonly workerId: string;
  readonly symbol: string;
  readonly status: '' | OrderView['status'];
}

export const NO_FILTER: OrderFilter = { workerId: '', symbol: '', status: '' };

export const ORDER_STATUSES: readonly OrderView['status'][] = [
  'submitted',
  'unknown',
  'accepted',
  'partially-filled',
  'filled',
  'canceled',
  'expired',
  'rejected',
  'denied',
];

interface Filtered {
  readonly workerId: string | null;
  readonly symbol: string;
  readonly status?: OrderView['status'];
}

/** Those that pass. What has no status passes any. */
export function filterOrders<One extends Filtered>(
  all: Iterable<One>,
  { workerId, symbol, status }: OrderFilter,
): readonly One[] {
  return [...all].filter(
    (one) =>
      (workerId === '' || one.workerId === workerId) &&
      (symbol === '' || one.symbol === symbol) &&
      (status === '' || one.status === undefined || one.status === status),
  );
}
