import { z } from 'zod';
import { WORKER_STATES } from '../lifecycle/worker-state.ts';
import { MAX_REQUEST_NAME_CHARS } from './limits.ts';
import { accountUpdate, orderResponse, orderUpdates, tradingStart } from './orders.ts';
import { parsePayload, type Tagged } from './payload.ts';
import type { Message } from './message.ts';

const topic = z.object({
  /** The small integer that stands for the topic in market records. */
  topicId: z.int().min(1).max(0xffff_ffff),
  symbol: z.string(),
  dataType: z.string(),
});

const subscription = z.object({
  topics: z.array(topic),
  /** How market data gets to the worker; what it needs to connect. */
  market: z.discriminatedUnion('transport', [
    z.object({
      transport: z.literal('zeromq'),
      /** Frames of this worker's set of topics begin with this integer. */
      channelId: z.int().min(1).max(0xffff_ffff),
      /** Subscribing to this prefix after the channel tells the host that the channel is in effect. */
      fence: z.string(),
    }),
    z.object({
      transport: z.literal('shared-memory'),
      /** The file of the ring, to be mapped for reading. */
      ringPath: z.string(),
      /** Bytes of the ring without its header: a power of two. */
      ringBytes: z.int().min(1),
      /** The file of this worker's own page, where it says how far it is and whether it sleeps. */
      pagePath: z.string(),
      /** The named pipe that tells a worker asleep that there is something for it. */
      bellPath: z.string(),
      topicIds: z.array(z.int().min(1).max(0xffff_ffff)),
    }),
  ]),
});

/** Why a strategy gets back a state that another process had. */
export const RECOVERY_CAUSES = ['restart', 'reload'] as const;

const requestName = z.string().min(1).max(MAX_REQUEST_NAME_CHARS);

