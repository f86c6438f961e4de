import type { AccountView } from './account.ts';
import type { Fill } from './fill.ts';
import type { Instrument } from './instrument.ts';
import type { Order } from './order.ts';
import type { Position } from './position.ts';

/** One thing that happened to a strategy's orders; these are counted from 1 without holes for each worker. */
export interface OrderUpdate {
  readonly seq: number;
  /** The order after it. */
  readonly order: Order;
  /** What was traded, if that is what happened. */
  readonly fill: Fill | null;
  /** The strategy's position after a fill. */
  readonly position: Position | null;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/** What a strategy has at a moment. */
export interface TradingSnapshot {
  /** Number of the last update that is in it. */
  readonly lastSeq: number;
  /** Open orders, and those on their way. */
  readonly orders: readonly Order[];
  readonly positions: readonly Position[];
  readonly account: AccountView;
  readonly instruments: readonly Instrument[];
}
