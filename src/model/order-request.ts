import type { DecimalText } from './decimal-text.ts';
import type { OrderIntent } from './order.ts';
import type { OrderOutcome } from './order-outcome.ts';

/** What is to change in an open order; null stays as it is. */
export interface OrderChange {
  /** In all, with what is filled already. */
  readonly quantity: DecimalText | null;
  readonly price: DecimalText | null;
  readonly stopPrice: DecimalText | null;
}

/** What a strategy asks for. The same request, by its client order id, may come twice and is done once. */
export type OrderRequest =
  | { readonly action: 'submit'; readonly clientOrderId: string; readonly intent: OrderIntent }
  | { readonly action: 'modify'; readonly clientOrderId: string; readonly change: OrderChange }
  | { readonly action: 'cancel'; readonly clientOrderId: string }
  /** All open orders of the strategy, or those of one symbol. */
  | { readonly action: 'cancel-all'; readonly symbol: string | null }
  /** A market order for all that the strategy holds of the symbol, the other way round. */
  | {
      readonly action: 'close';
      readonly clientOrderId: string;
      readonly symbol: string;
      readonly tag: string | null;
    }
  /** In a replay: nothing but to be told what has happened up to the event at hand. */
  | { readonly action: 'sync' };

/** Where a strategy is when it asks. */
export interface RequestMoment {
  /** It is shown what happened while it was away: what it sees is not the market of now. */
  readonly catchingUp: boolean;
  /** In a replay: the strategy's clock, ms since the epoch, and the last event that it was shown, or is about to be. */
  readonly replay: {
    readonly nowMs: number;
    readonly event: {
      readonly symbol: string;
      readonly dataType: string;
      readonly seq: number;
    } | null;
  } | null;
}

export interface OrderReply {
  /** One for each order concerned: `cancel-all` may have several or none, `sync` has none. */
  readonly outcomes: readonly OrderOutcome[];
  /** In a replay: nothing happens to the strategy's orders, left as they are, by events known before then (ms since the epoch); null otherwise. */
  readonly quietUntilMs: number | null;
}
