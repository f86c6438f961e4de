import type { Bar } from '../../../model/bar.ts';
import type { MarketEvent } from '../../../model/market-event.ts';
import { timeframeMs } from '../../../model/timeframe.ts';

/** Lengths of timeframes that were asked for: it is asked for each bar, and there are few. */
const lengthsMs = new Map<string, number>();

const MAX_LENGTHS = 1_000;

/** Length of a bar in milliseconds. */
export function barLengthMs({ timeframe }: Bar): number {
  const known = lengthsMs.get(timeframe);
  if (known !== undefined) return known;
  const lengthMs = timeframeMs(timeframe);
  if (lengthsMs.size < MAX_LENGTHS) lengthsMs.set(timeframe, lengthMs);
  return lengthMs;
}

/** When the market knew of an event, ms since the epoch: a bar is known once its span is over. */
export function knownTimeMs(event: MarketEvent): number {
  return event.type === 'bar' ? event.timestamp + barLengthMs(event) : event.timestamp;
}
