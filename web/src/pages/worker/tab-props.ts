import type { Worker, WorkerTransition } from '../../../../src/client/index.ts';

/** What each tab of a worker is given. */
export interface TabProps {
  readonly worker: Worker;
  /** Moves of its state since the page looks. */
  readonly transitions: readonly WorkerTransition[];
}
