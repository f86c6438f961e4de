import {
  ZERO_COUNTERS,
  ZERO_VITALS,
  type WorkerCounters,
  type WorkerFault,
  type WorkerVitals,
} from '../lifecycle/worker-status.ts';
import type { Transition } from '../lifecycle/state-machine.ts';
import type { WorkerReport } from '../protocol/worker-message.ts';

/** A report as far as the worker gave it. */
export type PartialReport = {
  readonly [Part in keyof WorkerReport]?: WorkerReport[Part] | undefined;
};

/**
 * What one worker process has said of itself. Reports come over two sockets and may overtake one
 * another; each part is taken from the newest report that had it.
 */
export class WorkerView {
  counters: WorkerCounters = ZERO_COUNTERS;
  vitals: WorkerVitals = ZERO_VITALS;
  lastPrice: number | null = null;
  lastError: WorkerFault | null = null;
  figures: Readonly<Record<string, unknown>> = {};
  #reportId = 0;
  #figuresId = 0;
  /** Events that the process was done with before it was this host's. */
  doneBefore = 0;
  /** Moves of the worker's state that are known. */
  #revision = 0;

  /** The process had another host before: what it did under that one is known. */
  beginAt({ revision, done }: { readonly revision: number; readonly done: number }): void {
    this.#revision = revision;
    this.doneBefore = done;
  }

  /** How many of the moves of its state are known. */
  get revision(): number {
    return this.#revision;
  }

  /** What the process takes of memory, as it says itself, bytes. */
  get memoryBytes(): number {
    return this.vitals.privateBytes || this.vitals.rssBytes;
  }

  /** Takes a report in; returns the moves that were not known yet, in their order. */
  take(report: PartialReport): Transition[] {
    const { reportId = 0, transitions = [], report: figures } = report;
    if (figures !== undefined && reportId > this.#figuresId) {
      this.#figuresId = reportId;
      this.figures = figures;
    }
    if (reportId > this.#reportId) {
      this.#reportId = reportId;
      this.counters = report.counters ?? this.counters;
      this.vitals = report.vitals ?? this.vitals;
      this.lastPrice = report.lastPrice ?? this.lastPrice;
      this.lastError = report.lastError ?? this.lastError;
    }
    const news = transitions.filter(({ revision }) => revision > this.#revision) as Transition[];
    this.#revision = news.at(-1)?.revision ?? this.#revision;
    return news;
  }
}
