import { resolve } from 'node:path';
import { WorkerState } from '../lifecycle/worker-state.ts';
import type { WorkerRecord } from './store/worker-store.ts';
import type { WorkerConfig } from './worker-config.ts';

/** A worker that was not there before. */
export function newRecord(
  workerId: string,
  strategyPath: string,
  config: WorkerConfig,
): WorkerRecord {
  return {
    workerId,
    // Whoever starts it again may be somewhere else.
    strategyPath: resolve(strategyPath),
    config,
    desired: 'running',
    quarantine: null,
    restartCount: 0,
    createdAt: Date.now(),
    process: null,
  };
}

/** It is to run, or to be paused, and nothing is known to be wrong with it. */
export function isWanted({ desired, quarantine }: WorkerRecord): boolean {
  return desired !== 'stopped' && quarantine === null;
}

/** Where a worker is that an earlier host left, and that has no process. */
export function stateOf({ quarantine }: WorkerRecord): WorkerState {
  return quarantine === null ? WorkerState.STOPPED : WorkerState.ERROR;
}
