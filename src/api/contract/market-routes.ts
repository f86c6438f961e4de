import { z } from 'zod';
import { commaList, limit, symbol, timestamp } from './common.ts';
import { defineRoutes } from './route.ts';

export const bar = z
  .object({
    symbol: z.string(),
    timeframe: z.string(),
    /** When its span began. */
    timestamp,
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
  })
  .meta({ id: 'Bar' });

export const lastValue = z
  .object({
    symbol: z.string(),
    /** Such as `kline@1m`, `trade`, `quote`, `depth`. */
    dataType: z.string(),
    /** Number of the event in its topic. */
    seq: z.int(),
    /** Price of a trade, close of a bar, middle of best bid and ask. */
    price: z.number().nullable(),
    timestamp: timestamp.nullable(),
    /** The event itself, as strategies see it; null if there was none. */
    event: z.record(z.string(), z.unknown()).nullable(),
    /** Why it is not to be acted on; null if it is live. */
    staleBecause: z.string().nullable(),
    subscribers: z.int(),
  })
  .meta({ id: 'LastValue', description: 'The newest event of a topic.' });

export const feedStatus = z
  .object({
    /** Such as `binance` or `synthetic`. */
    feed: z.string(),
    state: z.enum(['starting', 'live', 'stale', 'ended', 'failed']),
    reason: z.string().nullable(),
    eventsPerSecond: z.number(),
    eventsIn: z.number(),
    eventsOut: z.number(),
    eventsLate: z.number(),
    lastEventAt: timestamp.nullable(),
    topics: z.int(),
    stale: z.array(z.object({ symbol: z.string(), dataType: z.string(), since: timestamp })),
  })
  .meta({ id: 'FeedStatus' });

export const marketRoutes = defineRoutes({
  listSymbols: {
    method: 'get',
    path: '/market/symbols',
    role: 'read',
    tag: 'market',
    summary: 'Symbols that the feed has, and data types that are published of each.',
    answer: z.object({
      items: z.array(z.object({ symbol: z.string(), dataTypes: z.array(z.string()) })),
    }),
  },
  listLastValues: {
    method: 'get',
    path: '/market/last',
    role: 'read',
    tag: 'market',
    summary: 'The newest event of each topic.',
    query: z.object({ symbols: commaList.optional() }),
    answer: z.object({ items: z.array(lastValue) }),
  },
  listBars: {
    method: 'get',
    path: '/market/bars',
    role: 'read',
    tag: 'market',
    summary: 'The newest bars of a symbol that are known, oldest first.',
    query: z.object({
      symbol,
      timeframe: z.string().max(8).default('1m'),
      limit: limit(5_000, 500),
    }),
    answer: z.object({ items: z.array(bar) }),
  },
  getFeed: {
    method: 'get',
    path: '/market/feed',
    role: 'read',
    tag: 'market',
    summary: 'Whether market data comes in.',
    answer: feedStatus,
  },
});

export type BarView = z.infer<typeof bar>;
export type LastValue = z.infer<typeof lastValue>;
export type FeedStatusView = z.infer<typeof feedStatus>;
