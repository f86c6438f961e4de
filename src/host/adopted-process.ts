import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../base/logger.ts';
import { splitLastWord } from '../protocol/last-word.ts';
import { startTicksOf } from './process-facts.ts';
import { ProcessOutput } from './process-output.ts';
import type { ProcessEnd, RunningProcess } from './running-process.ts';
import type { ProcessIdentity } from './store/worker-store.ts';

/** How often it is looked whether the process is still there, milliseconds. */
const LOOK_EVERY_MS = 250;

/** The same once its lifeline was cut. */
const LOOK_SOON_MS = 2;

/**
 * A worker process that an earlier host started. It is no child of this one: that it ended shows, how it
 * ended only as far as it said so itself.
 */
export class AdoptedProcess implements RunningProcess {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<ProcessEnd>;
  readonly #output: ProcessOutput;
  readonly #cut = new AbortController();
  #end: ProcessEnd | undefined;

  /** @throws what the file system says if the file of its output is gone */
  constructor(identity: ProcessIdentity, logger: Logger) {
    this.identity = identity;
    this.#output = new ProcessOutput(identity.outputPath, logger);
    this.ended = this.#watch();
  }

  get processId(): string {
    return this.identity.processId;
  }

  get pid(): number {
    return this.identity.pid;
  }

  get outputBytesDropped(): number {
    return this.#output.droppedBytes;
  }

  get alive(): boolean {
    return this.#end === undefined;
  }

  /** Its lifeline ended: it is about to be gone. */
  onCut(): void {
    this.#cut.abort();
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.alive) signalProcess(this.identity, signal);
  }

  async #watch(): Promise<ProcessEnd> {
    while (isRunning(this.identity)) {
      const { signal } = this.#cut;
      // The delay ends with the lifeline.
      if (signal.aborted) await delay(LOOK_SOON_MS);
      else await delay(LOOK_EVERY_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
    const { lastWord, rest } = splitLastWord(this.#output.tail());
    this.#end = { code: null, signal: null, stderrTail: rest.trim(), lastWord, at: Date.now() };
    // What it started goes with it.
    killGroup(this.pid);
    this.#output.close();
    return this.#end;
  }
}

/** True if the very process is there that was written down, not a later one with its pid. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  return startTicksOf(pid) === startTicks;
}

/** Signals a process only if it is the one that was written down. */
export function signalProcess(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isRunning(identity)) return;
  if (signal === 'SIGKILL') return killGroup(identity.pid);
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended a moment ago.
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // There is nobody left.
  }
}
