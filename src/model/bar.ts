/** Prices over one span of time (open, high, low, close) and the volume traded in it. */
export interface Bar {
  readonly type: 'bar';
  readonly symbol: string;
  /** Length of the span, such as `1m`. */
  readonly timeframe: string;
  /** When the span began, milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Volume as the source gives it: in base currency for most exchanges. */
  readonly volume: number;
}
