import type { Clock } from '../../../base/clock.ts';
import type { ExecutionEngine } from '../../../execution/execution-engine.ts';
import type { QuantCell } from '../../quantcell.ts';
import type { Alerts } from '../alerts.ts';

/** When something is worth an alert. */
export interface WatchLimits {
  /** Errors of one strategy's callbacks within `errorsWithinMs`. @default 10 */
  readonly errors: number;
  /** Milliseconds. @default 60_000 */
  readonly errorsWithinMs: number;
  /** Since when nothing was heard of a topic of the feed, milliseconds. @default 30_000 */
  readonly staleMs: number;
  /** For how long trading is closed, milliseconds: a line that is cut for a moment is none of an alert. @default 10_000 */
  readonly closedMs: number;
  /** For how long it is not known what became of an order, milliseconds. @default 30_000 */
  readonly unknownMs: number;
  /** Free space below which a disk is nearly full, bytes. @default 536_870_912 */
  readonly minFreeBytes: number;
}

export interface WatchOptions extends Partial<WatchLimits> {
  readonly system: QuantCell;
  /** Null where orders are denied. */
  readonly execution: ExecutionEngine | null;
  readonly alerts: Alerts;
  /** Directory whose disk is looked at. @default none */
  readonly home?: string;
  /** How often is looked at what nobody tells of, milliseconds. @default 1_000 */
  readonly lookEveryMs?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

/** What each watcher gets. */
export interface WatchParts {
  readonly system: QuantCell;
  readonly alerts: Alerts;
  readonly limits: WatchLimits;
  readonly clock: Clock;
}

export const DEFAULT_LIMITS: WatchLimits = {
  errors: 10,
  errorsWithinMs: 60_000,
  staleMs: 30_000,
  closedMs: 10_000,
  unknownMs: 30_000,
  minFreeBytes: 512 * 1_024 * 1_024,
};
