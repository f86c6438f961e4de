import type { WorkerCounters, WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { DecimalText } from '../../model/decimal-text.ts';
import { decimal, text } from '../../execution/decimals.ts';
import { SampleHistory, type Resolution, type Summary } from './sample-history.ts';
import type { WorkerSample } from './worker-sample.ts';

const FIGURES = {
  eventsPerSecond: 'mean',
  lagMs: 'max',
  lagEvents: 'max',
  memoryBytes: 'max',
  cpuShare: 'mean',
  loopDelayMs: 'max',
  errorCount: 'last',
  restarts: 'last',
  openOrders: 'last',
} as const satisfies Readonly<Record<string, Summary>>;

/** Quote currencies of which the pnl of one worker is kept. */
const MAX_CURRENCIES = 8;

/** After so many missed reports a worker counts as doing nothing, milliseconds. */
const SILENT_AFTER_MS = 5_000;

export interface TradingFigures {
  readonly openOrders: number;
  readonly netPnl: Readonly<Record<string, DecimalText>>;
}

/** What a process had done when it reported. */
interface Reported {
  readonly counters: WorkerCounters;
  readonly cpuMs: number;
  readonly pid: number | null;
  readonly atMs: number;
}

/** The samples of one worker. */
export class WorkerSeries {
  readonly #history = new SampleHistory(FIGURES);
  readonly #pnl = new Map<string, SampleHistory<'netPnl'>>();
  #reported: Reported | undefined;
  #eventsPerSecond = 0;
  #cpuShare = 0;
  #current: WorkerSample | undefined;

  get current(): WorkerSample | undefined {
    return this.#current;
  }

  add(at: number, status: WorkerStatus, { openOrders, netPnl }: TradingFigures): void {
    this.#measure(at, status);
    const { vitals, counters, pid } = status;
    const isAlive = pid !== null;
    const sample: WorkerSample = {
      at,
      eventsPerSecond: this.#eventsPerSecond,
      lagMs: isAlive ? vitals.lagMs : 0,
      lagEvents: status.lagEvents,
      memoryBytes: isAlive ? vitals.privateBytes || vitals.rssBytes : 0,
      cpuShare: this.#cpuShare,
      loopDelayMs: isAlive ? vitals.loopDelayMs : 0,
      errorCount: counters.errorCount,
      restarts: status.restartCount,
      openOrders,
      netPnl,
    };
    this.#current = sample;
    this.#history.add(at, sample);
    for (const currency in netPnl) this.#addPnl(at, currency, Number(netPnl[currency]));
  }

  since(sinceMs: number, resolution: Resolution): WorkerSample[] {
    const pnl = new Map<number, Record<string, DecimalText>>();
    for (const [currency, history] of this.#pnl) {
      for (const { at, netPnl } of history.since(sinceMs, resolution)) {
        const known = pnl.get(at) ?? {};
        known[currency] = text(decimal(netPnl));
        pnl.set(at, known);
      }
    }
    return this.#history
      .since(sinceMs, resolution)
      .map((sample) => ({ ...sample, netPnl: pnl.get(sample.at) ?? {} }));
  }

  /** Rates are between two reports: those of a worker come as often as samples, and never quite in step. */
  #measure(at: number, { counters, vitals, pid, lastHeartbeatAt }: WorkerStatus): void {
    const before = this.#reported;
    const atMs = lastHeartbeatAt ?? at;
    if (pid === null || at - atMs > SILENT_AFTER_MS) {
      this.#eventsPerSecond = 0;
      this.#cpuShare = 0;
    }
    if (before?.counters === counters) return;
    this.#reported = { counters, cpuMs: vitals.cpuMs, pid, atMs };
    // A new process has counted from 0, and of one that was there before us it is not known when.
    if (before === undefined || before.pid !== pid || pid === null) return;
    const seconds = (atMs - before.atMs) / 1_000;
    if (seconds <= 0) return;
    const done = counters.messagesProcessed - before.counters.messagesProcessed;
    this.#eventsPerSecond = Math.max(0, done) / seconds;
    this.#cpuShare = Math.max(0, vitals.cpuMs - before.cpuMs) / 1_000 / seconds;
  }

  #addPnl(at: number, currency: string, netPnl: number): void {
    let history = this.#pnl.get(currency);
    if (history === undefined) {
      if (this.#pnl.size >= MAX_CURRENCIES) return;
      history = new SampleHistory({ netPnl: 'last' });
      this.#pnl.set(currency, history);
    }
    history.add(at, { netPnl });
  }
}
