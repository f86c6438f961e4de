import { z } from 'zod';
import { LOG_LEVELS } from '../base/logger.ts';
import { EXIT_CAUSES } from '../lifecycle/worker-exit.ts';
import { WORKER_STATES } from '../lifecycle/worker-state.ts';
import { orderRequest } from './orders.ts';
import { parsePayload, type Tagged } from './payload.ts';
import type { Message } from './message.ts';

const state = z.enum(WORKER_STATES as [string, ...string[]]);
const count = z.number().min(0);

const transition = z.object({
  revision: z.int().min(1),
  from: state,
  to: state,
  trigger: z.string(),
  at: z.number(),
});

const fault = z.object({
  where: z.string(),
  message: z.string(),
  stack: z.string(),
  at: z.number(),
});

const status = z.object({
  /** Counts the reports of this process from 1: reports on two sockets may overtake one another. */
  reportId: z.int().min(1),
  state,
  /** The latest moves; the host takes those that it has not seen. */
  transitions: z.array(transition).max(32),
  counters: z.object({
    messagesReceived: count,
    messagesProcessed: count,
    messagesSkipped: count.default(0),
    messagesConflated: count.default(0),
    messagesDropped: count,
    messagesRefilled: count.default(0),
    gaps: count,
    callbacksRun: count,
    errorCount: count,
    logLinesDropped: count,
    logWritesFailed: count.default(0),
  }),
  vitals: z.object({
    rssBytes: count,
    privateBytes: count.default(0),
    heapUsedBytes: count,
    cpuMs: count,
    loopDelayMs: count,
    lagMs: count.default(0),
    queueLength: count,
  }),
  lastPrice: z.number().nullable(),
  lastError: fault.nullable(),
  /** The figures of `ctx.report`; absent if they are as before. */
  report: z.record(z.string(), z.unknown()).optional(),
});

const adoption = z.object({
  workerId: z.string(),
  strategyPath: z.string(),
  strategyName: z.string(),
  state,
  /** Moves of its state so far. */
  revision: z.int().min(0),
  /** Events that it is done with since its process began. */
  done: z.int().min(0),
  warmup: z.int().min(0),
  symbols: z.array(z.string()),
  /** Number of the last order update that it has; null if it began without a venue. */
  orderSeq: z.int().min(0).nullable().default(null),
  topics: z.array(
    z.object({
      topicId: z.int(),
      symbol: z.string(),
      dataType: z.string(),
      lastSeq: z.int().min(0),
    }),
  ),
});

/** What a worker says to the host, by `msg_type`. */
export const WORKER_PAYLOADS = {
  hello: z.object({
    secret: z.string(),
    pid: z.int().min(1),
    version: z.int(),
    /** From a worker whose host is gone: what it runs and how far it is. */
    adopt: adoption.optional(),
  }),
  /** Answers a command. `status` is the worker's own after it. */
  reply: z.object({
    replyTo: z.string(),
    outcome: z.enum(['applied', 'rejected']),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        stack: z.string().default(''),
        cause: z.enum(EXIT_CAUSES).optional(),
        /** Each place of an input that is wrong. */
        faults: z
          .array(z.object({ path: z.string(), message: z.string() }))
          .max(100)
          .optional(),
      })
      .optional(),
    status: status.optional(),
    result: z.unknown().optional(),
  }),
  refill_request: z.object({
    requestId: z.string(),
    topicId: z.int(),
    fromSeq: z.int(),
    toSeq: z.int(),
  }),
  /**
   * The strategy's state, to be kept. Attached are the positions (how far the state is, by topic) and,
   * unless only these are news, the state itself.
   */
  state: z.object({
    /** Counts the saves of this worker from 1, over all its processes. */
    version: z.int().min(1),
    stateVersion: z.int().min(0),
    positionsBytes: z.int().min(0),
    changed: z.boolean(),
    sync: z.boolean(),
  }),
  order_request: orderRequest,
  /** All but `state` may be left out by a worker in another language. */
  heartbeat: status.partial().extend({ state }),
  status_update: status,
  /** Market events that this worker has taken since its process began. */
  progress: z.object({ processed: count }),
  log: z.object({
    lines: z
      .array(
        z.object({
          at: z.number(),
          level: z.enum(LOG_LEVELS as [string, ...string[]]),
          message: z.string(),
          facts: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .max(1_000),
  }),
  error: fault,
  warning: z.object({ message: z.string() }),
} as const;

export type WorkerMessage = Tagged<typeof WORKER_PAYLOADS>;
export type WorkerMessageType = keyof typeof WORKER_PAYLOADS;
export type WorkerPayload<Type extends WorkerMessageType> = z.input<(typeof WORKER_PAYLOADS)[Type]>;
export type AdoptionFacts = z.output<typeof adoption>;
export type Hello = z.output<(typeof WORKER_PAYLOADS)['hello']>;
export type WorkerReport = z.output<typeof status>;
export type SaveRequest = z.output<(typeof WORKER_PAYLOADS)['state']>;
export type WorkerReply = z.output<(typeof WORKER_PAYLOADS)['reply']>;

/**
 * Reads what a worker says.
 *
 * @throws {ProtocolError} codes `MALFORMED_MESSAGE`, `UNKNOWN_MESSAGE_TYPE`
 */
export function readWorkerMessage(message: Message): WorkerMessage {
  return parsePayload(WORKER_PAYLOADS, message);
}
