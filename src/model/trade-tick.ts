export type AggressorSide = 'buy' | 'sell' | 'unknown';

/** A public match on the exchange: somebody's trade, not ours. */
export interface TradeTick {
  readonly type: 'trade';
  readonly symbol: string;
  /** When it happened, milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly price: number;
  /** In base currency. */
  readonly size: number;
  /** The side that took liquidity. */
  readonly aggressorSide: AggressorSide;
  /** The exchange's own id of the match, empty where there is none. */
  readonly tradeId: string;
}
