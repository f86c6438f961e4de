import type { LastWord } from '../protocol/last-word.ts';
import type { ProcessIdentity } from './store/worker-store.ts';

/** How an operating-system process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines of what it wrote itself, not through the log. */
  readonly stderrTail: string;
  readonly lastWord: LastWord | null;
  readonly at: number;
}

/** A worker process of this host, whether this host started it or an earlier one. */
export interface RunningProcess {
  /** Its name on the sockets; never used twice. */
  readonly processId: string;
  /** Undefined if the process could not be started at all. */
  readonly pid: number | undefined;
  readonly alive: boolean;
  /** What it wrote itself that was not kept, bytes. */
  readonly outputBytesDropped: number;
  /** By what a later host finds it again; null if the process could not be started at all. */
  readonly identity: ProcessIdentity | null;
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal to the process; with SIGKILL also to those that it started. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}
