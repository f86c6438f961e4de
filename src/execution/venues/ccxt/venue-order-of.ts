import { textOf } from '../../../exchange/ccxt-number.ts';
import type { CcxtNumber, CcxtOrder, CcxtTrade, Json } from '../../../exchange/ccxt-types.ts';
import { isPositive } from '../../../model/decimal-steps.ts';
import type { DecimalText } from '../../../model/decimal-text.ts';
import type { Fill } from '../../../model/fill.ts';
import type { Order } from '../../../model/order.ts';
import { decimal } from '../../decimals.ts';
import type { VenueOrder } from '../../venue.ts';
import { decodeClientOrderId } from './client-order-ids.ts';

/** An answer lacks what an order or a fill can't be without. */
export class MalformedAnswer extends Error {}

/** What we know of an order already, for exchanges that answer with an id and nothing else. */
export type KnownOrder = Partial<
  Pick<Order, 'clientOrderId' | 'symbol' | 'side' | 'type' | 'quantity' | 'price' | 'stopPrice'>
>;

/**
 * An order of ccxt in our words. What the exchange tells goes before what we know.
 *
 * @throws {MalformedAnswer}
 */
export function venueOrderOf(
  exchangeId: string,
  order: CcxtOrder,
  nowMs: number,
  known: KnownOrder = {},
): VenueOrder {
  const quantity = textOf(order.amount) ?? known.quantity;
  const symbol = order.symbol ?? known.symbol;
  const side = order.side ?? known.side;
  if (!hasText(order.id)) throw new MalformedAnswer('an order without an id');
  if (quantity === undefined || !hasText(symbol) || (side !== 'buy' && side !== 'sell')) {
    throw new MalformedAnswer(`order ${order.id} without quantity, symbol or side`);
  }
  const type = known.type ?? typeOf(order);
  const filled = textOf(order.filled);
  const told = order.clientOrderId;
  return {
    clientOrderId:
      known.clientOrderId ?? (hasText(told) ? decodeClientOrderId(exchangeId, told) : null),
    venueOrderId: order.id,
    symbol,
    side,
    type,
    quantity,
    price:
      type === 'market' || type === 'stop' ? null : (nonZero(order.price) ?? known.price ?? null),
    stopPrice: stopPriceOf(order) ?? known.stopPrice ?? null,
    filledQuantity: filled ?? (order.status === 'closed' ? quantity : '0'),
    status: statusOf(order.status, filled, quantity),
    reason: reasonOf(order.info),
    updatedAt: timeOf(order, nowMs),
  };
}

function typeOf(order: CcxtOrder): VenueOrder['type'] {
  const isMarket =
    /market|stop_loss$|take_profit$/.test(order.type ?? '') || nonZero(order.price) === null;
  if (stopPriceOf(order) !== null) return isMarket ? 'stop' : 'stop-limit';
  return isMarket ? 'market' : 'limit';
}

function stopPriceOf(order: CcxtOrder): DecimalText | null {
  return nonZero(order.triggerPrice) ?? nonZero(order.stopLossPrice);
}

function statusOf(
  status: string | undefined,
  filled: DecimalText | null,
  quantity: DecimalText,
): VenueOrder['status'] {
  switch (status) {
    case 'closed':
      // Some exchanges call an order closed whose rest was canceled.
      return filled !== null && decimal(filled).lt(quantity) ? 'canceled' : 'filled';
    case 'canceled':
    case 'expired':
    case 'rejected':
      return status;
    default:
      return filled !== null && isPositive(filled) ? 'partially-filled' : 'accepted';
  }
}

/** Binance's stream says why it refused or ended an order; NONE is no reason. */
function reasonOf(info: unknown): string | null {
  const { r, rejectReason, cancelReason } = (info ?? {}) as Json;
  const reason = [rejectReason, cancelReason, r].find(hasText);
  return reason === undefined || reason === 'NONE' ? null : reason.slice(0, 200);
}

function timeOf(order: CcxtOrder, nowMs: number): number {
  const { lastUpdateTimestamp, lastTradeTimestamp, timestamp } = order;
  const latest = [lastUpdateTimestamp, lastTradeTimestamp, timestamp].filter(
    (one): one is number => typeof one === 'number' && Number.isFinite(one),
  );
  return latest.length === 0 ? nowMs : Math.max(...latest);
}

/**
 * A trade of ccxt in our words.
 *
 * @throws {MalformedAnswer}
 */
export function fillOf(exchangeId: string, trade: CcxtTrade, nowMs: number): Fill {
  const quantity = textOf(trade.amount);
  const price = textOf(trade.price);
  const { id, order, symbol, side } = trade;
  if (!hasText(id) || !hasText(order) || !hasText(symbol)) {
    throw new MalformedAnswer('a trade without an id, an order or a symbol');
  }
  if (quantity === null || price === null || (side !== 'buy' && side !== 'sell')) {
    throw new MalformedAnswer(`trade ${id} without quantity, price or side`);
  }
  const fee = hasText(trade.fee?.currency) ? trade.fee : trade.fees?.[0];
  return {
    tradeId: id,
    clientOrderId: clientOrderIdOf(exchangeId, trade.info),
    venueOrderId: order,
    symbol,
    side,
    quantity,
    price,
    fee: textOf(fee?.cost) ?? '0',
    feeCurrency: fee?.currency ?? '',
    liquiditySide: trade.takerOrMaker === 'maker' ? 'maker' : 'taker',
    timestamp: typeof trade.timestamp === 'number' ? trade.timestamp : nowMs,
  };
}

/** ccxt has no client order id in trades, but the exchange may have told one. */
function clientOrderIdOf(exchangeId: string, info: unknown): string | null {
  const { clientOrderId, clOrdId, orderLinkId, clientOid, c } = (info ?? {}) as Json;
  const id = [clientOrderId, clOrdId, orderLinkId, clientOid, c].find(hasText);
  return id === undefined ? null : decodeClientOrderId(exchangeId, id);
}

function hasText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function nonZero(value: CcxtNumber): DecimalText | null {
  const found = textOf(value);
  return found === null || found === '0' ? null : found;
}
