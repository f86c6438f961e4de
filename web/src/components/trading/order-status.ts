import type { OrderView } from '../../../../src/client/index.ts';
import type { Tone } from '../notice.tsx';

const OPEN: readonly OrderView['status'][] = [
  'submitted',
  'unknown',
  'accepted',
  'partially-filled',
];

export const ORDER_TONES: Readonly<Record<OrderView['status'], Tone>> = {
  denied: 'bad',
  submitted: 'busy',
  unknown: 'warn',
  accepted: 'busy',
  'partially-filled': 'busy',
  filled: 'good',
  canceled: 'quiet',
  rejected: 'bad',
  expired: 'quiet',
};

/** Whether it is at the venue, may be there, or is on its way. */
export function isOpenOrder({ status }: OrderView): boolean {
  return OPEN.includes(status);
}

/** Newest first. */
export function newestFirst(orders: Iterable<OrderView>): readonly OrderView[] {
  return [...orders].toSorted((a, b) => b.createdAt - a.createdAt);
}
