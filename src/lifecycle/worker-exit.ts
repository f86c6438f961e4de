import { placeOf } from './stack-place.ts';

/** Why a worker process ended. */
export const EXIT_CAUSES = [
  'finished',
  'stopped',
  'killed',
  'exception',
  'init-failed',
  'exit-code',
  'signal',
  'native-fault',
  'out-of-memory',
  'stalled',
  'never-ready',
  'protocol-break',
  'orphaned',
  'vanished',
] as const;

export type ExitCause = (typeof EXIT_CAUSES)[number];

/** The step of the stop ladder that ended a process. */
export type StopStep = 'message' | 'sigterm' | 'sigkill';

/** How one worker process ended, as far as it is known. */
export interface WorkerExit {
  readonly cause: ExitCause;
  /** A sentence for people, with the facts that tell this end from others. */
  readonly reason: string;
  /** True if we asked for it or the strategy ended itself in good order. */
  readonly expected: boolean;
  /** Exit code, null if a signal ended it. */
  readonly code: number | null;
  /** Such as `SIGKILL`, null if it exited by itself. */
  readonly signal: string | null;
  /** The step of the ladder that ended it, null if we did not ask. */
  readonly stoppedBy: StopStep | null;
  /** The last lines that it wrote to stderr. */
  readonly stderrTail: string;
  /** File, line and column of the strategy's own where it happened, such as `/my/sma.ts:12:9`; null where it can't be told. */
  readonly place: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What is known when a process has ended. */
export interface ExitFacts {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderrTail: string;
  readonly at: number;
  /** Set if we were stopping it: the last step that we had taken. */
  readonly stopStep: StopStep | null;
  /** Set if we killed it for a reason of our own. */
  readonly killedFor: { readonly cause: ExitCause; readonly reason: string } | null;
  /** What the worker itself said before it ended. */
  readonly lastWord: {
    readonly cause: ExitCause;
    readonly reason: string;
    readonly stack: string;
  } | null;
  /** What the V8 heap of the process was limited to, MB. */
  readonly maxHeapMb: number;
}

/** What the system sends to a process for what it has done itself. */
const NATIVE_FAULTS = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGTRAP', 'SIGFPE'];

const HEAP_LIMIT = /heap limit|JavaScript heap out of memory|invalid table size|Zone/;

/** Names the end of a process. What we did ourselves is certain and goes first. */
export function classifyExit(facts: ExitFacts): WorkerExit {
  const { code, signal, stderrTail, at, stopStep, killedFor, lastWord } = facts;
  const end = (cause: ExitCause, reason: string, expected = false): WorkerExit => ({
    cause,
    reason,
    expected,
    code,
    signal,
    stoppedBy: stopStep,
    stderrTail,
    place: expected ? null : (placeOf(lastWord?.stack ?? '') ?? placeOf(stderrTail)),
    at,
  });
  if (killedFor !== null) return end(killedFor.cause, killedFor.reason);
  if (stopStep !== null) return end('stopped', STOPPED_BY[stopStep], true);
  if (lastWord !== null) return end(lastWord.cause, lastWord.reason, lastWord.cause === 'finished');
  const unknown = signal === null && code === null;
  const fault = signal !== null && NATIVE_FAULTS.includes(signal);
  // V8 ends its process by one of these signals when its heap is full.
  if ((fault || code === 134 || unknown) && HEAP_LIMIT.test(stderrTail)) {
    const reason = `the V8 heap reached its limit of ${facts.maxHeapMb} MB (maxHeapMb)`;
    return end('out-of-memory', reason);
  }
  if (unknown) {
    return end(
      'vanished',
      'the process is gone; how it ended is not known: an earlier host had started it',
    );
  }
  if (fault) return end('native-fault', `a fault in native code ended the process by ${signal}`);
  if (signal !== null) return end('signal', `the process was ended by ${signal}`);
  // Nothing but the strategy's own process.exit ends a worker so.
  if (code === 0) return end('finished', 'the strategy ended its process with code 0', true);
  return end('exit-code', `the process exited by itself with code ${code}`);
}

const STOPPED_BY: Readonly<Record<StopStep, string>> = {
  message: 'stopped when asked',
  sigterm: 'did not stop when asked; ended by SIGTERM',
  sigkill: 'did not stop when asked; ended by SIGKILL',
};
