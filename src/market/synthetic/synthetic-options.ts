import { systemClock, type Clock } from '../../base/clock.ts';
import { parseSymbol } from '../../model/symbol.ts';
import { timeframeMs } from '../../model/timeframe.ts';
import { InvalidMarketOptionError } from '../errors.ts';
import { requireWholeNumber, requireWithin } from '../option-checks.ts';
import { speedFactor, type FeedSpeed } from '../pacer.ts';
import { systemSleep, type Sleep } from '../waiting.ts';

export interface SyntheticFeedOptions {
  /** The same seed gives the same market. @default 1 */
  readonly seed?: number;
  /** @default ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] */
  readonly symbols?: readonly string[];
  /** First price of a symbol. @default 50000, 3000 and 150 for those above, a plausible one for any other */
  readonly prices?: Readonly<Record<string, number>>;
  /** Standard deviation of a year's log return, 0 to 10: 0.6 is 60 % a year. @default 0.6 */
  readonly volatility?: number;
  /** Correlation of any two symbols' returns, 0 to 1. @default 0.7 */
  readonly correlation?: number;
  /** Market time from one step to the next, ms. A step is one trade, quote and book change of each symbol. @default 100 */
  readonly stepMs?: number;
  /** Timeframe of the feed's own bars. @default '1m' */
  readonly timeframe?: string;
  /** Price levels on each side of the book. @default 10 */
  readonly bookLevels?: number;
  /** `max` never sleeps and waits only for the sink; 60 is sixty times wall time. @default 'realtime' */
  readonly speed?: FeedSpeed;
  /** Time of the first step, ms since the epoch. @default now at `realtime`, else 2024-01-01 */
  readonly startMs?: number;
  /** The market ends after this much market time, ms. @default never */
  readonly durationMs?: number;
  /** The market ends once it has published this many events. @default never */
  readonly maxEvents?: number;
  /** Most events in one batch. @default 256 */
  readonly maxBatchEvents?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default a timer */
  readonly sleep?: Sleep;
}

/** The options with every default in place. `startMs` undefined is the time at which it runs. */
export type ResolvedSyntheticOptions = Required<Omit<SyntheticFeedOptions, 'startMs'>> & {
  readonly startMs: number | undefined;
};

const DEFAULT_SYNTHETIC_SYMBOLS: readonly string[] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

const DEFAULT_START_MS = Date.UTC(2024, 0, 1);

/** @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION` */
export function resolveSyntheticOptions(options: SyntheticFeedOptions): ResolvedSyntheticOptions {
  const { speed = 'realtime' } = options;
  const resolved: ResolvedSyntheticOptions = {
    seed: options.seed ?? 1,
    symbols: [...new Set((options.symbols ?? DEFAULT_SYNTHETIC_SYMBOLS).map(parseSymbol))],
    prices: options.prices ?? {},
    volatility: options.volatility ?? 0.6,
    correlation: options.correlation ?? 0.7,
    stepMs: options.stepMs ?? 100,
    timeframe: options.timeframe ?? '1m',
    bookLevels: options.bookLevels ?? 10,
    speed,
    startMs: options.startMs ?? (speed === 'realtime' ? undefined : DEFAULT_START_MS),
    durationMs: options.durationMs ?? Number.POSITIVE_INFINITY,
    maxEvents: options.maxEvents ?? Number.POSITIVE_INFINITY,
    maxBatchEvents: options.maxBatchEvents ?? 256,
    clock: options.clock ?? systemClock,
    sleep: options.sleep ?? systemSleep,
  };
  check(resolved);
  return resolved;
}

function check(options: ResolvedSyntheticOptions): void {
  speedFactor(options.speed);
  timeframeMs(options.timeframe);
  if (options.symbols.length === 0) {
    throw new InvalidMarketOptionError('symbols is []: a synthetic market needs at least one', {});
  }
  requireWholeNumber('seed', options.seed, 0);
  requireWithin('volatility', options.volatility, 0, 10);
  requireWithin('correlation', options.correlation, 0, 1);
  requireWholeNumber('stepMs', options.stepMs);
  requireWholeNumber('bookLevels', options.bookLevels);
  requireWholeNumber('maxBatchEvents', options.maxBatchEvents);
  requireWithin('durationMs', options.durationMs, 0, Number.POSITIVE_INFINITY);
  requireWithin('maxEvents', options.maxEvents, 0, Number.POSITIVE_INFINITY);
  if (options.startMs !== undefined) requireWithin('startMs', options.startMs, 0, 8.64e15);
  for (const [symbol, price] of Object.entries(options.prices)) {
    requireWithin(`prices[${JSON.stringify(symbol)}]`, price, 1e-12, 1e12);
  }
}
