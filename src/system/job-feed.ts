import { ReplayFeed } from '../market/replay-feed.ts';
import { SyntheticFeed } from '../market/synthetic/synthetic-feed.ts';
import { timeframeMs } from '../model/timeframe.ts';
import { timeframeOf } from '../model/data-type.ts';
import type { MarketFeed } from '../market/market-feed.ts';
import type { FeedSpeed } from '../market/pacer.ts';
import { quote } from '../base/errors.ts';
import { MarketFileSymbolError } from '../market/errors.ts';
import { SystemError } from './errors.ts';

/** Where a job's market data comes from. */
export type JobSource =
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly speed: FeedSpeed }
  | {
      readonly kind: 'synthetic';
      readonly seed: number;
      readonly speed: FeedSpeed;
      /** Market time that the job covers, milliseconds. */
      readonly durationMs: number;
    };

export interface JobFeed {
  readonly feed: MarketFeed;
  /**
   * Share that has been sent, 0 to 1, given the time of the last event. Undefined where that can't be told:
   * a replay that keeps to market time has read a file far ahead, and a file does not say when it ends.
   */
  readonly fraction: (lastEventMs: number | undefined) => number | undefined;
  /** The shortest timeframe of the feed's own bars, undefined if it has none. */
  readonly timeframe: string | undefined;
}

/** Market time at which a synthetic job begins, so that the same seed gives the same job on every day. */
const SYNTHETIC_START_MS = Date.UTC(2024, 0, 1);

/** Opens the feed of a job. Without `symbols` they are those that the files name. */
export async function openJobFeed(source: JobSource, symbols: readonly string[]): Promise<JobFeed> {
  if (source.kind === 'files') {
    const named = symbols.length === 0 ? {} : { symbols };
    const files = source.paths.map((path) => ({ path, ...named }));
    const feed = await ReplayFeed.open({ files, speed: source.speed });
    checkOneSymbol(feed);
    return {
      feed,
      fraction: () => (source.speed === 'max' ? feed.getProgress().fraction : undefined),
      timeframe: barTimeframe(feed, feed.symbols),
    };
  }
  if (symbols.length === 0) {
    throw new SystemError('INVALID_JOB', 'a synthetic market needs symbols, such as BTC/USDT');
  }
  const { seed, speed, durationMs } = source;
  const feed = new SyntheticFeed({ seed, symbols, speed, durationMs, startMs: SYNTHETIC_START_MS });
  return {
    feed,
    fraction: (lastEventMs = SYNTHETIC_START_MS) =>
      Math.max(0, Math.min(1, (lastEventMs - SYNTHETIC_START_MS) / durationMs)),
    timeframe: barTimeframe(feed, symbols),
  };
}

/** Rows that are shown as two symbols would be two markets that move as one, which nobody has asked for. */
function checkOneSymbol(feed: ReplayFeed): void {
  const [path] = feed.pathsWithoutSymbolColumn;
  if (path === undefined || feed.symbols.length < 2) return;
  const named = feed.symbols.map((symbol) => quote(symbol)).join(', ');
  throw new MarketFileSymbolError(
    `${path} has no symbol column and so holds one symbol: name exactly one, not ${named}`,
    { path, symbols: feed.symbols },
  );
}

function barTimeframe(feed: MarketFeed, symbols: readonly string[]): string | undefined {
  return symbols
    .flatMap((symbol) => feed.dataTypesOf(symbol))
    .flatMap((type) => timeframeOf(type) ?? [])
    .toSorted((one, other) => timeframeMs(one) - timeframeMs(other))[0];
}
