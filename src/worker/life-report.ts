import type { StateMachine } from '../lifecycle/state-machine.ts';
import type { WorkerReport } from '../protocol/worker-message.ts';
import type { Callbacks } from './callbacks.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { StrategyRunner } from './strategy-runner.ts';
import type { Vitals } from './vitals.ts';
import type { WorkerContext } from './worker-context.ts';

/** Transitions that each report repeats, so that one lost report loses none of them. */
const REPORTED_TRANSITIONS = 32;

export interface ReportedParts {
  readonly machine: StateMachine;
  readonly runner: StrategyRunner;
  readonly callbacks: Callbacks;
  readonly context: WorkerContext;
  readonly vitals: Vitals;
  readonly log: LogBuffer;
}

/** What a strategy's process says of itself. */
export class LifeReports {
  readonly #parts: ReportedParts;
  #reports = 0;

  constructor(parts: ReportedParts) {
    this.#parts = parts;
  }

  /** With the figures of `ctx.report` where they have changed since the report before, or in any case. */
  next(figuresIn: 'if changed' | 'any case'): WorkerReport {
    const { machine, runner, callbacks, context, vitals, log } = this.#parts;
    const changed = context.takeFigures();
    const figures = figuresIn === 'any case' ? context.figures : changed;
    this.#reports += 1;
    return {
      reportId: this.#reports,
      state: machine.state,
      transitions: machine.history.slice(-REPORTED_TRANSITIONS),
      counters: {
        messagesReceived: runner.received,
        messagesProcessed: runner.processed,
        messagesSkipped: runner.skipped,
        messagesConflated: runner.conflated,
        messagesDropped: runner.dropped,
        messagesRefilled: runner.refilled,
        gaps: runner.gaps,
        callbacksRun: callbacks.run,
        errorCount: callbacks.faults,
        logLinesDropped: log.dropped,
        logWritesFailed: log.writesFailed,
      },
      vitals: vitals.read(runner.waiting, runner.takeLagMs()),
      lastPrice: runner.lastPrice,
      lastError: callbacks.lastFault,
      ...(figures === undefined ? {} : { report: figures }),
    };
  }
}
