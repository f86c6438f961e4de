import type { RestartAdvice } from '../../lifecycle/restart-policy.ts';
import type { Transition } from '../../lifecycle/state-machine.ts';
import type { WorkerExit } from '../../lifecycle/worker-exit.ts';
import { WorkerState } from '../../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { WorkerLogs } from './worker-logs.ts';

/** How much of what a process wrote before it ended goes into its log. */
const STDERR_LINES = 10;
const STDERR_CHARS = 2_000;

/** Writes what happens to workers into their logs, beside what their strategies say. */
export class WorkerNotes {
  readonly #logs: WorkerLogs;
  readonly #quarantines = new Map<string, string>();

  constructor(logs: WorkerLogs) {
    this.#logs = logs;
  }

  onStatus({ workerId, pid, quarantine }: WorkerStatus, move: Transition | null): void {
    if (quarantine === null) this.#quarantines.delete(workerId);
    else if (this.#quarantines.get(workerId) !== quarantine) {
      this.#quarantines.set(workerId, quarantine);
      this.#afterTheEnd(() => this.#logs.note(workerId, 'error', `quarantined: ${quarantine}`));
    }
    const { STARTING, RECOVERING, RUNNING, PAUSED } = WorkerState;
    if (move === null || (move.to !== RUNNING && move.to !== PAUSED)) return;
    if (move.from === STARTING || move.from === RECOVERING) {
      const how = move.to === PAUSED ? 'started, paused' : 'started';
      this.#logs.note(workerId, 'info', how, { pid });
    } else if (move.to === PAUSED && move.from === RUNNING) {
      this.#logs.note(workerId, 'info', `paused: ${move.trigger}`);
    } else if (move.to === RUNNING && move.from === PAUSED) {
      this.#logs.note(workerId, 'info', `resumed: ${move.trigger}`);
    }
  }

  onAdvice(workerId: string, advice: RestartAdvice): void {
    if (!advice.restart) return;
    const text = `restart ${advice.attempt} in ${Math.round(advice.delayMs)} ms`;
    this.#afterTheEnd(() => this.#logs.note(workerId, 'warn', text));
  }

  onExit(workerId: string, exit: WorkerExit): void {
    const { cause, reason, expected, code, signal, place } = exit;
    const stderr = exit.stderrTail.split('\n').slice(-STDERR_LINES).join('\n');
    this.#logs.note(workerId, expected ? 'info' : 'error', `ended: ${reason}`, {
      cause,
      code,
      signal,
      ...(place !== null && { place }),
      ...(stderr !== '' && { stderr: stderr.slice(-STDERR_CHARS) }),
    });
  }

  /** Forgets a worker with its log. */
  remove(workerId: string): void {
    this.#quarantines.delete(workerId);
    this.#logs.remove(workerId);
  }

  /** What follows from an end is decided before the end is told; in the log it comes after it. */
  #afterTheEnd(note: () => void): void {
    queueMicrotask(note);
  }
}
