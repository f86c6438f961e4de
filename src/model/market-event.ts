import type { Bar } from './bar.ts';
import { klineOf, type DataType } from './data-type.ts';
import type { OrderBook } from './order-book.ts';
import type { QuoteTick } from './quote-tick.ts';
import type { TradeTick } from './trade-tick.ts';

/** Anything that the market says. Immutable: an event may be kept and shared. */
export type MarketEvent = Bar | TradeTick | QuoteTick | OrderBook;

/** The data type whose topic an event belongs to. */
export function dataTypeOf(event: MarketEvent): DataType {
  switch (event.type) {
    case 'bar':
      return klineOf(event.timeframe);
    case 'trade':
      return 'trade';
    case 'quote':
      return 'quote';
    case 'orderbook':
      return 'depth';
  }
}
