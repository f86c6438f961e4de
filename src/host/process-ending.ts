import { settlesWithin } from '../base/deadline.ts';
import type { ExitCause, StopStep } from '../lifecycle/worker-exit.ts';
import type { HostServices } from './host-services.ts';
import type { RunningProcess } from './running-process.ts';
import { climbStopLadder } from './stop-ladder.ts';

/** What we did to a process that ends: what its end is named by. */
export interface EndingFacts {
  /** The last step of the ladder that was taken; null if it was not to stop. */
  readonly stopStep: StopStep | null;
  /** Set if it was killed for a reason of ours. */
  readonly killedFor: { readonly cause: ExitCause; readonly reason: string } | null;
}

/** Ends one process, and remembers what was done to it. */
export class ProcessEnding {
  readonly #services: HostServices;
  #stopping: Promise<void> | undefined;
  #facts: EndingFacts = { stopStep: null, killedFor: null };

  constructor(services: HostServices) {
    this.#services = services;
  }

  get facts(): EndingFacts {
    return this.#facts;
  }

  /** The stop that is under way. */
  get stopping(): Promise<void> | undefined {
    return this.#stopping;
  }

  /** In good order, by force if it does not follow. Asked twice it does so once. */
  stop(running: RunningProcess, reason: string): Promise<void> {
    const { deadlines } = this.#services.options;
    this.#stopping ??= climbStopLadder(
      running,
      () => this.#ask(running, { reason }),
      deadlines,
      (stopStep) => {
        this.#facts = { ...this.#facts, stopStep };
      },
    );
    return this.#stopping;
  }

  /** At once. */
  kill(running: RunningProcess, cause: ExitCause, reason: string): void {
    if (!running.alive) return;
    const killedFor = this.#facts.killedFor ?? { cause, reason };
    this.#facts = { ...this.#facts, killedFor };
    running.signal('SIGKILL');
  }

  /** Another process goes on with its strategy: it ends without `onStop`. */
  async retire(running: RunningProcess): Promise<void> {
    this.#facts = { ...this.#facts, stopStep: 'message' };
    const { stopMs } = this.#services.options.deadlines;
    const payload = { reason: 'replaced by a new version', runOnStop: false };
    await this.#ask(running, payload).catch(() => undefined);
    if (!(await settlesWithin(running.ended, stopMs))) running.signal('SIGKILL');
    await running.ended;
  }

  #ask(
    { processId }: RunningProcess,
    payload: { readonly reason: string; readonly runOnStop?: boolean },
  ): Promise<unknown> {
    const { channel, options } = this.#services;
    return channel.request(processId, 'stop', payload, options.deadlines.stopMs);
  }
}
