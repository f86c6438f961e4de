import type { WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { Alerts } from '../../system/alerts/alerts.ts';
import type { ExecutionEngine, ManagerStats } from '../../system/parts.ts';
import type { QuantCell } from '../../system/quantcell.ts';
import type { OrderTotals } from './order-totals.ts';
import type { WorkerTotals } from './worker-totals.ts';

export interface MetricsSources {
  readonly system: QuantCell;
  /** Null where orders are denied. */
  readonly execution: ExecutionEngine | null;
  readonly alerts: Alerts | null;
  /** Of the package. */
  readonly version: string;
}

/** Everything as it is when it is asked for: looked at once for all metrics. */
export interface Moment extends MetricsSources {
  readonly statuses: readonly WorkerStatus[];
  /** Undefined before the start of the manager and after its end. */
  readonly stats: ManagerStats | undefined;
  readonly workerTotals: WorkerTotals;
  /** Undefined without execution. */
  readonly orderTotals: OrderTotals | undefined;
}

/** Gives one value; labels in the order of the metric's own. */
export type Give = (value: number, ...labels: readonly string[]) => void;

/** A metric, and where its values come from. */
export interface MetricSpec {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (moment: Moment, give: Give) => void;
}
