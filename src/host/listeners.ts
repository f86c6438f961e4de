import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { StateMachine } from '../lifecycle/state-machine.ts';
import { WorkerState } from '../lifecycle/worker-state.ts';

type Listener = Function;

/**
 * Calls the listeners of an event. What one of them throws is logged: it must neither keep the others
 * from hearing of it nor be taken for a fault of the worker that the event is about.
 */
export function callListeners(
  emitter: object,
  listeners: readonly Listener[],
  args: readonly unknown[],
  event: string,
  logger: Logger,
): void {
  for (const listener of listeners) {
    try {
      Reflect.apply(listener, emitter, args);
    } catch (thrown) {
      logThrown(logger, `a listener of ${event}`, thrown);
    }
  }
}

/** The state of a worker: what a handler of its moves throws is logged, as with listeners. */
export function workerMachine(
  logger: Logger,
  initial: WorkerState = WorkerState.INITIALIZING,
): StateMachine {
  return new StateMachine({
    initial,
    onHandlerError: (thrown) => logThrown(logger, 'a transition handler', thrown),
  });
}

function logThrown(logger: Logger, who: string, thrown: unknown): void {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  logger.log('error', `${who} threw: ${messageOf(thrown)}`, { stack });
}
