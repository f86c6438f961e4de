/** A price and the size that rests there; in a delta, size 0 takes the level away. */
export type BookLevel = readonly [price: number, size: number];

/** An order book as a whole, or what changed in it since the event before. */
export interface OrderBook {
  readonly type: 'orderbook';
  readonly symbol: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly kind: 'snapshot' | 'delta';
  /** Best (highest) first in a snapshot. */
  readonly bids: readonly BookLevel[];
  /** Best (lowest) first in a snapshot. */
  readonly asks: readonly BookLevel[];
}
