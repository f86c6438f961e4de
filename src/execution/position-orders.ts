import type { Instrument } from '../model/instrument.ts';
import type { Order, OrderIntent } from '../model/order.ts';
import { decimal, floorTo, text, type Decimal } from './decimals.ts';

/** A market order for all of a position, or for as much as one order may have, the other way round; null if there is nothing that could be closed. */
export function closingOrder(
  position: Decimal,
  instrument: Instrument,
  { tag, inParts }: { readonly tag: string | null; readonly inParts: boolean },
): OrderIntent | null {
  const { lotSize, minQuantity, maxQuantity } = instrument;
  const isTooMuch = inParts && maxQuantity !== null && position.abs().gt(decimal(maxQuantity));
  const quantity = floorTo(isTooMuch ? decimal(maxQuantity) : position.abs(), decimal(lotSize));
  if (quantity.isZero() || quantity.lt(decimal(minQuantity))) return null;
  return {
    symbol: instrument.symbol,
    side: position.gt(0) ? 'sell' : 'buy',
    type: 'market',
    quantity: text(quantity),
    price: null,
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: true,
    postOnly: false,
    tag,
  };
}

/** The reduce-only orders that would do more than close what is left of the position. */
export function excessOrders(
  open: readonly Order[],
  symbol: string,
  position: Decimal,
): readonly Order[] {
  return open.filter((order) => {
    if (order.symbol !== symbol || !order.reduceOnly || order.pending === 'cancel') return false;
    // Still on its way: it is canceled as soon as it is there, with the next fill or when it is looked at again.
    const closes = order.side === 'sell' ? position.gt(0) : position.lt(0);
    return !closes || decimal(order.leavesQuantity).gt(position.abs());
  });
}
