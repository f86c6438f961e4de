import { QuantCellError } from '../base/errors.ts';
import type { DataBroker } from '../host/data-broker.ts';
import type { RunFigures } from '../execution/performance/run-performance.ts';
import type { RealtimeEngineStats } from '../market/engine-stats.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerFault, WorkerStatus } from '../lifecycle/worker-status.ts';

/** What became of one strategy of a job. */
export interface StrategySummary {
  readonly workerId: string;
  readonly strategy: string;
  readonly path: string;
  /** True if it ended when the job did, was shown every event, and no callback threw. */
  readonly ok: boolean;
  readonly state: WorkerState;
  /** Market events on the topics it subscribed to. */
  readonly eventsSent: number;
  readonly eventsDelivered: number;
  readonly eventsDropped: number;
  readonly callbacksRun: number;
  readonly errors: number;
  readonly lastError: WorkerFault | null;
  /** How it ended, in words. */
  readonly ended: string;
  /** What it reported by `ctx.report`. */
  readonly report: Readonly<Record<string, unknown>>;
}

/** The outcome of a job. All but `timing` is the same for the same strategies and data. */
export interface JobSummary {
  readonly ok: boolean;
  readonly interrupted: boolean;
  /** Why the data could not be read to its end; null if it could. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly feed: {
    readonly name: string;
    readonly events: number;
    /** ISO 8601, UTC; null if there was no event. */
    readonly firstEvent: string | null;
    readonly lastEvent: string | null;
  };
  readonly strategies: readonly StrategySummary[];
  /** What their trading has come to; null if none was executed. */
  readonly performance: Pick<RunFigures, 'strategies' | 'total'> | null;
  readonly timing: { readonly wallMs: number; readonly eventsPerSecond: number };
}

export interface JobFacts {
  readonly statuses: readonly WorkerStatus[];
  readonly engine: RealtimeEngineStats;
  readonly feed: string;
  readonly wallMs: number;
  readonly interrupted: boolean;
  readonly failure: Error | null;
  readonly performance: RunFigures | null;
  readonly broker: DataBroker;
}

export function summarize(facts: JobFacts): JobSummary {
  const { engine, wallMs, interrupted, failure } = facts;
  const strategies = facts.statuses.map((status) => summarizeStrategy(status, facts.broker));
  const delivered = strategies.reduce((sum, { eventsDelivered }) => sum + eventsDelivered, 0);
  return {
    ok: failure === null && !interrupted && strategies.every(({ ok }) => ok),
    interrupted,
    error:
      failure === null
        ? null
        : {
            code: failure instanceof QuantCellError ? failure.code : 'FEED_FAILED',
            message: failure.message,
          },
    feed: {
      name: facts.feed,
      events: engine.eventsOut,
      firstEvent: isoTime(engine.firstEventMs),
      lastEvent: isoTime(engine.lastEventMs),
    },
    strategies,
    performance: facts.performance && {
      strategies: facts.performance.strategies,
      total: facts.performance.total,
    },
    timing: {
      wallMs: Math.round(wallMs),
      eventsPerSecond: Math.round((delivered / wallMs) * 1_000),
    },
  };
}

function summarizeStrategy(status: WorkerStatus, broker: DataBroker): StrategySummary {
  const { counters, state, lastExit } = status;
  const sent = status.symbols
    .flatMap((symbol) =>
      status.dataTypes.map((type) => broker.getTopicStats(symbol, type)?.seq ?? 0),
    )
    .reduce((sum, seq) => sum + seq, 0);
  return {
    workerId: status.workerId,
    strategy: status.strategyName,
    path: status.strategyPath,
    ok:
      state === WorkerState.STOPPED &&
      lastExit?.cause === 'stopped' &&
      counters.errorCount === 0 &&
      sent === counters.messagesProcessed,
    state,
    eventsSent: sent,
    eventsDelivered: counters.messagesProcessed,
    // What had not reached it when it ended was lost to it as well.
    eventsDropped: Math.max(0, sent - counters.messagesProcessed),
    callbacksRun: counters.callbacksRun,
    errors: counters.errorCount,
    lastError: status.lastError,
    ended: lastExit?.reason ?? '',
    report: status.report,
  };
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
