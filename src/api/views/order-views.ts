import type { Fill } from '../../model/fill.ts';
import type { Order } from '../../model/order.ts';
import type { OrderOutcome } from '../../model/order-outcome.ts';
import type { Position } from '../../model/position.ts';
import type {
  FillView,
  OrderOutcomeView,
  OrderView,
  PositionView,
} from '../contract/execution-schemas.ts';

export function orderView(order: Order): OrderView {
  return {
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId,
    workerId: order.workerId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    status: order.status,
    quantity: order.quantity,
    price: order.price,
    stopPrice: order.stopPrice,
    timeInForce: order.timeInForce,
    reduceOnly: order.reduceOnly,
    postOnly: order.postOnly,
    tag: order.tag,
    filledQuantity: order.filledQuantity,
    leavesQuantity: order.leavesQuantity,
    avgPrice: order.avgPrice,
    pending: order.pending,
    reason: order.reason,
    createdAt: Math.floor(order.createdAt),
    updatedAt: Math.floor(order.updatedAt),
  };
}

/** `workerId` is whose it is; null for one that is not ours. */
export function fillView(fill: Fill, workerId: string | null): FillView {
  return {
    tradeId: fill.tradeId,
    clientOrderId: fill.clientOrderId,
    venueOrderId: fill.venueOrderId,
    workerId,
    symbol: fill.symbol,
    side: fill.side,
    quantity: fill.quantity,
    price: fill.price,
    fee: fill.fee,
    feeCurrency: fill.feeCurrency,
    liquiditySide: fill.liquiditySide,
    timestamp: Math.floor(fill.timestamp),
  };
}

/** `owner` is a worker's id, or `~external` for what is not ours. */
export function positionView(owner: string, position: Position): PositionView {
  return {
    owner,
    symbol: position.symbol,
    quantity: position.quantity,
    avgPrice: position.avgPrice,
    realizedPnl: position.realizedPnl,
    unrealizedPnl: position.unrealizedPnl,
    fees: { ...position.fees },
    lastPrice: position.lastPrice,
    updatedAt: Math.floor(position.updatedAt),
  };
}

export function outcomeView(outcome: OrderOutcome): OrderOutcomeView {
  const { order } = outcome;
  return {
    outcome: outcome.outcome,
    rule: outcome.outcome === 'denied' ? outcome.rule : null,
    reason: outcome.outcome === 'accepted' ? null : outcome.reason,
    order: order && orderView(order),
  };
}
