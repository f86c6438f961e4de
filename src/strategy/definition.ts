import type { Bar } from '../model/bar.ts';
import type { Fill } from '../model/fill.ts';
import type { Order } from '../model/order.ts';
import type { OrderBook } from '../model/order-book.ts';
import type { Position } from '../model/position.ts';
import type { QuoteTick } from '../model/quote-tick.ts';
import type { TradeTick } from '../model/trade-tick.ts';
import type { StrategyContext } from './context.ts';
import type {
  CommandEvent,
  FeedEvent,
  GapEvent,
  RecoveredEvent,
  SignalEvent,
  StopEvent,
  TimerEvent,
} from './events.ts';
import type { ParamsSchema } from './schema.ts';

type Result = void | Promise<void>;

/**
 * What QuantCell calls. One callback runs at a time; a promise is awaited before the next one. An error
 * is counted, logged with the strategy's own file and line, and ends the strategy after so many in a
 * row as its configuration says.
 */
export interface StrategyCallbacks<Params, State> {
  /** Once in each process, before any data and any saved state: read parameters, prepare. An error here ends the start. */
  onInit?(ctx: StrategyContext<Params, State>): Result;
  /**
   * In a process that goes on after another one, before `onStart`: with the state that was saved last
   * and the `stateVersion` it was saved with. What it returns becomes `ctx.state`; nothing stands for the
   * state as it is. Without it, a state of another version ends the start; a state of a later one always.
   */
  onLoad?(
    ctx: StrategyContext<Params, State>,
    state: unknown,
    fromVersion: number,
  ): State | undefined | void | Promise<State | undefined | void>;
  /** Once warm-up bars are in `ctx.history`, a saved state is in `ctx.state` and data is about to come; in each process. */
  onStart?(ctx: StrategyContext<Params, State>): Result;
  /** After a restart or a reload with a saved state, once the events since then were shown, before it is RUNNING. */
  onRecovered?(ctx: StrategyContext<Params, State>, recovered: RecoveredEvent): Result;
  onBar?(ctx: StrategyContext<Params, State>, bar: Bar): Result;
  onTrade?(ctx: StrategyContext<Params, State>, trade: TradeTick): Result;
  onQuote?(ctx: StrategyContext<Params, State>, quote: QuoteTick): Result;
  /** Trade ticks and quote ticks that have no callback of their own. */
  onTick?(ctx: StrategyContext<Params, State>, tick: TradeTick | QuoteTick): Result;
  onOrderBook?(ctx: StrategyContext<Params, State>, book: OrderBook): Result;
  onTimer?(ctx: StrategyContext<Params, State>, timer: TimerEvent): Result;
  /**
   * A part of one of its orders was traded; `order` is as it is after that. Like `onPosition` and `onOrder`
   * it is called between two events, also while the strategy is PAUSED, exactly once as far as `ctx.state`
   * is concerned: what was saved with the state is not told again, what was not is told after a restart.
   */
  onFill?(ctx: StrategyContext<Params, State>, fill: Fill, order: Order): Result;
  /** Its position has changed by a fill; after `onFill`. */
  onPosition?(ctx: StrategyContext<Params, State>, position: Position): Result;
  /** Something happened to one of its orders; after `onFill` and `onPosition` where that was a fill. */
  onOrder?(ctx: StrategyContext<Params, State>, order: Order): Result;
  onPause?(ctx: StrategyContext<Params, State>): Result;
  onResume?(ctx: StrategyContext<Params, State>): Result;
  /** After `ctx.params` was replaced; `previous` is what it was. */
  onParams?(ctx: StrategyContext<Params, State>, previous: Params): Result;
  /**
   * Somebody outside sent a signal; only while RUNNING. An error goes to whoever sent it and is logged, but does not
   * count as one in a row.
   */
  onSignal?(ctx: StrategyContext<Params, State>, signal: SignalEvent): Result;
  /**
   * Somebody outside sent a command; also while PAUSED. What it returns, plain data, is the answer; an error goes to
   * whoever sent it, as with `onSignal`. It is refused if it has no answer in time, so what takes long is to be begun
   * here and done later, by a timer say.
   */
  onCommand?(ctx: StrategyContext<Params, State>, command: CommandEvent): unknown;
  /** Events were lost and could not be refilled. */
  onGap?(ctx: StrategyContext<Params, State>, gap: GapEvent): Result;
  /**
   * The market data of a topic is stale (new exposure in its symbol is denied), or is live again; also while PAUSED.
   * A process begins with all topics live: what is stale then is told after `onStart`.
   */
  onFeed?(ctx: StrategyContext<Params, State>, feed: FeedEvent): Result;
  /** Before the process ends in good order; not if a new version of the file takes its place. The state is saved after it. */
  onStop?(ctx: StrategyContext<Params, State>, stop: StopEvent): Result;
}

/** The name of every callback, in the order of a strategy's life. */
export const CALLBACK_NAMES = [
  'onInit',
  'onLoad',
  'onStart',
  'onRecovered',
  'onBar',
  'onTrade',
  'onQuote',
  'onTick',
  'onOrderBook',
  'onTimer',
  'onFill',
  'onPosition',
  'onOrder',
  'onPause',
  'onResume',
  'onParams',
  'onSignal',
  'onCommand',
  'onGap',
  'onFeed',
  'onStop',
] as const satisfies readonly (keyof StrategyCallbacks<unknown, unknown>)[];

export type CallbackName = (typeof CALLBACK_NAMES)[number];

/** What a strategy file exports as its default. */
export interface StrategyDefinition<
  Params = Record<string, unknown>,
  State = Record<string, unknown>,
> extends StrategyCallbacks<Params, State> {
  /** Shown to people. */
  readonly name: string;
  /** Checks and completes the parameters before a process is taken. @default any object goes */
  readonly params?: ParamsSchema<Params>;
  /** Used when whoever starts it names none. */
  readonly symbols?: readonly string[];
  /** Used when whoever starts it names none: `kline`, `kline@5m`, `trade`, `quote`, `tick`, `depth`. @default ['kline'] */
  readonly dataTypes?: readonly string[];
  /** Bars of each bar topic that are in `ctx.history` before `onStart`. @default 0 */
  readonly warmup?: number;
  /** First value of `ctx.state`, where none was saved, or a function that makes it. @default {} */
  readonly state?: State | (() => State);
  /** Version of the shape of `ctx.state`, a whole number: see `onLoad`. @default 1 */
  readonly stateVersion?: number;
}

/** Types the definition; returns it as it is. */
export function defineStrategy<Params = Record<string, unknown>, State = Record<string, unknown>>(
  definition: StrategyDefinition<Params, State>,
): StrategyDefinition<Params, State> {
  return definition;
}
