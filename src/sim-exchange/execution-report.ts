import { text, ZERO } from './decimals.ts';
import type { Fill, Order } from './order.ts';

export type ExecutionType = 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'TRADE_PREVENTION';

/** What the user data stream says of an order, as it is at this moment. */
export function executionReport(
  order: Order,
  execution: ExecutionType,
  nowMs: number,
  more: { fill?: Fill; cancelId?: string } = {},
): Record<string, unknown> {
  const { request } = order;
  const { fill, cancelId } = more;
  return {
    e: 'executionReport',
    E: nowMs,
    s: request.instrument.id,
    // A cancel has an id of its own, and names the order by the id that this one had.
    c: cancelId ?? request.clientOrderId,
    S: request.side,
    o: request.type,
    f: request.timeInForce,
    q: text(order.quantity),
    p: text(request.price ?? ZERO),
    P: text(request.stopPrice ?? ZERO),
    F: text(ZERO),
    g: -1,
    C: cancelId === undefined ? '' : request.clientOrderId,
    x: execution,
    X: order.status,
    r: 'NONE',
    i: order.id,
    l: text(fill?.quantity ?? ZERO),
    z: text(order.executed),
    L: text(fill?.price ?? ZERO),
    n: fill === undefined ? '0' : text(fill.fee),
    N: fill?.feeAsset ?? null,
    T: order.updatedMs,
    t: fill?.tradeId ?? -1,
    w: order.workingMs !== null && (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED'),
    m: fill?.maker ?? false,
    O: order.createdMs,
    Z: text(order.executedQuote),
    Y: text(fill === undefined ? ZERO : fill.price.times(fill.quantity)),
    Q: text(request.quoteQuantity ?? ZERO),
    W: order.workingMs ?? -1,
    V: 'EXPIRE_MAKER',
  };
}
