import type { Bar } from '../model/bar.ts';
import type { StrategyTrading } from './orders.ts';

/** What feeds the strategy: recorded data, a live market with paper money, or real money. */
export type StrategyMode = 'replay' | 'paper' | 'live';

export type Facts = Readonly<Record<string, unknown>>;

/** What a strategy can see and do. One object for the whole life of the strategy. */
export interface StrategyContext<
  Params = Record<string, unknown>,
  State = Record<string, unknown>,
> extends StrategyTrading {
  readonly workerId: string;
  readonly mode: StrategyMode;
  /** The symbols that this worker subscribes to. */
  readonly symbols: readonly string[];
  /** Parameters as the schema made them; replaced as a whole before `onParams`. */
  readonly params: Params;
  /**
   * The strategy's memory: plain data, maps, sets, dates and typed arrays, to be changed in place or
   * replaced. It survives the process, unless `keepState` of the worker says otherwise: see `onLoad`.
   */
  state: State;

  readonly clock: {
    /** Milliseconds since the Unix epoch: the time of the event at hand in a replay, else the wall clock. */
    now(): number;
  };

  /** Timers that call `onTimer`. A name stands for one timer: scheduling it again replaces it. */
  readonly schedule: {
    /** Every `intervalMs` milliseconds, the first time one interval from now. Live, it goes on as it was if the wall clock is set. */
    every(name: string, intervalMs: number): void;
    /** Once, when the clock says `timestampMs` (at once if that has passed); live, the wall clock may be set meanwhile. */
    at(name: string, timestampMs: number): void;
    /** False if there was no such timer. */
    cancel(name: string): boolean;
  };

  /**
   * The newest `count` bars of a topic that this worker subscribes to, oldest first, warm-up bars
   * included, fewer if there are not so many yet. Never contains what the strategy has not been shown.
   *
   * @throws {StrategyUsageError} code `NOT_SUBSCRIBED` for a symbol or timeframe that it doesn't get
   */
  history(symbol: string, timeframe: string, count: number): readonly Bar[];

  /** Structured lines in the worker's log. */
  readonly log: {
    debug(message: string, facts?: Facts): void;
    info(message: string, facts?: Facts): void;
    warn(message: string, facts?: Facts): void;
    error(message: string, facts?: Facts): void;
  };

  /** Figures that the strategy wants shown: merged over those it reported before. Plain data. */
  report(figures: Facts): void;
}
