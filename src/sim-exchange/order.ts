import type { Decimal } from 'decimal.js';
import { text, ZERO } from './decimals.ts';
import type { Instrument, OrderType } from './instrument.ts';

export type Side = 'BUY' | 'SELL';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

export type OrderStatus =
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED'
  /** It would have traded with another order of the same account. */
  | 'EXPIRED_IN_MATCH';

/** What somebody asks for, read and complete, not yet checked against the filters. */
export interface OrderRequest {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly clientOrderId: string;
  readonly quantity?: Decimal;
  /** Of a market order: how much of the quote asset to spend or to get. */
  readonly quoteQuantity?: Decimal;
  readonly price?: Decimal;
  readonly stopPrice?: Decimal;
}

/** One execution of an order. */
export interface Fill {
  readonly tradeId: number;
  readonly orderId: number;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly fee: Decimal;
  readonly feeAsset: string;
  readonly maker: boolean;
  readonly timeMs: number;
}

export interface Order {
  readonly id: number;
  readonly request: OrderRequest;
  readonly createdMs: number;
  /** Of a market order by quote quantity: what was executed in the end. */
  quantity: Decimal;
  executed: Decimal;
  executedQuote: Decimal;
  status: OrderStatus;
  updatedMs: number;
  /** When it came into the book; a stop order waits for its trigger. */
  workingMs: number | null;
  /** A fault: no more of it than this is traded at once. */
  readonly piece: Decimal | null;
  readonly fills: Fill[];
}

export function newOrder(
  id: number,
  request: OrderRequest,
  nowMs: number,
  piece: Decimal | null,
): Order {
  const waits = request.stopPrice !== undefined;
  return {
    id,
    request,
    createdMs: nowMs,
    quantity: request.quantity ?? ZERO,
    executed: ZERO,
    executedQuote: ZERO,
    status: 'NEW',
    updatedMs: nowMs,
    workingMs: waits ? null : nowMs,
    piece,
    fills: [],
  };
}

export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

export function remaining(order: Order): Decimal {
  return order.quantity.minus(order.executed);
}

/** An order as `GET /api/v3/order` tells it. */
export function describeOrder(order: Order): Record<string, unknown> {
  const { request } = order;
  return {
    symbol: request.instrument.id,
    orderId: order.id,
    orderListId: -1,
    clientOrderId: request.clientOrderId,
    price: text(request.price ?? ZERO),
    origQty: text(order.quantity),
    executedQty: text(order.executed),
    cummulativeQuoteQty: text(order.executedQuote),
    status: order.status,
    timeInForce: request.timeInForce,
    type: request.type,
    side: request.side,
    stopPrice: text(request.stopPrice ?? ZERO),
    icebergQty: text(ZERO),
    time: order.createdMs,
    updateTime: order.updatedMs,
    isWorking: order.workingMs !== null,
    workingTime: order.workingMs ?? -1,
    origQuoteOrderQty: text(request.quoteQuantity ?? ZERO),
    selfTradePreventionMode: 'EXPIRE_MAKER',
  };
}

/** The answer to a new order: `ACK`, `RESULT` or `FULL`. */
export function describeNewOrder(order: Order, form: string): Record<string, unknown> {
  const { symbol, orderId, orderListId, clientOrderId, ...rest } = describeOrder(order);
  const ack = { symbol, orderId, orderListId, clientOrderId, transactTime: order.createdMs };
  if (form === 'ACK') return ack;
  const { time: _time, updateTime: _update, isWorking: _working, icebergQty: _ice, ...told } = rest;
  const result = { ...ack, ...told };
  if (form === 'RESULT') return result;
  return {
    ...result,
    fills: order.fills.map((fill) => ({
      price: text(fill.price),
      qty: text(fill.quantity),
      commission: text(fill.fee),
      commissionAsset: fill.feeAsset,
      tradeId: fill.tradeId,
    })),
  };
}

/** A fill as `GET /api/v3/myTrades` tells it. */
export function describeFill(fill: Fill): Record<string, unknown> {
  return {
    symbol: fill.instrument.id,
    id: fill.tradeId,
    orderId: fill.orderId,
    orderListId: -1,
    price: text(fill.price),
    qty: text(fill.quantity),
    quoteQty: text(fill.price.times(fill.quantity)),
    commission: text(fill.fee),
    commissionAsset: fill.feeAsset,
    time: fill.timeMs,
    isBuyer: fill.side === 'BUY',
    isMaker: fill.maker,
    isBestMatch: true,
  };
}
