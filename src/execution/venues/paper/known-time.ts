import type { MarketEvent } from '../../../model/market-event.ts';
import { timeframeMs } from '../../../model/timeframe.ts';

/** When the market knew of an event, ms since the epoch: a bar is known once its span is over. */
export function knownTimeMs(event: MarketEvent): number {
  return event.type === 'bar' ? event.timestamp + timeframeMs(event.timeframe) : event.timestamp;
}
