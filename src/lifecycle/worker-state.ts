/** The eleven states of a worker. The values cross the wire and appear in the API. */
export const WorkerState = {
  INITIALIZING: 'initializing',
  INITIALIZED: 'initialized',
  STARTING: 'starting',
  RUNNING: 'running',
  PAUSED: 'paused',
  STOPPING: 'stopping',
  STOPPED: 'stopped',
  ERROR: 'error',
  RECOVERING: 'recovering',
  RELOADING: 'reloading',
  RESTARTING: 'restarting',
} as const;

export type WorkerState = (typeof WorkerState)[keyof typeof WorkerState];

export const WORKER_STATES: readonly WorkerState[] = Object.values(WorkerState);

/** Every legal move. What is not here is illegal. */
export const TRANSITIONS: Readonly<Record<WorkerState, readonly WorkerState[]>> = {
  initializing: ['initialized', 'error'],
  initialized: ['starting', 'stopping', 'error'],
  starting: ['running', 'stopping', 'error'],
  running: ['paused', 'stopping', 'reloading', 'restarting', 'error'],
  paused: ['running', 'stopping', 'reloading', 'restarting', 'error'],
  recovering: ['running', 'paused', 'stopping', 'error'],
  reloading: ['running', 'paused', 'error'],
  restarting: ['initializing', 'error'],
  stopping: ['stopped', 'error'],
  stopped: ['starting', 'restarting'],
  error: ['recovering', 'stopping'],
};

export function canMove(from: WorkerState, to: WorkerState): boolean {
  return TRANSITIONS[from].includes(to);
}

export function isWorkerState(value: unknown): value is WorkerState {
  return typeof value === 'string' && Object.hasOwn(TRANSITIONS, value);
}
