import type { BackoffOptions } from '../../base/backoff.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { silentLogger, type Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { requireWholeNumber, requireWithin } from '../option-checks.ts';
import type { CcxtMarketSource } from './ccxt-ports.ts';

export interface CcxtFeedOptions {
  /** Opened with `CcxtExchange.open`; who opened it closes it, after the feed has ended. */
  readonly exchange: CcxtMarketSource;
  /** Levels of each side of an order book that are told, 1 to 1,000. @default 20 */
  readonly depthLevels?: number;
  /** How long nothing may be heard of the exchange, pings included, before a topic is stale, milliseconds, from 100. @default 15_000 */
  readonly staleAfterMs?: number;
  /** How long after its end a bar is waited for before the archive is asked, milliseconds. @default 3_000 */
  readonly settleMs?: number;
  /** Bars of a hole that are asked for at most, the newest ones. @default 1_000 */
  readonly maxRefillBars?: number;
  /** Waits between attempts. @default 250 ms to 30 s, factor 2, jitter 0.3 */
  readonly backoff?: Partial<BackoffOptions>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: Random;
  /** @default silent */
  readonly logger?: Logger;
}

export type ResolvedCcxtFeedOptions = Required<Omit<CcxtFeedOptions, 'backoff'>> & {
  readonly backoff: BackoffOptions;
};

const BACKOFF: BackoffOptions = { initialMs: 250, maxMs: 30_000, factor: 2, jitter: 0.3 };

/** @throws {InvalidMarketOptionError} code `INVALID_MARKET_OPTION` */
export function resolveCcxtFeedOptions(options: CcxtFeedOptions): ResolvedCcxtFeedOptions {
  const {
    exchange,
    depthLevels = 20,
    staleAfterMs = 15_000,
    settleMs = 3_000,
    maxRefillBars = 1_000,
    clock = systemClock,
    random = Math.random,
    logger = silentLogger,
  } = options;
  requireWholeNumber('depthLevels', depthLevels);
  requireWithin('depthLevels', depthLevels, 1, 1_000);
  requireWithin('staleAfterMs', staleAfterMs, 100, 86_400_000);
  requireWithin('settleMs', settleMs, 0, 600_000);
  requireWholeNumber('maxRefillBars', maxRefillBars);
  const backoff = { ...BACKOFF, ...options.backoff };
  requireWithin('backoff.initialMs', backoff.initialMs, 1, 3_600_000);
  requireWithin('backoff.maxMs', backoff.maxMs, backoff.initialMs, 3_600_000);
  requireWithin('backoff.factor', backoff.factor, 1, 100);
  requireWithin('backoff.jitter', backoff.jitter, 0, 1);
  return {
    exchange,
    depthLevels,
    staleAfterMs,
    settleMs,
    maxRefillBars,
    backoff,
    clock,
    random,
    logger,
  };
}
