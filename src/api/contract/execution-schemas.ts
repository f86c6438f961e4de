import { z } from 'zod';
import { TRADING_STATES } from '../../model/account.ts';
import { ORDER_SIDES, ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from '../../model/order.ts';
import { decimalText, orNull, timestamp } from './common.ts';

export const order = z
  .object({
    clientOrderId: z.string(),
    venueOrderId: z.string().nullable(),
    /** Null for an order that is not ours. */
    workerId: z.string().nullable(),
    symbol: z.string(),
    side: z.enum(ORDER_SIDES),
    type: z.enum(ORDER_TYPES),
    status: z.enum(ORDER_STATUSES),
    quantity: decimalText,
    price: decimalText.nullable(),
    stopPrice: decimalText.nullable(),
    timeInForce: z.enum(TIMES_IN_FORCE),
    reduceOnly: z.boolean(),
    postOnly: z.boolean(),
    tag: z.string().nullable(),
    filledQuantity: decimalText,
    leavesQuantity: decimalText,
    avgPrice: decimalText.nullable(),
    pending: z.enum(['cancel', 'modify']).nullable(),
    reason: z.string().nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Order' });

export const denial = z
  .object({
    at: timestamp,
    workerId: z.string(),
    action: z.enum(['submit', 'modify', 'cancel', 'cancel-all', 'close']),
    clientOrderId: z.string().nullable(),
    symbol: z.string().nullable(),
    side: z.enum(ORDER_SIDES).nullable(),
    type: z.enum(ORDER_TYPES).nullable(),
    quantity: decimalText.nullable(),
    price: decimalText.nullable(),
    stopPrice: decimalText.nullable(),
    tag: z.string().nullable(),
    /** Which check it did not pass, such as `HALTED`. */
    rule: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'Denial' });

export const fill = z
  .object({
    tradeId: z.string(),
    clientOrderId: z.string().nullable(),
    venueOrderId: z.string(),
    workerId: z.string().nullable(),
    symbol: z.string(),
    side: z.enum(ORDER_SIDES),
    quantity: decimalText,
    price: decimalText,
    fee: decimalText,
    feeCurrency: z.string(),
    liquiditySide: z.enum(['maker', 'taker']),
    timestamp,
  })
  .meta({ id: 'Fill' });

export const position = z
  .object({
    /** Whose it is; `~external` for what is not ours. */
    owner: z.string(),
    symbol: z.string(),
    quantity: decimalText,
    avgPrice: decimalText.nullable(),
    realizedPnl: decimalText,
    unrealizedPnl: decimalText.nullable(),
    fees: z.record(z.string(), decimalText),
    lastPrice: decimalText.nullable(),
    updatedAt: timestamp,
  })
  .meta({ id: 'Position' });

const pnlFigures = z
  .object({ realized: decimalText, unrealized: decimalText, fees: decimalText })
  .meta({ id: 'PnlFigures' });

export const tradingSwitch = z
  .object({
    /** `all`, `account` or `strategy:WORKER_ID`. */
    scope: z.string(),
    state: z.enum(TRADING_STATES),
    reason: z.string(),
    by: z.string(),
    at: timestamp,
  })
  .meta({
    id: 'TradingSwitch',
    description: 'What may be traded in a scope, as somebody has set it.',
  });

export const tradingStatus = z
  .object({
    /** Null where nothing executes orders. */
    venue: z.string().nullable(),
    mode: z.enum(['paper', 'live', 'none']),
    /** Why nothing but cancels may leave; null if trading is open. */
    closedBecause: z.string().nullable(),
    switches: z.array(tradingSwitch),
    lastReconciliation: z
      .object({ orders: z.int(), unknown: z.int(), external: z.int(), at: timestamp })
      .nullable(),
  })
  .meta({ id: 'TradingStatus' });

export const account = z
  .object({
    venue: z.string().nullable(),
    balances: z.record(z.string(), z.object({ free: decimalText, total: decimalText })),
    /** Of all strategies together, by quote currency. */
    pnl: z.record(z.string(), pnlFigures),
  })
  .meta({ id: 'Account' });

const figure = z.number().nullable();

export const performance = z
  .object({
    currency: z.string(),
    fills: z.int(),
    trades: z.int(),
    wins: z.int(),
    losses: z.int(),
    pnl: decimalText,
    grossPnl: decimalText,
    fees: z.record(z.string(), decimalText),
    maxDrawdown: z.object({ amount: decimalText, share: figure }),
    winRate: figure,
    profitFactor: figure,
    averageWin: decimalText.nullable(),
    averageLoss: decimalText.nullable(),
    tradedNotional: decimalText,
    /** Net profit and loss over time, with each fill and now: the drawdown is from its highest point so far. */
    curve: z.array(z.object({ at: timestamp, pnl: z.number(), drawdown: z.number() })),
    /** Why a figure is missing or what it leaves out, for people. */
    notes: z.array(z.string()),
  })
  .meta({ id: 'Performance' });

export const orderOutcome = z
  .object({
    outcome: z.enum(['accepted', 'denied', 'rejected', 'unknown']),
    rule: z.string().nullable(),
    reason: z.string().nullable(),
    order: orNull(order),
  })
  .meta({ id: 'OrderOutcome' });

const amount = z.union([decimalText, z.number().positive()]);
const limits = z
  .strictObject({
    maxOrderQuantity: amount,
    maxOrderNotional: amount,
    maxPositionQuantity: amount,
    maxPositionNotional: amount,
    maxOpenOrders: z.int().min(0),
    maxOrdersPerSecond: z.int().min(0),
    maxDailyLoss: amount,
    priceCollar: amount,
  })
  .partial()
  .meta({ id: 'RiskLimits' });

export const riskConfig = z
  .strictObject({
    strategy: limits,
    strategies: z.record(z.string(), limits),
    account: limits,
    all: limits,
  })
  .partial()
  .meta({ id: 'RiskConfig', description: 'Limits at the three levels; see docs/OPERATIONS.md.' });

export type OrderView = z.infer<typeof order>;
export type DenialView = z.infer<typeof denial>;
export type FillView = z.infer<typeof fill>;
export type PositionView = z.infer<typeof position>;
export type TradingStatus = z.infer<typeof tradingStatus>;
export type TradingSwitchView = z.infer<typeof tradingSwitch>;
export type Account = z.infer<typeof account>;
export type Performance = z.infer<typeof performance>;
export type OrderOutcomeView = z.infer<typeof orderOutcome>;
