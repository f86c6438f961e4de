import { z } from 'zod';
import { TRADING_STATES } from '../../model/account.ts';
import { WorkerState } from '../../lifecycle/worker-state.ts';
import { EXIT_CAUSES } from '../../lifecycle/worker-exit.ts';
import {
  decimalText,
  orNull,
  plainData,
  strategyName,
  symbol,
  timestamp,
  workerId,
} from './common.ts';

export const workerState = z.enum(WorkerState).meta({
  id: 'WorkerState',
  description: 'One of the eleven states of a worker.',
});

const fault = z
  .object({ where: z.string(), message: z.string(), stack: z.string(), at: timestamp })
  .meta({ id: 'WorkerFault', description: 'An error of a strategy, and where it happened.' });

export const workerExit = z
  .object({
    cause: z.enum(EXIT_CAUSES),
    reason: z.string(),
    expected: z.boolean(),
    code: z.int().nullable(),
    signal: z.string().nullable(),
    stoppedBy: z.enum(['message', 'sigterm', 'sigkill']).nullable(),
    stderrTail: z.string(),
    place: z.string().nullable(),
    at: timestamp,
  })
  .meta({ id: 'WorkerExit', description: 'How a process of a worker ended.' });

export const transition = z
  .object({
    /** Counts the moves of the worker from 1. */
    revision: z.int(),
    from: workerState,
    to: workerState,
    /** What made it happen, for people. */
    trigger: z.string(),
    at: timestamp,
  })
  .meta({ id: 'Transition', description: "A move of a worker's state." });

/** What changes all the time. Rates are those of the last second. */
export const workerFigures = z
  .object({
    eventsPerSecond: z.number(),
    /** Longest time from publishing an event to its callback, milliseconds. */
    lagMs: z.number(),
    /** Events published for it that it is not done with. */
    lagEvents: z.number(),
    /** Memory that is its own, bytes. */
    memoryBytes: z.number(),
    /** Share of one processor, 1 is all of it. */
    cpuShare: z.number(),
    errorCount: z.int(),
    openOrders: z.int(),
    /** Realised and unrealised, fees taken off, by quote currency. */
    netPnl: z.record(z.string(), decimalText),
  })
  .meta({ id: 'WorkerFigures' });

export const worker = z
  .object({
    id: workerId,
    /** Name in the strategies folder; null for a file that is elsewhere. */
    strategy: strategyName.nullable(),
    /** As the file says. */
    strategyName: z.string(),
    state: workerState,
    /** When it came into its state. */
    since: timestamp,
    /** `ok`; `late`: its heartbeat is overdue; `down`: it has no process; `stale`: market data it gets is stale. */
    health: z.enum(['ok', 'late', 'down', 'stale']),
    pid: z.int().nullable(),
    symbols: z.array(z.string()),
    dataTypes: z.array(z.string()),
    params: plainData,
    mode: z.enum(['replay', 'paper', 'live']),
    tradingState: z.enum(TRADING_STATES),
    tradingReason: z.string().nullable(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    stoppedAt: timestamp.nullable(),
    lastHeartbeatAt: timestamp.nullable(),
    restartCount: z.int(),
    /** Why it is not restarted until a person says so. */
    quarantine: z.string().nullable(),
    figures: workerFigures,
    lastPrice: z.number().nullable(),
    lastError: orNull(fault),
    lastExit: orNull(workerExit),
    /** Figures of `ctx.report`. */
    report: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Worker', description: 'A strategy in a process of its own.' });

/** What of a worker changes all the time. */
export const workerPulse = worker
  .pick({
    id: true,
    health: true,
    lastHeartbeatAt: true,
    figures: true,
    lastPrice: true,
    report: true,
  })
  .meta({ id: 'WorkerPulse' });

const dataTypes = z.array(z.string().max(32)).min(1).max(16);
const restartPolicy = z
  .strictObject({
    mode: z.enum(['permanent', 'transient', 'temporary']),
    maxRestarts: z.int().min(0).max(10_000),
    windowMs: z.number().min(1),
    initialDelayMs: z.number().min(0),
    maxDelayMs: z.number().min(0),
    factor: z.number().min(1),
    jitter: z.number().min(0).max(1),
  })
  .partial();

/** How a strategy is to be run; what is not given comes from the strategy itself. */
export const workerConfig = z
  .strictObject({
    symbols: z.array(symbol).min(1).max(1_000),
    dataTypes,
    timeframe: z.string().max(8),
    params: plainData,
    warmup: z.int().min(0).max(100_000),
    whenDown: z.enum(['hold', 'cancel', 'flatten']),
    restartPolicy,
    maxHeapMb: z.int().min(16).max(65_536),
    maxMemoryMb: z.int().min(0).max(1_048_576),
    maxConsecutiveErrors: z.int().min(0),
    logLinesPerSecond: z.int().min(0).max(100_000),
    conflateAfterMs: z.int().min(0),
    callbackTimeoutMs: z.int().min(0),
    watch: z.boolean(),
    keepState: z.boolean(),
  })
  .partial()
  .meta({ id: 'WorkerConfig', description: 'How a strategy is to be run.' });

export const newWorker = workerConfig
  .extend({
    /** @default made of the strategy's name and a number */
    id: workerId.optional(),
    strategy: strategyName,
    /** Whether it is started at once. */
    start: z.boolean().default(true),
  })
  .meta({ id: 'NewWorker' });

export const workerHealth = z
  .object({
    health: z.enum(['ok', 'late', 'down', 'stale']),
    /** A sentence for people. */
    reason: z.string(),
    state: workerState,
    lastHeartbeatAt: timestamp.nullable(),
    /** Milliseconds since its last heartbeat. */
    silentMs: z.number().nullable(),
    loopDelayMs: z.number(),
    restartCount: z.int(),
    quarantine: z.string().nullable(),
    /** Topics of it whose market data is stale, with the reason. */
    staleTopics: z.array(
      z.object({ symbol: z.string(), dataType: z.string(), reason: z.string() }),
    ),
  })
  .meta({ id: 'WorkerHealth' });

export const sample = workerFigures
  .extend({ at: timestamp, loopDelayMs: z.number(), restarts: z.int() })
  .meta({ id: 'WorkerSample', description: 'The figures of a worker at a moment.' });

export const logLine = z
  .object({
    at: timestamp,
    level: z.string(),
    message: z.string(),
    facts: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'LogLine' });

/** What a lifecycle command has done: only said once it has happened. */
export const commandResult = z
  .object({ result: z.literal('applied'), worker })
  .meta({ id: 'CommandResult' });

export const batchResult = z
  .object({
    results: z.array(
      z.object({
        workerId,
        result: z.enum(['applied', 'rejected', 'timed-out']),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        /** As it is known; null if there is no such worker. */
        state: orNull(workerState),
      }),
    ),
  })
  .meta({ id: 'BatchResult' });

export type Worker = z.infer<typeof worker>;
export type WorkerPulse = z.infer<typeof workerPulse>;
export type WorkerFigures = z.infer<typeof workerFigures>;
export type WorkerSample = z.infer<typeof sample>;
export type NewWorker = z.input<typeof newWorker>;
export type WorkerConfigInput = z.input<typeof workerConfig>;
export type LogLine = z.infer<typeof logLine>;
export type BatchResult = z.infer<typeof batchResult>;
export type WorkerTransition = z.infer<typeof transition>;
export type WorkerExitView = z.infer<typeof workerExit>;
