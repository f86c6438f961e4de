import type { DataType } from '../model/data-type.ts';

/** Events of one data type that came in from the feed (`in`) and went out to the sink (`out`). */
export interface DataTypeCounts {
  readonly in: number;
  readonly out: number;
}

export interface RealtimeEngineStats {
  /** Events from the feed, also those that only go into bars. */
  readonly eventsIn: number;
  /** Events to the sink, aggregated bars among them. */
  readonly eventsOut: number;
  /** Events that came too late for their bar and are not in it. */
  readonly eventsLate: number;
  readonly byDataType: Readonly<Partial<Record<DataType, DataTypeCounts>>>;
  /** Timestamp of the first event, ms since the epoch. */
  readonly firstEventMs: number | undefined;
  /** The latest timestamp of an event so far, ms since the epoch. */
  readonly lastEventMs: number | undefined;
  /** Wall time, ms since the epoch. */
  readonly startedAtMs: number | undefined;
  /** Wall time at which the feed ended, failed or was stopped, ms since the epoch. */
  readonly endedAtMs: number | undefined;
}

/** A counter that the hot path holds on to, so that counting needs no look-up. */
export interface Counter {
  in: number;
  out: number;
}
