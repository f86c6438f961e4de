import { quote } from '../base/errors.ts';
import { nearestNames } from '../base/nearest.ts';
import { timeframeOf, type DataType } from '../model/data-type.ts';
import type { MarketTopic } from '../model/subscription.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { isWholeOfParts } from './bar-aggregator.ts';
import { MarketDataUnavailableError, UnknownMarketSymbolError } from './errors.ts';
import type { MarketFeed } from './market-feed.ts';

/** No error message lists more symbols than this. */
const MAX_SYMBOLS_SHOWN = 20;

/** Nor more of those that may have been meant. */
const MAX_NEAR = 5;

/**
 * The data type to ask the feed for so that `topic` can be served: its own where the feed has it; for
 * bars else the longest smaller bars that fill them, else trade ticks.
 *
 * @throws {UnknownMarketSymbolError} code `UNKNOWN_MARKET_SYMBOL`
 * @throws {MarketDataUnavailableError} code `MARKET_DATA_UNAVAILABLE`
 * @throws {InvalidTimeframeError} code `INVALID_TIMEFRAME`
 */
export function sourceOfTopic(feed: MarketFeed, topic: MarketTopic): DataType {
  const has = feed.dataTypesOf(topic.symbol);
  if (has.length === 0) throw unknownSymbol(feed, topic.symbol);
  const timeframe = timeframeOf(topic.dataType);
  const wholeMs = timeframe === undefined ? undefined : timeframeMs(timeframe);
  if (has.includes(topic.dataType)) return topic.dataType;
  if (wholeMs !== undefined) {
    const parts = longestParts(has, wholeMs);
    if (parts !== undefined) return parts;
    if (has.includes('trade')) return 'trade';
  }
  throw unavailable(feed, topic, has);
}

function longestParts(has: readonly DataType[], wholeMs: number): DataType | undefined {
  let longest: DataType | undefined;
  let longestMs = 0;
  for (const dataType of has) {
    const timeframe = timeframeOf(dataType);
    if (timeframe === undefined) continue;
    const partMs = timeframeMs(timeframe);
    if (partMs <= longestMs || !isWholeOfParts(wholeMs, partMs)) continue;
    longest = dataType;
    longestMs = partMs;
  }
  return longest;
}

function unknownSymbol(feed: MarketFeed, symbol: string): UnknownMarketSymbolError {
  const { symbols } = feed;
  const near = symbols && nearestNames(symbol, symbols, MAX_NEAR);
  return new UnknownMarketSymbolError(
    `the ${feed.name} feed has no symbol ${quote(symbol)}${hintOf(symbols, near)}`,
    { feed: feed.name, symbol, near },
  );
}

/** All symbols where they are few, else those that may have been meant. */
function hintOf(
  symbols: readonly string[] | undefined,
  near: readonly string[] | undefined,
): string {
  if (symbols === undefined || near === undefined) return '';
  const shown = symbols.slice(0, MAX_SYMBOLS_SHOWN).join(', ');
  if (symbols.length <= MAX_SYMBOLS_SHOWN) return `: it has ${shown}`;
  if (near.length > 0) return `: near ones of its ${symbols.length} are ${near.join(', ')}`;
  return `: it has ${shown} and ${symbols.length - MAX_SYMBOLS_SHOWN} more`;
}

function unavailable(
  feed: MarketFeed,
  { symbol, dataType }: MarketTopic,
  has: readonly DataType[],
): MarketDataUnavailableError {
  const hasBars = has.some((type) => timeframeOf(type) !== undefined);
  const made = has.includes('trade')
    ? ', and bars of any timeframe made of trade'
    : hasBars
      ? ', and bars that these fill exactly'
      : '';
  return new MarketDataUnavailableError(
    `the ${feed.name} feed has no ${quote(dataType)} of ${symbol}: it has ${has.join(', ')}${made}`,
    { feed: feed.name, symbol, dataType, has },
  );
}
