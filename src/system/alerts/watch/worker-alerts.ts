import type { RestartAdvice } from '../../../lifecycle/restart-policy.ts';
import type { Transition } from '../../../lifecycle/state-machine.ts';
import type { WorkerExit } from '../../../lifecycle/worker-exit.ts';
import { WorkerState } from '../../../lifecycle/worker-state.ts';
import type { WorkerStatus } from '../../../lifecycle/worker-status.ts';
import { ErrorBursts } from './error-bursts.ts';
import type { WatchParts } from './watch-options.ts';

/** Tells how workers end, what is done about it, and when they run again. */
export class WorkerAlerts {
  readonly #parts: WatchParts;
  readonly #errors: ErrorBursts;
  /** Those of which it was told, with the reason. */
  readonly #quarantined = new Map<string, string>();
  /** What was decided in this turn of the event loop; the end that it is about is told in the same. */
  #decided: { readonly workerId: string; readonly advice: RestartAdvice } | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#errors = new ErrorBursts(parts);
    const { manager } = parts.system;
    manager.supervisor.on('advice', this.#onAdvice);
    manager.supervisor.on('unhealthy', this.#onUnhealthy);
    manager.on('exit', this.#onExit);
    manager.on('status', this.#onStatus);
  }

  stop(): void {
    const { manager } = this.#parts.system;
    manager.supervisor.off('advice', this.#onAdvice);
    manager.supervisor.off('unhealthy', this.#onUnhealthy);
    manager.off('exit', this.#onExit);
    manager.off('status', this.#onStatus);
  }

  readonly #onAdvice = (workerId: string, advice: RestartAdvice): void => {
    const decided = { workerId, advice };
    this.#decided = decided;
    queueMicrotask(() => {
      if (this.#decided !== decided) return;
      this.#decided = undefined;
      this.#onNeverStarted(workerId, advice);
    });
  };

  readonly #onUnhealthy = (workerId: string, silentMs: number): void => {
    const silence = `${Math.round(silentMs)} ms`;
    this.#parts.alerts.raise({
      kind: 'worker-silent',
      severity: 'info',
      subject: workerId,
      title: `worker ${workerId} has been silent for ${silence}`,
      text: `Nothing was heard of worker ${workerId} for ${silence}: its process is ended by force.`,
      facts: { silentMs },
    });
  };

  readonly #onExit = (workerId: string, exit: WorkerExit): void => {
    const advice = this.#decided?.workerId === workerId ? this.#decided.advice : undefined;
    this.#decided = undefined;
    this.#errors.forget(workerId);
    // A quarantine is told by itself, with the end that led to it.
    if (exit.expected || (advice !== undefined && !advice.restart && advice.quarantine)) return;
    const isDown = advice !== undefined && !advice.restart;
    this.#parts.alerts.raise({
      kind: 'worker-ended',
      // Without advice a person has it in hand, and is told by what it does.
      severity: advice === undefined ? 'info' : isDown ? 'critical' : 'warning',
      subject: workerId,
      title: `worker ${workerId} ended: ${exit.cause}${isDown ? ', and stays down' : ''}`,
      text: `${endOf(workerId, exit)} ${doneAbout(advice)}`,
      facts: { ...factsOf(exit), ...advice },
      at: exit.at,
    });
  };

  readonly #onStatus = (status: WorkerStatus, move: Transition | null): void => {
    const { workerId, quarantine, lastExit } = status;
    if (move === null) this.#errors.look(status);
    if (quarantine !== null && this.#quarantined.get(workerId) !== quarantine) {
      this.#quarantined.set(workerId, quarantine);
      const end = lastExit === null ? '' : ` ${endOf(workerId, lastExit)}`;
      this.#parts.alerts.raise({
        kind: 'worker-quarantined',
        severity: 'critical',
        subject: workerId,
        title: `worker ${workerId} is in quarantine`,
        text: `Worker ${workerId} stays down until a person starts it again: ${quarantine}.${end}`,
        facts: { quarantine, ...(lastExit && factsOf(lastExit)) },
        isEachTold: true,
      });
    } else if (quarantine === null) this.#quarantined.delete(workerId);
    if (move?.to === WorkerState.RUNNING) this.#onRunning(workerId);
  };

  #onRunning(workerId: string): void {
    const title = `worker ${workerId} runs again`;
    const text = `Worker ${workerId} is running.`;
    for (const kind of ['worker-ended', 'worker-quarantined', 'worker-silent'] as const)
      this.#parts.alerts.resolve({ kind, subject: workerId, title, text });
  }

  /** There was no process whose end would be told. */
  #onNeverStarted(workerId: string, advice: RestartAdvice): void {
    if (!advice.restart && advice.quarantine) return;
    this.#parts.alerts.raise({
      kind: 'worker-ended',
      severity: advice.restart ? 'warning' : 'critical',
      subject: workerId,
      title: `worker ${workerId} could not be started again`,
      text: `No process could be started for worker ${workerId}. ${doneAbout(advice)}`,
      facts: { ...advice },
    });
  }
}

function endOf(workerId: string, { cause, reason, place }: WorkerExit): string {
  const where = place === null ? '' : ` at ${place}`;
  return `The process of worker ${workerId} ended${where} (${cause}): ${reason}.`;
}

function doneAbout(advice: RestartAdvice | undefined): string {
  if (advice === undefined) return 'It is in the hands of whoever starts or stops it.';
  if (!advice.restart) return `It is not restarted: ${advice.reason}.`;
  return `It is restarted in ${Math.round(advice.delayMs)} ms, restart ${advice.attempt} within the window of its policy.`;
}

function factsOf({ cause, reason, place, code, signal }: WorkerExit): Record<string, unknown> {
  return { cause, exitReason: reason, place, exitCode: code, signal };
}
