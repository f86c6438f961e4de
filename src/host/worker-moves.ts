import type { StateMachine } from '../lifecycle/state-machine.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';

/** The moves that an end makes, as far as the worker has not reported them itself. */
export function endStates(
  { expected }: WorkerExit,
  { state }: StateMachine,
): readonly WorkerState[] {
  const { ERROR, STOPPING, STOPPED, INITIALIZING, RELOADING } = WorkerState;
  if (!expected) return [ERROR];
  // From these two the table has no way to STOPPING but over ERROR.
  const detour = state === INITIALIZING || state === RELOADING;
  return detour ? [ERROR, STOPPING, STOPPED] : [STOPPING, STOPPED];
}

/** From where a worker ended to where a new process takes over. */
export function wayBack(state: WorkerState): readonly WorkerState[] {
  return state === WorkerState.ERROR
    ? [WorkerState.RECOVERING]
    : [WorkerState.RESTARTING, WorkerState.INITIALIZING];
}

/** From where a worker can't be started to ERROR. */
export function toError(state: WorkerState): readonly WorkerState[] {
  const { ERROR, RESTARTING, STOPPED } = WorkerState;
  return state === STOPPED ? [RESTARTING, ERROR] : [ERROR];
}

/** Makes those of the moves that are legal, in their order; false if none was. */
export function moveAlong(
  machine: StateMachine,
  path: readonly WorkerState[],
  trigger: string,
): boolean {
  let moved = false;
  for (const to of path) {
    if (!machine.can(to)) continue;
    machine.transition(to, trigger);
    moved = true;
  }
  return moved;
}
