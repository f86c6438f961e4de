/** The best bid and ask at a moment. */
export interface QuoteTick {
  readonly type: 'quote';
  readonly symbol: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}
