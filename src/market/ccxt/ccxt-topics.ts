import { timeframeOf, type DataType } from '../../model/data-type.ts';
import { InvalidTimeframeError } from '../../model/errors.ts';
import type { MarketTopic } from '../../model/subscription.ts';
import { timeframeMs, timeframeOfMs } from '../../model/timeframe.ts';
import { BarStream } from './bar-stream.ts';
import type { CcxtMarketSource, CcxtPorts, CcxtStream } from './ccxt-ports.ts';
import { DepthStream } from './depth-stream.ts';
import { QuoteStream } from './quote-stream.ts';
import { TradeStream } from './trade-stream.ts';

/** What an exchange has of each of its symbols; bars shortest first. */
export function dataTypesOfExchange({ data }: CcxtMarketSource): DataType[] {
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => data.has[name] === true);
  const types: DataType[] = [];
  if (has('watchTrades')) types.push('trade');
  if (has('watchBidsAsks', 'watchTicker')) types.push('quote');
  if (has('watchOrderBook')) types.push('depth');
  // Bars need the archive, to fill holes; the stream can be done without.
  return has('fetchOHLCV') ? [...types, ...barTypesOf(data.timeframes ?? {})] : types;
}

function barTypesOf(timeframes: Readonly<Record<string, unknown>>): DataType[] {
  return Object.keys(timeframes)
    .flatMap((timeframe): [DataType, number][] => {
      const lengthMs = lengthOf(timeframe);
      // The exchange's name for it must be ours, as that is what topics are called by.
      const isOurs = lengthMs !== undefined && timeframeOfMs(lengthMs) === timeframe;
      return isOurs ? [[`kline@${timeframe}`, lengthMs]] : [];
    })
    .toSorted((one, other) => one[1] - other[1])
    .map(([dataType]) => dataType);
}

/** Undefined for months and whatever else has no length of its own. */
function lengthOf(timeframe: string): number | undefined {
  try {
    return timeframeMs(timeframe);
  } catch (thrown) {
    if (thrown instanceof InvalidTimeframeError) return undefined;
    throw thrown;
  }
}

/** `lastMs`: timestamp of the newest event of the topic that its readers have. */
export function streamOf(
  ports: CcxtPorts,
  topic: MarketTopic,
  lastMs: number | undefined,
): CcxtStream {
  if (timeframeOf(topic.dataType) !== undefined) return new BarStream(ports, topic, lastMs);
  if (topic.dataType === 'trade') return new TradeStream(ports, topic);
  if (topic.dataType === 'quote') return new QuoteStream(ports, topic);
  return new DepthStream(ports, topic);
}
