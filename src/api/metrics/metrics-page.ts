import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { ALERT_METRICS } from './alert-metrics.ts';
import type { MetricSpec, MetricsSources, Moment } from './moment.ts';
import { OrderTotals } from './order-totals.ts';
import { SYSTEM_METRICS } from './system-metrics.ts';
import { TRADING_METRICS } from './trading-metrics.ts';
import { WORKER_METRICS } from './worker-metrics.ts';
import { WorkerTotals } from './worker-totals.ts';

const SPECS: readonly MetricSpec[] = [
  ...SYSTEM_METRICS,
  ...WORKER_METRICS,
  ...TRADING_METRICS,
  ...ALERT_METRICS,
];

/** So long it is worked on at a time, milliseconds. */
const TURN_MS = 2;

interface Filled {
  readonly spec: MetricSpec;
  readonly metric: Counter | Gauge;
}

/**
 * The metrics of a system and of its main process in the text format of Prometheus. Nothing is counted for it
 * as events pass: what there is is read when it is asked for. To be made before the system is started, so that
 * it counts every order and every end.
 */
export class MetricsPage {
  /** Of its own: whatever else in the process uses the library has nothing to do with it. */
  readonly #registry = new Registry();
  readonly #sources: MetricsSources;
  readonly #workerTotals: WorkerTotals;
  readonly #orderTotals: OrderTotals | undefined;
  readonly #filled: ReadonlyMap<string, Filled>;
  #rendering: Promise<string> | undefined;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    this.#workerTotals = new WorkerTotals(sources.system);
    this.#orderTotals = sources.execution === null ? undefined : new OrderTotals(sources.execution);
    collectDefaultMetrics({ register: this.#registry });
    this.#filled = new Map(
      SPECS.map((spec) => [spec.name, { spec, metric: this.#metricOf(spec) }]),
    );
  }

  /** Of the answer's header. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Names, types, labels and meanings, those of the process among them. */
  get list(): readonly {
    readonly name: string;
    readonly type: string;
    readonly help: string;
    readonly labels: readonly string[];
  }[] {
    const ours = new Map(SPECS.map((spec) => [spec.name, spec]));
    return this.#registry.getMetricsAsArray().map((metric) => {
      // The library's types have the kind of a metric as a number, and the metric as a word.
      const { name, help, type } = metric as unknown as Record<'name' | 'help' | 'type', string>;
      return { name, type, help, labels: ours.get(name)?.labels ?? [] };
    });
  }

  /** Everything as it is now. Asked twice at once it looks once. */
  render(): Promise<string> {
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined;
    });
    return this.#rendering;
  }

  stop(): void {
    this.#workerTotals.stop();
    this.#orderTotals?.stop();
    this.#registry.clear();
  }

  async #render(): Promise<string> {
    const moment = this.#look();
    const texts: string[] = [];
    let sinceMs = performance.now();
    for (const { name } of this.#registry.getMetricsAsArray()) {
      const filled = this.#filled.get(name);
      if (filled !== undefined) fill(filled, moment);
      texts.push(await this.#registry.getSingleMetricAsString(name));
      // With its values the memory goes as well.
      filled?.metric.reset();
      // Hundreds of workers have thousands of values, and market data is not to wait for all of them.
      if (performance.now() - sinceMs < TURN_MS) continue;
      await eventLoopTurn();
      sinceMs = performance.now();
    }
    return `${texts.join('\n\n')}\n`;
  }

  #look(): Moment {
    const { manager } = this.#sources.system;
    const statuses = manager.getAllStatus();
    this.#workerTotals.take(statuses);
    return {
      ...this.#sources,
      statuses,
      stats: this.#stats(),
      workerTotals: this.#workerTotals,
      orderTotals: this.#orderTotals,
    };
  }

  #stats(): Moment['stats'] {
    try {
      return this.#sources.system.manager.getStats();
    } catch {
      // It is not started yet, or not any more.
      return undefined;
    }
  }

  #metricOf({ name, type, help, labels }: MetricSpec): Counter | Gauge {
    const options = { name, help, labelNames: [...labels], registers: [this.#registry] };
    return type === 'counter' ? new Counter(options) : new Gauge(options);
  }
}

function fill({ spec, metric }: Filled, moment: Moment): void {
  metric.reset();
  // What there is nothing to say of is not said to be 0.
  if (spec.labels.length === 0) metric.remove();
  spec.read(moment, (value, ...values) => {
    if (!Number.isFinite(value)) return;
    const labels: Record<string, string> = {};
    for (const [index, name] of spec.labels.entries()) labels[name] = values[index] ?? '';
    metric.inc(labels, value);
  });
}
