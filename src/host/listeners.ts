import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

type Listener = (...args: never[]) => unknown;

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
      const stack = thrown instanceof Error ? thrown.stack : undefined;
      logger.log('error', `a listener of ${event} threw: ${messageOf(thrown)}`, { stack });
    }
  }
}
