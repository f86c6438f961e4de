import { systemClock, type Clock } from '../../base/clock.ts';
import { decimal, text } from '../../execution/decimals.ts';
import type { ExecutionEngine } from '../../execution/execution-engine.ts';
import { InvalidOptionError } from '../../lifecycle/errors.ts';
import type { PnlFigures } from '../../model/account.ts';
import type { DecimalText } from '../../model/decimal-text.ts';
import type { QuantCell } from '../quantcell.ts';
import { MainProcess } from './main-process.ts';
import { SampleHistory, type Resolution } from './sample-history.ts';
import type { SystemSample, WorkerSample } from './worker-sample.ts';
import { WorkerSeries, type TradingFigures } from './worker-series.ts';

export interface MetricSamplesOptions {
  readonly system: Pick<QuantCell, 'manager' | 'engine'>;
  /** @default none: no open orders and no pnl */
  readonly execution?: Pick<ExecutionEngine, 'openOrders' | 'account'> | null;
  /** From one sample to the next, milliseconds, from 100. @default 1_000 */
  readonly everyMs?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

export interface HistoryQuery {
  /** From then on, ms since the epoch. @default all that is kept */
  readonly sinceMs?: number;
  /** @default second */
  readonly resolution?: Resolution;
}

/** Told of each round of samples, by worker id. */
export type SampleListener = (
  samples: ReadonlyMap<string, WorkerSample>,
  system: SystemSample,
) => void;

const NO_TRADING: TradingFigures = { openOrders: 0, netPnl: {} };

/**
 * Looks at every worker and at the main process once a second, and remembers it: the last 600 samples, and the
 * last 1,440 minutes. That is some 165 kB a worker and 33 kB more for each quote currency that it trades, all
 * of it taken at the worker's first sample.
 */
export class MetricSamples {
  readonly #options: MetricSamplesOptions;
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #series = new Map<string, WorkerSeries>();
  readonly #listeners = new Set<SampleListener>();
  readonly #main = new MainProcess();
  readonly #systemHistory = new SampleHistory({
    eventsInPerSecond: 'mean',
    eventsOutPerSecond: 'mean',
    memoryBytes: 'max',
    cpuShare: 'mean',
    loopDelayMs: 'max',
    workers: 'last',
    workersAlive: 'last',
  });
  #system: SystemSample | undefined;
  #before: { readonly atMs: number; readonly eventsIn: number; readonly eventsOut: number };
  #timer: NodeJS.Timeout | undefined;

  /** @throws {InvalidOptionError} code `INVALID_OPTION` */
  constructor(options: MetricSamplesOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? 1_000;
    if (!(this.#everyMs >= 100 && this.#everyMs <= 60_000))
      throw new InvalidOptionError('everyMs', this.#everyMs, '100 to 60,000 milliseconds');
    this.#clock = options.clock ?? systemClock;
    this.#before = this.#counted();
  }

  start(): void {
    this.#timer ??= setInterval(() => this.sample(), this.#everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#main.stop();
  }

  /** Calls the listener after each round; returns the function that ends that. */
  listen(listener: SampleListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a round of samples; with `start`, the timer does so. */
  sample(): void {
    const at = this.#clock.now();
    const { system, execution } = this.#options;
    const statuses = system.manager.getAllStatus();
    const openOrders = execution ? countByWorker(execution) : undefined;
    const known = new Set<string>();
    for (const status of statuses) {
      const { workerId } = status;
      known.add(workerId);
      let series = this.#series.get(workerId);
      if (series === undefined) this.#series.set(workerId, (series = new WorkerSeries()));
      const trading =
        execution && openOrders
          ? {
              openOrders: openOrders.get(workerId) ?? 0,
              netPnl: netPnl(execution.account(workerId).pnl),
            }
          : NO_TRADING;
      series.add(at, status, trading);
    }
    for (const workerId of this.#series.keys())
      if (!known.has(workerId)) this.#series.delete(workerId);
    this.#sampleSystem(at, statuses.length, statuses.filter(({ pid }) => pid !== null).length);
    this.#tell();
  }

  /** The newest sample of a worker; undefined before its first one and after it was removed. */
  current(workerId: string): WorkerSample | undefined {
    return this.#series.get(workerId)?.current;
  }

  /** The newest sample of each worker, by its id. */
  all(): ReadonlyMap<string, WorkerSample> {
    const samples = new Map<string, WorkerSample>();
    for (const [workerId, { current }] of this.#series)
      if (current !== undefined) samples.set(workerId, current);
    return samples;
  }

  /** Oldest first; empty for a worker that is not known. The minute under way is not among the minutes. */
  history(
    workerId: string,
    { sinceMs = 0, resolution = 'second' }: HistoryQuery = {},
  ): readonly WorkerSample[] {
    return this.#series.get(workerId)?.since(sinceMs, resolution) ?? [];
  }

  /** The newest sample of the system; undefined before the first one. */
  get system(): SystemSample | undefined {
    return this.#system;
  }

  /** As `history`. */
  systemHistory({
    sinceMs = 0,
    resolution = 'second',
  }: HistoryQuery = {}): readonly SystemSample[] {
    return this.#systemHistory.since(sinceMs, resolution);
  }

  #sampleSystem(at: number, workers: number, workersAlive: number): void {
    const before = this.#before;
    this.#before = this.#counted();
    const elapsedMs = this.#before.atMs - before.atMs;
    const perSecond = (count: number): number => (elapsedMs > 0 ? (count * 1_000) / elapsedMs : 0);
    this.#system = {
      at,
      eventsInPerSecond: perSecond(this.#before.eventsIn - before.eventsIn),
      eventsOutPerSecond: perSecond(this.#before.eventsOut - before.eventsOut),
      ...this.#main.read(elapsedMs),
      workers,
      workersAlive,
    };
    this.#systemHistory.add(at, this.#system);
  }

  #counted(): { atMs: number; eventsIn: number; eventsOut: number } {
    const { eventsIn, eventsOut } = this.#options.system.engine.getStats();
    return { atMs: this.#clock.monotonic(), eventsIn, eventsOut };
  }

  #tell(): void {
    if (this.#listeners.size === 0 || this.#system === undefined) return;
    const samples = this.all();
    for (const listener of this.#listeners) listener(samples, this.#system);
  }
}

function countByWorker(execution: Pick<ExecutionEngine, 'openOrders'>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { workerId } of execution.openOrders())
    if (workerId !== null) counts.set(workerId, (counts.get(workerId) ?? 0) + 1);
  return counts;
}

function netPnl(pnl: Readonly<Record<string, PnlFigures>>): Record<string, DecimalText> {
  const net: Record<string, DecimalText> = {};
  for (const currency in pnl) {
    const { realized, unrealized, fees } = pnl[currency] as PnlFigures;
    net[currency] = text(decimal(realized).plus(decimal(unrealized)).minus(decimal(fees)));
  }
  return net;
}
