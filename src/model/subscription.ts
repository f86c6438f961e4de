import type { DataType } from './data-type.ts';

/** One topic: a symbol and what is told of it. */
export interface MarketTopic {
  readonly symbol: string;
  readonly dataType: DataType;
}

/**
 * The name of a topic, such as `kline@1m:BTC/USDT`. Names are compared whole, never by prefix, so that
 * `BTC/USDT` can't match `BTC/USDTX`.
 */
export function topicName(symbol: string, dataType: DataType): string {
  return `${dataType}:${symbol}`;
}
