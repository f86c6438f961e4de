import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../lifecycle/worker-status.ts';
import type { RunningProcess } from './running-process.ts';
import type { WorkerTopics } from './worker-topics.ts';
import type { WorkerView } from './worker-view.ts';

/** What a process runs, and since when. */
export interface ProcessRun {
  /** As the strategy file says; empty until it is known. */
  strategyName: string;
  params: unknown;
  readonly createdAt: number;
  startedAt: number | null;
}

export function newRun(params: unknown): ProcessRun {
  return { strategyName: '', params, createdAt: Date.now(), startedAt: null };
}

export interface ProcessStatusParts {
  readonly worker: {
    readonly workerId: string;
    readonly strategyPath: string;
    readonly state: WorkerState;
    readonly exit: WorkerExit | null;
  };
  readonly run: ProcessRun;
  /** Undefined before there is one. */
  readonly process: RunningProcess | undefined;
  readonly topics: WorkerTopics;
  readonly lastHeartbeatAt: number | null;
  readonly lagEvents: number;
  readonly view: WorkerView;
}

/** The status of a worker that has this process alone: what it did before is whoever restarts it to tell. */
export function processStatus(parts: ProcessStatusParts): WorkerStatus {
  const { worker, run, process, topics, lastHeartbeatAt, lagEvents, view } = parts;
  const { workerId, strategyPath, state, exit } = worker;
  // Field by field: it is made for every worker each time that somebody lists them.
  return {
    workerId,
    strategyPath,
    strategyName: run.strategyName,
    state,
    pid: process?.alive === true ? (process.pid ?? null) : null,
    symbols: topics.symbols,
    dataTypes: topics.dataTypes,
    params: run.params,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    stoppedAt: exit?.at ?? null,
    lastHeartbeatAt,
    restartCount: 0,
    quarantine: null,
    counters: view.counters,
    outputBytesDropped: process?.outputBytesDropped ?? 0,
    vitals: view.vitals,
    lagEvents,
    lastPrice: view.lastPrice,
    lastError: view.lastError,
    lastExit: exit,
    report: view.figures,
  };
}
