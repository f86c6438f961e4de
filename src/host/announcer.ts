import { EventEmitter } from 'node:events';
import type { Logger } from '../base/logger.ts';
import { callListeners } from './listeners.ts';

/** Tells of events. What a listener throws is logged: it is no fault of what the event is about. */
export abstract class Announcer<
  Events extends Record<keyof Events, unknown[]>,
> extends EventEmitter<Events> {
  protected abstract readonly logger: Logger;

  constructor() {
    super();
    // Each stream of a worker listens: more than ten are no leak, of which node would warn.
    this.setMaxListeners(0);
  }

  protected tell<Name extends keyof Events & string>(name: Name, ...args: Events[Name]): void {
    callListeners(this, this.rawListeners(name as never), args, name, this.logger);
  }
}
