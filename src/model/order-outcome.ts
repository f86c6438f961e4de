import type { Order } from './order.ts';

/**
 * What became of an order call. `accepted` by the venue; `denied` by us, nothing left (`rule` names which);
 * `rejected` by the venue, in its words; `unknown`: it may or may not be at the venue, which is being asked.
 */
export type OrderOutcome =
  | { readonly outcome: 'accepted'; readonly order: Order }
  | {
      readonly outcome: 'denied';
      readonly rule: string;
      readonly reason: string;
      readonly order: Order | null;
    }
  | { readonly outcome: 'rejected'; readonly reason: string; readonly order: Order }
  | { readonly outcome: 'unknown'; readonly reason: string; readonly order: Order };
