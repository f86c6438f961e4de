export { defineStrategy } from './definition.ts';
export { Strategy } from './strategy.ts';
export type { StrategyContext, StrategyMode } from './context.ts';
export type { StrategyCallbacks, StrategyDefinition } from './definition.ts';
export type {
  CommandEvent,
  FeedEvent,
  GapEvent,
  RecoveredEvent,
  SignalEvent,
  StopEvent,
  TimerEvent,
} from './events.ts';
export type { Amount, ModifyOptions, OrderOptions, StrategyTrading } from './orders.ts';
export type { ParamsSchema, SchemaIssue, SchemaResult } from './schema.ts';
export type { AccountView, Balance, PnlFigures, TradingState } from '../model/account.ts';
export type { Bar } from '../model/bar.ts';
export type { DecimalText } from '../model/decimal-text.ts';
export type { Fill, LiquiditySide } from '../model/fill.ts';
export type { Instrument, InstrumentKind } from '../model/instrument.ts';
export type {
  Order,
  OrderIntent,
  OrderSide,
  OrderStatus,
  OrderType,
  TimeInForce,
} from '../model/order.ts';
export type { BookLevel, OrderBook } from '../model/order-book.ts';
export type { OrderOutcome } from '../model/order-outcome.ts';
export type { Position } from '../model/position.ts';
export type { QuoteTick } from '../model/quote-tick.ts';
export type { AggressorSide, TradeTick } from '../model/trade-tick.ts';
