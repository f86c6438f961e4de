import { Recent } from '../base/recent.ts';
import type { WorkerExit } from '../lifecycle/worker-exit.ts';
import { QuantCellError } from '../base/errors.ts';
import type { OrderRouter } from './orders/order-router.ts';
import type { WorkerRegistration } from './worker-registration.ts';
import type { WorkerSupervisor } from './worker-supervisor.ts';

/** Ends of one worker that are remembered. */
const HISTORY = 50;

export interface WorkerEndsPorts {
  readonly workerId: string;
  readonly supervisor: WorkerSupervisor;
  readonly registration: WorkerRegistration;
  readonly orders: OrderRouter;
  /** Ends under earlier hosts, oldest first. */
  readonly before: readonly WorkerExit[];
  /** Its restart is due. */
  readonly recover: (trigger: string) => void;
  readonly quarantine: (reason: string) => void;
}

/** How the processes of one worker ended, and what follows from it. */
export class WorkerEnds {
  readonly history = new Recent<WorkerExit>(HISTORY);
  readonly #ports: WorkerEndsPorts;
  #pendingRestart: NodeJS.Timeout | undefined;
  /** What was told of its having no process, since there was one. */
  #toldDown: 'away' | 'for good' | undefined;

  constructor(ports: WorkerEndsPorts) {
    this.#ports = ports;
    for (const exit of ports.before) this.history.add(exit);
  }

  get restartPending(): boolean {
    return this.#pendingRestart !== undefined;
  }

  cancelRestart(): void {
    clearTimeout(this.#pendingRestart);
    this.#pendingRestart = undefined;
  }

  add(exit: WorkerExit): void {
    this.history.add(exit);
    this.#ports.registration.addEnd(exit);
  }

  /** Its orders are no longer looked after: what its strategy chose for that is to be done. */
  tellDown(how: 'away' | 'for good'): void {
    if (this.#toldDown === how || this.#toldDown === 'for good') return;
    this.#toldDown = how;
    const { workerId, orders, registration } = this.#ports;
    const { whenDown = 'hold' } = registration.record.config;
    orders.workerDown(workerId, how === 'for good', whenDown);
  }

  /** Another process is about to be started: its end is to be told again. */
  processComes(): void {
    this.#toldDown = undefined;
  }

  /** Has it restarted after an end that nobody asked for, quarantined, or left as it is. */
  judge(exit: WorkerExit): void {
    const { workerId, supervisor, registration, recover, quarantine } = this.#ports;
    const advice = supervisor.adviseRestart(workerId, exit);
    if (!advice.restart) {
      supervisor.unregisterWorker(workerId);
      if (advice.quarantine) quarantine(advice.reason);
      // It is over for good, also for a later host.
      else registration.update({ desired: 'stopped', process: null });
      return;
    }
    const trigger = `restart ${advice.attempt} in ${Math.round(advice.delayMs)} ms: ${exit.reason}`;
    this.#pendingRestart = setTimeout(() => {
      this.#pendingRestart = undefined;
      recover(trigger);
    }, advice.delayMs);
  }
}

/** The end of a process that there never was. */
export function neverStarted(reason: string): WorkerExit {
  return {
    cause: 'never-ready',
    reason,
    expected: false,
    code: null,
    signal: null,
    stoppedBy: null,
    stderrTail: '',
    place: null,
    at: Date.now(),
  };
}

/** Codes of failures to get a process that may pass by themselves. */
const PASSING: readonly string[] = [
  'PROCESS_START_FAILED',
  'POOL_LIMIT_REACHED',
  'DATABASE_UNUSABLE',
  'DIRECTORY_UNUSABLE',
];

/** A start that failed for want of a process may succeed soon; one that failed by the strategy will not. */
export function mayPass(thrown: unknown): boolean {
  return thrown instanceof QuantCellError && PASSING.includes(thrown.code);
}
