import type { Bar } from '../model/bar.ts';
import type { DataType } from '../model/data-type.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { MarketTopic } from '../model/subscription.ts';

/**
 * Where a feed puts its events, a batch at a time and in the order in which they happened. A promise
 * asks a feed that can wait (a replay) to wait; a live feed goes on.
 */
export interface MarketSink {
  publish(events: readonly MarketEvent[]): void | Promise<void>;
  /**
   * Timestamp of the newest event of a topic that is known where the events go, also from an earlier run; a feed
   * that can goes on right behind it. Absent or undefined: the topic begins at present.
   */
  newestMs?(topic: MarketTopic): number | undefined;
}

/** A source of market data: an exchange, a recorded file, a synthetic market. */
export interface MarketFeed {
  /** Such as `replay` or `synthetic`, for status and messages. */
  readonly name: string;
  /** True if events carry recorded time and the feed waits for its readers; false if time is now. */
  readonly replays: boolean;
  /** The symbols that the feed has, where it can list them; for messages and menus. */
  readonly symbols?: readonly string[];
  /** Where a replay's time begins, ms since the epoch; undefined for a feed that lives in the present. */
  readonly beginsAtMs?: number | undefined;
  /** The data types that the feed itself has for `symbol`; bars of other timeframes are aggregated. Empty for an unknown symbol. */
  dataTypesOf(symbol: string): readonly DataType[];
  /**
   * Delivers `topics` to the sink until the data ends or `signal` aborts; resolves then. Topics are
   * ones that `dataTypesOf` names. A sink that throws or rejects ends the run with its error.
   */
  run(topics: readonly MarketTopic[], sink: MarketSink, signal: AbortSignal): Promise<void>;
  /**
   * Adds topics to the run under way, from the present moment on; those that it has are passed over.
   * Absent in a feed whose topics are fixed once it runs.
   */
  addTopics?(topics: readonly MarketTopic[]): void;
  /**
   * The newest `count` bars of a topic that are over, oldest first; fewer where there are no more. Absent in a feed
   * that has no past.
   */
  history?(topic: MarketTopic, count: number, signal?: AbortSignal): Promise<readonly Bar[]>;
}
