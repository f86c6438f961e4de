import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { LogFileOptions } from '../base/log-file.ts';
import type { HostPayload } from '../protocol/host-message.ts';
import type { DataBroker } from './data-broker.ts';
import type { PreparedStrategy } from './prepared-strategy.ts';
import type { DataSubscription } from './subscribers.ts';

export interface AssignmentFacts {
  readonly workerId: string;
  /** Where the worker is in its life, of which this process is one part. */
  readonly state: WorkerState;
  readonly subscription: DataSubscription;
  /** Null where there are no log files. */
  readonly logFile: LogFileOptions | null;
}

/** What a process is told to become this worker. */
export function assignmentOf(
  { config, built }: PreparedStrategy,
  { workerId, state, subscription, logFile }: AssignmentFacts,
  broker: DataBroker,
): HostPayload<'assign'> {
  return {
    workerId,
    mode: config.mode,
    replayFromMs: config.replayFromMs,
    initialState: state,
    modulePath: built.modulePath,
    strategyPath: built.strategyPath,
    params: config.params,
    symbols: [...config.symbols],
    warmup: config.warmup,
    maxConsecutiveErrors: config.maxConsecutiveErrors,
    callbackTimeoutMs: config.callbackTimeoutMs,
    progressEvery: config.lossless ? broker.progressEvery : 0,
    conflateAfterMs: config.lossless ? 0 : config.conflateAfterMs,
    logLinesPerSecond: config.logLinesPerSecond,
    logFile,
    keepState: config.keepState,
    topics: [...subscription.topics],
    market: subscription.attachment,
  };
}