/** What the host says to a worker, by `msg_type`. */
export const HOST_PAYLOADS = {
  welcome: z.object({
    session: z.string(),
    heartbeatIntervalMs: z.number().positive(),
    /** Number of this host on its home: a worker follows no host that was there before its own. */
    epoch: z.int().min(1).default(1),
  }),
  /** The process will be idle for a while: run through the path of a strategy once, so that it is compiled. */
  rehearse: subscription.pick({ market: true }),
  /** Load a strategy only to describe it, and check parameters against its schema. */
  inspect: z.object({
    modulePath: z.string(),
    strategyPath: z.string(),
    params: z.unknown().optional(),
  }),
  /** Become this worker: subscribe, load, run `onInit`. Answered once INITIALIZED. */
  assign: subscription.extend({
    workerId: z.string(),
    mode: z.enum(['replay', 'paper', 'live']),
    /** In a replay: the clock before the first event, ms since the epoch. */
    replayFromMs: z.number().default(0),
    initialState: z.enum(WORKER_STATES as [string, ...string[]]),
    modulePath: z.string(),
    strategyPath: z.string(),
    params: z.unknown(),
    symbols: z.array(z.string()),
    warmup: z.int().min(0),
    maxConsecutiveErrors: z.int().min(0),
    /** Report progress after so many events, and soon after the last one, so that the host can wait; 0 is never. */
    progressEvery: z.int().min(0),
    /** Ticks in a batch older than this are conflated to the newest of each topic, milliseconds; 0 is never. */
    conflateAfterMs: z.number().min(0).default(0),
    logLinesPerSecond: z.int().min(0),
    /** Where the worker writes its log lines as well, one JSON object a line; null for nowhere. */
    logFile: z
      .object({
        path: z.string(),
        /** The file is put aside, as `PATH.1`, before it grows past this, bytes. */
        maxBytes: z.int().min(1),
        /** Files put aside that are kept. */
        keep: z.int().min(1),
      })
      .nullable()
      .default(null),
    /** A callback whose promise has not settled for so long ends the worker, milliseconds; 0 is never. */
    callbackTimeoutMs: z.number().min(0).default(0),
    /** How the strategy's state is kept; null if it is not. */
    keepState: z
      .object({
        /** From a change to its save at most, milliseconds. */
        saveWithinMs: z.number().positive(),
        /** Save after each callback, and wait for the disk. */
        sync: z.boolean(),
        /** Largest state, bytes as serialized. */
        maxBytes: z.int().min(1),
      })
      .nullable()
      .default(null),
  }),
  /**
   * Take the attached records, then live data after `lastSeq`. Records before `deliverFromSeq` are
   * history for the strategy, those from it on are shown as events. After `assign` it runs `onStart`
   * and is answered once RUNNING; after `reload_config` once the state before is back.
   */
  start: z.object({
    topics: z.array(
      z.object({ topicId: z.int(), lastSeq: z.int().min(0), deliverFromSeq: z.int().min(0) }),
    ),
    /** The strategy's state before this process: the last `bytes` bytes of the attachment. */
    state: z
      .object({
        bytes: z.int().min(0),
        /** Number of its save; the saves of this process go on from there. */
        version: z.int().min(1),
        stateVersion: z.int().min(0),
        savedAt: z.number(),
        cause: z.enum(RECOVERY_CAUSES),
      })
      .nullable()
      .default(null),
    /** Go on as PAUSED. */
    paused: z.boolean().default(false),
    /** Orders, at the first `start` of a process; null if there is no venue. */
    trading: tradingStart.nullable().default(null),
  }),
  stop: z.object({
    reason: z.string().default('asked to stop'),
    /** False: another process goes on with the strategy, this one only ends. */
    runOnStop: z.boolean().default(true),
  }),
  pause: z.object({ reason: z.string().default('asked to pause') }),
  resume: z.object({ reason: z.string().default('asked to resume') }),
  update_params: z.object({ params: z.unknown() }),
  /** Run `onSignal` between two events. Answered once that is done. */
  signal: z.object({ name: requestName, data: z.unknown(), at: z.number() }),
  /** Run `onCommand` between two events. Its result is the result of the answer. */
  command: z.object({ name: requestName, args: z.unknown(), at: z.number() }),
  /** Other symbols or data types, in the same process. */
  reload_config: subscription.extend({ symbols: z.array(z.string()) }),
  /** To a worker of a host that is gone: go on with this one's market data. A `start` follows. */
  adopt: subscription,
  /**
   * Save the state, and hold events back from here on: another process of the same worker goes on from the
   * positions that are the result. Then `stop` ends this one, or `go_on` lets it go on.
   */
  hand_over: z.object({}),
  go_on: z.object({ reason: z.string() }),
  /** Answers `refill_request`; the records are attached. */
  refill_response: z.object({ replyTo: z.string(), topicId: z.int(), fromSeq: z.int() }),
  /** Answers `state`; `error` is why it could not be saved. */
  state_saved: z.object({ version: z.int().min(1), error: z.string().nullable().default(null) }),
  /** The data of a topic is stale, or is not any more. Without a word it is live. */
  feed_status: z.object({
    symbol: z.string(),
    dataType: z.string(),
    status: z.enum(['stale', 'live']),
    /** Since when it is so, ms since the epoch. */
    sinceMs: z.number(),
    /** For people; null if none is given. */
    reason: z.string().nullable().default(null),
  }),
  /** Answers `order_request`; after the updates of what it did. */
  order_response: orderResponse,
  /** What happened to the worker's orders, in the order of `seq` and without holes. */
  order_update: orderUpdates,
  account_update: accountUpdate,
} as const;

export type HostMessage = Tagged<typeof HOST_PAYLOADS>;
export type HostMessageType = keyof typeof HOST_PAYLOADS;
/** What is not a command, and so is not answered. */
export type UnansweredType =
  | 'welcome'
  | 'refill_response'
  | 'state_saved'
  | 'feed_status'
  | 'order_response'
  | 'order_update'
  | 'account_update';
export type HostPayload<Type extends HostMessageType> = z.input<(typeof HOST_PAYLOADS)[Type]>;

export type Welcome = z.output<(typeof HOST_PAYLOADS)['welcome']>;
export type Assignment = z.output<(typeof HOST_PAYLOADS)['assign']>;
export type KeepState = NonNullable<Assignment['keepState']>;
export type RecoveryCause = (typeof RECOVERY_CAUSES)[number];
export type SignalMessage = z.output<(typeof HOST_PAYLOADS)['signal']>;
export type CommandMessage = z.output<(typeof HOST_PAYLOADS)['command']>;
export type FeedStatusMessage = z.output<(typeof HOST_PAYLOADS)['feed_status']>;
export type StartOrder = z.output<(typeof HOST_PAYLOADS)['start']>;
export type StartState = NonNullable<StartOrder['state']>;
export type StartTopic = StartOrder['topics'][number];
export type Subscription = z.output<typeof subscription>;
export type SubscribedTopic = z.output<typeof topic>;

/**
 * Reads what the host says.
 *
 * @throws {ProtocolError} codes `MALFORMED_MESSAGE`, `UNKNOWN_MESSAGE_TYPE`
 */
export function readHostMessage(message: Message): HostMessage {
  return parsePayload(HOST_PAYLOADS, message);
}
