import type { Worker } from '../../../../src/client/index.ts';
import type { IconName } from '../../components/icon.tsx';

export const WORKER_DEEDS = ['start', 'stop', 'restart', 'pause', 'resume', 'reload'] as const;
export type WorkerDeed = (typeof WORKER_DEEDS)[number];
export type BulkDeed = WorkerDeed | 'delete';

export const DEED_ICONS: Readonly<Record<BulkDeed, IconName>> = {
  start: 'play',
  stop: 'square',
  restart: 'restart',
  pause: 'pause',
  resume: 'play',
  reload: 'reload',
  delete: 'bin',
};

/** Operation of the API that does it. */
export const DEED_OPERATIONS = {
  start: 'startWorker',
  stop: 'stopWorker',
  restart: 'restartWorker',
  pause: 'pauseWorker',
  resume: 'resumeWorker',
  reload: 'reloadWorker',
} as const satisfies Readonly<Record<WorkerDeed, string>>;

/** What makes sense in a state; the server decides. */
export function deedsIn(state: Worker['state']): readonly WorkerDeed[] {
  switch (state) {
    case 'running':
      return ['pause', 'stop', 'restart'];
    case 'paused':
      return ['resume', 'stop', 'restart'];
    case 'stopped':
      return ['start'];
    case 'error':
      return ['start', 'stop'];
    case 'starting':
    case 'initialized':
    case 'recovering':
      return ['stop'];
    default:
      return [];
  }
}
