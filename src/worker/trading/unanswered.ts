import type { Order, OrderIntent } from '../../model/order.ts';
import type { OrderOutcome } from '../../model/order-outcome.ts';
import type { OrderRequest } from '../../model/order-request.ts';
import type { Answer } from './pending-requests.ts';
import type { TradingView } from './trading-view.ts';

type Unanswered = Extract<Answer, { readonly unanswered: string }>;

/** What is known of a request that nobody answered: denied if it never left, unknown if it may have. */
export function unansweredOutcomes(
  request: OrderRequest,
  { unanswered: reason, mayHaveLeft }: Unanswered,
  view: TradingView,
): readonly OrderOutcome[] {
  const orders = ordersOf(request, view);
  if (mayHaveLeft) {
    return orders.map((order): OrderOutcome => ({ outcome: 'unknown', reason, order }));
  }
  return [{ outcome: 'denied', rule: 'NO_ANSWER', reason, order: null }];
}

/** The orders that a request is about, as far as they are known here. */
function ordersOf(request: OrderRequest, view: TradingView): readonly Order[] {
  switch (request.action) {
    case 'sync':
      return [];
    case 'cancel-all':
      return view.orders.filter(
        ({ symbol }) => request.symbol === null || symbol === request.symbol,
      );
    case 'submit':
      return [view.order(request.clientOrderId) ?? unknown(request.clientOrderId, request.intent)];
    case 'close': {
      const { clientOrderId, symbol, tag } = request;
      const { quantity } = view.position(symbol);
      const closing = {
        symbol,
        side: quantity.startsWith('-') ? 'buy' : 'sell',
        type: 'market',
        quantity: quantity.replace('-', ''),
        price: null,
        stopPrice: null,
        timeInForce: 'ioc',
        reduceOnly: true,
        postOnly: false,
        tag,
      } as const;
      return [view.order(clientOrderId) ?? unknown(clientOrderId, closing)];
    }
    case 'cancel':
    case 'modify': {
      const order = view.order(request.clientOrderId);
      return order === undefined ? [] : [order];
    }
  }
}

function unknown(clientOrderId: string, intent: OrderIntent): Order {
  const nowMs = Date.now();
  return {
    ...intent,
    clientOrderId,
    venueOrderId: null,
    workerId: null,
    status: 'unknown',
    filledQuantity: '0',
    leavesQuantity: intent.quantity,
    avgPrice: null,
    pending: null,
    reason: null,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
}
