import { EventEmitter } from 'node:events';
import type { Logger } from '../base/logger.ts';
import { callListeners } from './listeners.ts';

/** Tells of events. What a listener throws is logged: it is no fault of what the event is about. */
export abstract class Announcer<
  Events extends Record<keyof Events, unknown[]>,
> extends EventEmitter<Events> {
  protected abstract readonly logger: Logger;

  protected tell<Name extends keyof Events & string>(name: Name, ...args: Events[Name]): void {
    callListeners(this, this.rawListeners(name as never), args, name, this.logger);
  }
}
