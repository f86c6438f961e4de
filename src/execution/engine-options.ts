import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { RiskConfig } from './risk/risk-limits.ts';
import type { OrderStep } from './submitter.ts';
import type { ExecutionVenue } from './venue.ts';

export interface ExecutionEngineOptions {
  readonly venue: ExecutionVenue;
  /** File of the journal; made if need be. @default one in memory, which ends with the process */
  readonly journalPath?: string;
  /** @default no limits */
  readonly risk?: RiskConfig;
  /** Whether there are timers: none in a replay, where time is what the events say. @default true */
  readonly timers?: boolean;
  /** From one whole comparison with the venue to the next, milliseconds. @default 60_000 */
  readonly reconcileEveryMs?: number;
  /** First part of client order ids, 1 to 6 lower-case letters and digits. @default made at random once, and kept in the journal */
  readonly idSpace?: string;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default silent */
  readonly logger?: Logger;
  /** Called in each step of an order. @default nothing */
  readonly onStep?: (step: OrderStep) => void;
}
