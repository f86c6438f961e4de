import { z } from 'zod';
import { TRADING_STATES } from '../model/account.ts';
import { ORDER_SIDES, ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from '../model/order.ts';
import { WORKER_STATES } from '../lifecycle/worker-state.ts';

/** Longest client order id, which any venue takes, characters. */
const MAX_ID_CHARS = 36;
const MAX_SYMBOL_CHARS = 100;
/** Longest note that a strategy may put on an order, characters. */
export const MAX_TAG_CHARS = 100;
/** Updates in one message: it stays far below the largest one. */
export const MAX_UPDATES_IN_MESSAGE = 200;

/** The parts of messages about orders. */
function shapesOfParts() {
  const decimal = z
    .string()
    .max(62)
    .regex(/^-?\d+(\.\d+)?$/);
  const nullable = decimal.nullable();
  const amount = z
    .string()
    .max(62)
    .regex(/^\d+(\.\d+)?$/);
  const side = z.enum(ORDER_SIDES);
  const intent = z.object({
    symbol: z.string().min(1).max(MAX_SYMBOL_CHARS),
    side,
    type: z.enum(ORDER_TYPES),
    quantity: amount,
    price: amount.nullable(),
    stopPrice: amount.nullable(),
    timeInForce: z.enum(TIMES_IN_FORCE),
    reduceOnly: z.boolean(),
    postOnly: z.boolean(),
    tag: z.string().max(MAX_TAG_CHARS).nullable(),
  });
  const order = intent.extend({
    quantity: decimal,
    price: nullable,
    stopPrice: nullable,
    tag: z.string().nullable(),
    clientOrderId: z.string(),
    venueOrderId: z.string().nullable(),
    workerId: z.string().nullable(),
    status: z.enum(ORDER_STATUSES),
    filledQuantity: decimal,
    leavesQuantity: decimal,
    avgPrice: nullable,
    pending: z.enum(['cancel', 'modify']).nullable(),
    reason: z.string().nullable(),
    createdAt: z.number(),
    updatedAt: z.number(),
  });
  return { decimal, nullable, amount, side, intent, order };
}

/** What the host tells of a strategy's orders and of what it has. */
function shapesOfHost() {
  const { decimal, nullable, side, order } = parts();
  const fill = z.object({
    tradeId: z.string(),
    clientOrderId: z.string().nullable(),
    venueOrderId: z.string(),
    symbol: z.string(),
    side,
    quantity: decimal,
    price: decimal,
    fee: decimal,
    feeCurrency: z.string(),
    liquiditySide: z.enum(['maker', 'taker']),
    timestamp: z.number(),
  });
  const position = z.object({
    symbol: z.string(),
    quantity: decimal,
    avgPrice: nullable,
    realizedPnl: decimal,
    unrealizedPnl: nullable,
    fees: z.record(z.string(), decimal),
    lastPrice: nullable,
    updatedAt: z.number(),
  });
  const account = z.object({
    venue: z.string(),
    tradingState: z.enum(TRADING_STATES),
    tradingReason: z.string().nullable(),
    pnl: z.record(z.string(), z.object({ realized: decimal, unrealized: decimal, fees: decimal })),
    balances: z.record(z.string(), z.object({ free: decimal, total: decimal })),
  });
  const update = z.object({
    seq: z.int().min(1),
    order,
    fill: fill.nullable(),
    position: position.nullable(),
    timestamp: z.number(),
  });
  return { position, account, updates: z.array(update).max(MAX_UPDATES_IN_MESSAGE) };
}

function shapeOfStart() {
  const { decimal, nullable, order } = parts();
  const { position, account, updates } = host();
  const instrument = z.object({
    symbol: z.string(),
    kind: z.enum(['spot', 'linear']),
    base: z.string(),
    quote: z.string(),
    contractSize: decimal,
    tickSize: decimal,
    lotSize: decimal,
    minQuantity: decimal,
    maxQuantity: nullable,
    minNotional: nullable,
    makerFee: decimal,
    takerFee: decimal,
  });
  return z.object({
    /** The client order ids of this process begin with it. */
    idPrefix: z.string().min(1),
    snapshot: z.object({
      lastSeq: z.int().min(0),
      orders: z.array(order),
      positions: z.array(position),
      account,
      instruments: z.array(instrument),
    }),
    /** Number of the last update that is in its state; the callbacks of those after it are still to run. */
    doneSeq: z.int().min(0),
    /** The updates after `doneSeq` up to the snapshot, as far as they are kept; the first of them may come before, as `order_update`. */
    missed: updates,
  });
}

function shapeOfResponse() {
  const { order } = parts();
  const outcome = z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), order }),
    z.object({
      outcome: z.literal('denied'),
      rule: z.string(),
      reason: z.string(),
      order: order.nullable(),
    }),
    z.object({ outcome: z.literal('rejected'), reason: z.string(), order }),
    z.object({ outcome: z.literal('unknown'), reason: z.string(), order }),
  ]);
  return z.object({
    replyTo: z.string(),
    /** One for each order concerned. */
    outcomes: z.array(outcome),
    /** In a replay: until then nothing happens to the worker's orders, left as they are, ms since the epoch. */
    quietUntilMs: z.number().nullable(),
  });
}

function shapeOfRequest() {
  const { amount, intent } = parts();
  const { symbol, tag } = intent.shape;
  const id = z.string().min(1).max(MAX_ID_CHARS);
  const change = z.object({
    quantity: amount.nullable(),
    price: amount.nullable(),
    stopPrice: amount.nullable(),
  });
  const request = z.discriminatedUnion('action', [
    z.object({ action: z.literal('submit'), clientOrderId: id, intent }),
    z.object({ action: z.literal('modify'), clientOrderId: id, change }),
    z.object({ action: z.literal('cancel'), clientOrderId: id }),
    z.object({ action: z.literal('cancel-all'), symbol: symbol.nullable() }),
    z.object({ action: z.literal('close'), clientOrderId: id, symbol, tag }),
    z.object({ action: z.literal('sync') }),
  ]);
  const event = z.object({ symbol: z.string(), dataType: z.string(), seq: z.int().min(0) });
  return z.object({
    requestId: z.string().min(1).max(MAX_ID_CHARS),
    request,
    moment: z.object({
      catchingUp: z.boolean(),
      replay: z.object({ nowMs: z.number(), event: event.nullable() }).nullable(),
    }),
    /** Where the worker is in its life, and how many moves brought it there: its reports come on another socket, and may come later. */
    state: z.enum(WORKER_STATES as [string, ...string[]]).optional(),
    revision: z.int().min(0).optional(),
  });
}

// Made when they are first needed: they cost as much as all other messages together, and a worker that starts
// has no use for them yet.
const parts = once(shapesOfParts);
const host = once(shapesOfHost);

/** What a worker's process begins with, as far as orders go. */
export const tradingStart = z.lazy(once(shapeOfStart));

/** Answers `order_request`. */
export const orderResponse = z.lazy(once(shapeOfResponse));

export const orderUpdates = z.lazy(once(() => z.object({ updates: host().updates })));

export const accountUpdate = z.lazy(once(() => z.object({ account: host().account })));

/** What a strategy wants done. The same may come again from a worker that has another host meanwhile. */
export const orderRequest = z.lazy(once(shapeOfRequest));

export type TradingStart = z.output<typeof tradingStart>;
export type OrderResponse = z.output<typeof orderResponse>;
export type WireOrderRequest = z.output<typeof orderRequest>;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
