import { z } from 'zod';
import { problem, symbol, timestamp, workerId } from './common.ts';
import { fill, order, position, tradingStatus } from './execution-schemas.ts';
import { bar, feedStatus, lastValue } from './market-routes.ts';
import { alert, systemInfo } from './system-routes.ts';
import { logLine, sample, transition, worker, workerPulse } from './worker-schemas.ts';

/** Where the stream is. */
export const STREAM_PATH = '/api/v1/stream';

const everyMs = z
  .int()
  .min(100)
  .max(60_000)
  .default(250)
  .meta({ description: 'Changes come at most so often, milliseconds.' });
/** Numbers the changes of a subscription that ended, so that another can go on after it. */
const resume = z.strictObject({ epoch: z.string().max(64), seq: z.int().min(0) }).optional();

/** What can be subscribed to. One subscription has one `id`, which its messages carry. */
export const channel = z.discriminatedUnion('channel', [
  z.strictObject({ channel: z.literal('workers'), everyMs, resume }),
  z.strictObject({ channel: z.literal('worker'), workerId, everyMs, resume }),
  z.strictObject({
    channel: z.literal('logs'),
    workerId,
    level: z.enum(['debug', 'info', 'warn', 'error']).optional(),
    /** Of the snapshot. */
    lines: z.int().min(0).max(1_000).default(200),
    resume,
  }),
  z.strictObject({
    channel: z.literal('metrics'),
    /** @default all */
    workerIds: z.array(workerId).max(1_000).optional(),
    everyMs: everyMs.default(1_000),
    resume,
  }),
  z.strictObject({
    channel: z.literal('market'),
    /** @default all */
    symbols: z.array(symbol).max(500).optional(),
    everyMs,
    resume,
  }),
  z.strictObject({
    channel: z.literal('bars'),
    symbol,
    timeframe: z.string().max(8),
    /** Of the snapshot. */
    bars: z.int().min(0).max(1_000).default(300),
    everyMs,
    resume,
  }),
  z.strictObject({ channel: z.literal('orders'), workerId: workerId.optional(), resume }),
  z.strictObject({ channel: z.literal('fills'), workerId: workerId.optional(), resume }),
  z.strictObject({
    channel: z.literal('positions'),
    workerId: workerId.optional(),
    everyMs,
    resume,
  }),
  z.strictObject({ channel: z.literal('trading'), resume }),
  z.strictObject({ channel: z.literal('alerts'), resume }),
  z.strictObject({ channel: z.literal('system'), everyMs: everyMs.default(1_000), resume }),
]);

/** Of a subscription; the client chooses it. */
export const subscriptionId = z.int().min(1).max(1_000_000);
const id = subscriptionId;

/** What a client sends. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id, to: channel }),
  z.strictObject({ type: z.literal('unsubscribe'), id }),
  z.strictObject({ type: z.literal('ping') }),
]);

/** Data of snapshots and of changes, by channel. */
export const CHANNEL_DATA = {
  /**
   * Changes hold the workers of which anything but their pulse has changed, whole; the pulses of others; and the
   * ids of those that are gone.
   */
  workers: {
    snapshot: z.object({ workers: z.array(worker) }),
    change: z.object({
      workers: z.array(worker),
      pulses: z.array(workerPulse),
      removed: z.array(z.string()),
    }),
  },
  worker: {
    snapshot: z.object({ worker: worker.nullable() }),
    change: z.object({ worker: worker.nullable(), transitions: z.array(transition) }),
  },
  logs: {
    snapshot: z.object({ lines: z.array(logLine) }),
    change: z.object({ lines: z.array(logLine) }),
  },
  metrics: {
    snapshot: z.object({ samples: z.record(z.string(), sample) }),
    change: z.object({ samples: z.record(z.string(), sample) }),
  },
  market: {
    snapshot: z.object({ values: z.array(lastValue), feed: feedStatus }),
    /** Only the newest event of each topic that had any; feed if its state has changed. */
    change: z.object({ values: z.array(lastValue), feed: feedStatus.nullable() }),
  },
  bars: {
    snapshot: z.object({ bars: z.array(bar) }),
    /** New bars, and the one that is being made. */
    change: z.object({ bars: z.array(bar) }),
  },
  orders: {
    /** Open orders, and the last ones that were closed. */
    snapshot: z.object({ orders: z.array(order) }),
    change: z.object({ orders: z.array(order) }),
  },
  fills: {
    snapshot: z.object({ fills: z.array(fill) }),
    change: z.object({ fills: z.array(fill) }),
  },
  positions: {
    snapshot: z.object({ positions: z.array(position) }),
    change: z.object({ positions: z.array(position) }),
  },
  trading: { snapshot: tradingStatus, change: tradingStatus },
  alerts: {
    snapshot: z.object({ alerts: z.array(alert) }),
    change: z.object({ alerts: z.array(alert) }),
  },
  system: { snapshot: systemInfo, change: systemInfo },
} as const;

export type Channel = z.infer<typeof channel>;
export type ChannelInput = z.input<typeof channel>;
export type ChannelName = keyof typeof CHANNEL_DATA;
export type SnapshotOf<Name extends ChannelName> = z.output<
  (typeof CHANNEL_DATA)[Name]['snapshot']
>;
export type ChangeOf<Name extends ChannelName> = z.output<(typeof CHANNEL_DATA)[Name]['change']>;
export type ClientMessage = z.input<typeof clientMessage>;

/** What the server sends. */
export const serverMessage = z.discriminatedUnion('type', [
  /** First of all. `epoch` is another one after each start of the server. */
  z.object({ type: z.literal('hello'), epoch: z.string(), version: z.string(), at: timestamp }),
  /** Everything as it is; `seq` numbers it. Also after a gap. */
  z.object({ type: z.literal('snapshot'), id, seq: z.int(), at: timestamp, data: z.unknown() }),
  /** `seq` is the one before plus 1, always. */
  z.object({ type: z.literal('change'), id, seq: z.int(), at: timestamp, data: z.unknown() }),
  /** In place of the snapshot: the changes since `resume.seq` follow. */
  z.object({ type: z.literal('resumed'), id, seq: z.int(), at: timestamp }),
  /** The client was too slow: so many lines, orders, fills or alerts are left out, and a snapshot follows. */
  z.object({ type: z.literal('missed'), id, count: z.int(), at: timestamp }),
  z.object({ type: z.literal('unsubscribed'), id, at: timestamp }),
  /** Of a message that was refused; `id` if it had one. */
  z.object({ type: z.literal('error'), id: id.nullable(), problem, at: timestamp }),
  z.object({ type: z.literal('pong'), at: timestamp }),
]);

export type ServerMessage = z.infer<typeof serverMessage>;

/** Codes with which the server closes a stream, beside those of RFC 6455. */
export const STREAM_CLOSE = {
  /** The system stops; try again later. */
  GOING_AWAY: 1001,
  /** What was sent is not a message of this protocol. */
  INVALID: 1007,
  /** The client reads too slowly; try again. */
  TOO_SLOW: 4008,
  /** The token or session has ended. */
  UNAUTHORIZED: 4001,
} as const;
