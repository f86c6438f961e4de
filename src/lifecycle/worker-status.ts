import type { WorkerExit } from './worker-exit.ts';
import type { WorkerState } from './worker-state.ts';

/** The last error of a worker. */
export interface WorkerFault {
  /** The callback it happened in, such as `onBar`, or the step of the life. */
  readonly where: string;
  readonly message: string;
  /** With the strategy's own file and line. Empty if there is none. */
  readonly stack: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What the worker counts itself, since its process began. */
export interface WorkerCounters {
  /** Market events taken from the transport. */
  readonly messagesReceived: number;
  /** Market events handed to the strategy, with or without a callback for them. */
  readonly messagesProcessed: number;
  /** Market events that came while the worker was paused, not shown to the strategy. */
  readonly messagesSkipped: number;
  /** Ticks passed over for a newer one of the same topic, while the worker was behind. */
  readonly messagesConflated: number;
  /** Market events lost on the way to the strategy. */
  readonly messagesDropped: number;
  /** Market events asked for again after a gap, and received. */
  readonly messagesRefilled: number;
  /** Gaps that could not be refilled. */
  readonly gaps: number;
  /** Calls of the strategy's callbacks. */
  readonly callbacksRun: number;
  /** Callbacks that threw. */
  readonly errorCount: number;
  /** Lines that were cut because the strategy wrote too many. */
  readonly logLinesDropped: number;
  /** Lines that could not be written to its log file, as on a full disk. */
  readonly logWritesFailed: number;
}

export const ZERO_COUNTERS: WorkerCounters = {
  messagesReceived: 0,
  messagesProcessed: 0,
  messagesSkipped: 0,
  messagesConflated: 0,
  messagesDropped: 0,
  messagesRefilled: 0,
  gaps: 0,
  callbacksRun: 0,
  errorCount: 0,
  logLinesDropped: 0,
  logWritesFailed: 0,
};

/** Events that a worker is done with, whatever became of them. */
export function eventsDone(counters: WorkerCounters): number {
  const { messagesProcessed, messagesSkipped, messagesConflated, messagesDropped } = counters;
  return messagesProcessed + messagesSkipped + messagesConflated + messagesDropped;
}

/** What the worker measures of itself with each heartbeat. */
export interface WorkerVitals {
  /** Resident memory, bytes. */
  readonly rssBytes: number;
  /** Resident memory that is not shared with other processes: what this worker costs, bytes. */
  readonly privateBytes: number;
  /** V8 heap in use, bytes. */
  readonly heapUsedBytes: number;
  /** User and system time since its process began, milliseconds. */
  readonly cpuMs: number;
  /** Longest delay of the event loop since the heartbeat before, milliseconds. */
  readonly loopDelayMs: number;
  /** Longest time from publishing an event to its callback since the report before, milliseconds; of each batch, its first and last event are looked at. */
  readonly lagMs: number;
  /** Commands and timers that wait for their turn in the worker. */
  readonly queueLength: number;
}

export const ZERO_VITALS: WorkerVitals = {
  rssBytes: 0,
  privateBytes: 0,
  heapUsedBytes: 0,
  cpuMs: 0,
  loopDelayMs: 0,
  lagMs: 0,
  queueLength: 0,
};

/** Everything that is known of a worker, as of now. Times are milliseconds since the Unix epoch. */
export interface WorkerStatus {
  readonly workerId: string;
  readonly strategyPath: string;
  /** As the strategy file says; empty until it is known. */
  readonly strategyName: string;
  readonly state: WorkerState;
  /** Null while there is no process. */
  readonly pid: number | null;
  readonly symbols: readonly string[];
  readonly dataTypes: readonly string[];
  readonly params: unknown;
  readonly createdAt: number;
  /** When it last became RUNNING. */
  readonly startedAt: number | null;
  readonly stoppedAt: number | null;
  readonly lastHeartbeatAt: number | null;
  readonly restartCount: number;
  /** Why it will not be restarted until a person says so; null if it isn't quarantined. */
  readonly quarantine: string | null;
  readonly counters: WorkerCounters;
  /** What its process wrote past its log, straight to stdout and stderr, that was not kept, bytes. */
  readonly outputBytesDropped: number;
  readonly vitals: WorkerVitals;
  /** Events published for it that it is not done with, as far as the host knows. */
  readonly lagEvents: number;
  /** Price of the last event that was handed to the strategy. */
  readonly lastPrice: number | null;
  readonly lastError: WorkerFault | null;
  /** How the process before ended. */
  readonly lastExit: WorkerExit | null;
  /** Figures of `ctx.report`. */
  readonly report: Readonly<Record<string, unknown>>;
}
