import { randomBytes } from 'node:crypto';
import { Refusal, refuse } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { ORDER_TYPES, type OrderType } from './instrument.ts';
import type { OrderRequest } from './order.ts';
import type { OrderName } from './order-ledger.ts';
import type { Params } from './params.ts';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/** Parameters that a type of order must have, and those that it must not. */
const NEEDS: Readonly<Record<OrderType, readonly string[]>> = {
  LIMIT: ['timeInForce', 'quantity', 'price'],
  LIMIT_MAKER: ['quantity', 'price'],
  MARKET: [],
  STOP_LOSS_LIMIT: ['timeInForce', 'quantity', 'price', 'stopPrice'],
  TAKE_PROFIT_LIMIT: ['timeInForce', 'quantity', 'price', 'stopPrice'],
};
const OPTIONS = ['timeInForce', 'quantity', 'price', 'stopPrice', 'quoteOrderQty'];

/** A client's name for an order; one is made up where there is none. */
export function readClientId(params: Params, name: string): string {
  const id = params.optional(name);
  if (id === undefined) return randomBytes(11).toString('hex');
  if (!CLIENT_ID.test(id)) throw refuse.illegal(name, '^[\\.A-Z\\:/a-z0-9_-]{1,36}$');
  return id;
}

/** How a request names the order that it is about. */
export function readOrderName(
  params: Params,
  idName = 'orderId',
  clientIdName = 'origClientOrderId',
): OrderName {
  const orderId = params.integer(idName);
  const clientOrderId = params.optional(clientIdName);
  if (orderId === undefined && clientOrderId === undefined) {
    throw new Refusal(
      -1102,
      `Param '${clientIdName}' or '${idName}' must be sent, but both were empty/null!`,
    );
  }
  return {
    symbol: params.required('symbol'),
    ...(orderId !== undefined && { orderId }),
    ...(clientOrderId !== undefined && { clientOrderId }),
  };
}

/** @throws {Refusal} where a parameter is missing, wrong or too much */
export function readOrderRequest(params: Params, exchange: Exchange): OrderRequest {
  const { instrument } = exchange.market(params.required('symbol'));
  const side = params.word('side', ['BUY', 'SELL'], -1117, 'Invalid side.');
  const type = params.word('type', ORDER_TYPES, -1116, 'Invalid orderType.');
  for (const name of NEEDS[type]) params.required(name);
  const amount = type === 'MARKET' ? ['quantity', 'quoteOrderQty'] : [];
  const tooMuch = OPTIONS.find(
    (name) => params.has(name) && !NEEDS[type].includes(name) && !amount.includes(name),
  );
  if (tooMuch !== undefined) {
    throw new Refusal(-1106, `Parameter '${tooMuch}' sent when not required.`);
  }
  const [quantity, quoteQuantity] = [params.decimal('quantity'), params.decimal('quoteOrderQty')];
  if (type === 'MARKET' && (quantity === undefined) === (quoteQuantity === undefined)) {
    throw refuse.missing('quantity');
  }
  const mode = params.optional('selfTradePreventionMode') ?? 'EXPIRE_MAKER';
  if (mode !== 'EXPIRE_MAKER') {
    const message = 'This symbol does not allow the specified self-trade prevention mode.';
    throw new Refusal(-1013, message);
  }
  const [price, stopPrice] = [params.decimal('price'), params.decimal('stopPrice')];
  return {
    instrument,
    side,
    type,
    timeInForce: params.has('timeInForce')
      ? params.word('timeInForce', ['GTC', 'IOC', 'FOK'], -1115, 'Invalid timeInForce.')
      : 'GTC',
    clientOrderId: readClientId(params, 'newClientOrderId'),
    ...(quantity !== undefined && { quantity }),
    ...(quoteQuantity !== undefined && { quoteQuantity }),
    ...(price !== undefined && { price }),
    ...(stopPrice !== undefined && { stopPrice }),
  };
}
