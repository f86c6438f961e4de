import type { Decimal } from 'decimal.js';
import { messageOf, quote } from '../../../base/errors.ts';
import { parseDecimalText } from '../../../model/decimal-text.ts';
import { ORDER_SIDES, ORDER_TYPES, TIMES_IN_FORCE, type Order } from '../../../model/order.ts';
import { decimal, isMultiple, text } from '../../decimals.ts';
import type { Terms } from './paper-instruments.ts';

/** The figures of an order. */
export interface Figures {
  readonly quantity: Decimal;
  readonly price: Decimal | null;
  readonly stopPrice: Decimal | null;
  /** The nearest numbers, for a first look: no number is on another side of them than of the price itself. */
  readonly priceNumber: number | null;
  readonly stopNumber: number | null;
}

type Shape = Pick<Order, 'type' | 'side' | 'timeInForce' | 'postOnly' | 'reduceOnly'>;

/** The figures of an order as it came, or what is wrong with them. */
export function readFigures(order: {
  readonly quantity: unknown;
  readonly price: unknown;
  readonly stopPrice: unknown;
}): Figures | string {
  const read = (name: 'quantity' | 'price' | 'stopPrice'): Decimal =>
    decimal(parseDecimalText(order[name], name));
  try {
    const price = order.price === null ? null : read('price');
    const stopPrice = order.stopPrice === null ? null : read('stopPrice');
    return {
      quantity: read('quantity'),
      price,
      stopPrice,
      priceNumber: price?.toNumber() ?? null,
      stopNumber: stopPrice?.toNumber() ?? null,
    };
  } catch (error) {
    return messageOf(error);
  }
}

/** Why no order can look like this, null if one can. */
export function shapeFault(order: Shape): string | null {
  const { type, side, timeInForce, postOnly } = order;
  if (!ORDER_TYPES.includes(type)) return `the type ${quote(type)} is not known here`;
  if (!ORDER_SIDES.includes(side)) return `the side ${quote(side)} is not known here`;
  if (!TIMES_IN_FORCE.includes(timeInForce)) {
    return `the time in force ${quote(timeInForce)} is not known here`;
  }
  if (!postOnly) return null;
  if (type !== 'limit' && type !== 'stop-limit') {
    return `a ${type} order can't be post-only: it takes what is there`;
  }
  return timeInForce === 'gtc' ? null : `a post-only order can't be ${timeInForce}: it has to rest`;
}

/** Why an instrument does not allow these figures, null if it does. */
export function figuresFault(order: Shape, figures: Figures, terms: Terms): string | null {
  return (
    quantityFault(figures.quantity, terms) ??
    priceFault('price', figures.price, hasPrice(order), order, terms) ??
    priceFault('stopPrice', figures.stopPrice, hasStopPrice(order), order, terms) ??
    notionalFault(order, figures, terms)
  );
}

function hasPrice({ type }: Pick<Order, 'type'>): boolean {
  return type === 'limit' || type === 'stop-limit';
}

function hasStopPrice({ type }: Pick<Order, 'type'>): boolean {
  return type === 'stop' || type === 'stop-limit';
}

function quantityFault(quantity: Decimal, terms: Terms): string | null {
  const { instrument, minQuantity, maxQuantity, lotSize } = terms;
  const shown = `the quantity ${text(quantity)} of ${instrument.symbol}`;
  if (quantity.lte(0)) return `${shown} is not above 0`;
  if (quantity.lt(minQuantity)) return `${shown} is below the least, ${text(minQuantity)}`;
  if (maxQuantity !== null && quantity.gt(maxQuantity)) {
    return `${shown} is above the most, ${text(maxQuantity)}`;
  }
  return isMultiple(quantity, lotSize)
    ? null
    : `${shown} is not a multiple of its lot size ${text(lotSize)}`;
}

function priceFault(
  name: 'price' | 'stopPrice',
  price: Decimal | null,
  isWanted: boolean,
  { type }: Shape,
  { instrument, tickSize }: Terms,
): string | null {
  if (price === null) return isWanted ? `a ${type} order needs a ${name}` : null;
  if (!isWanted) return `a ${type} order has no ${name}, but ${text(price)} was given`;
  const shown = `the ${name} ${text(price)} of ${instrument.symbol}`;
  if (price.lte(0)) return `${shown} is not above 0`;
  return isMultiple(price, tickSize)
    ? null
    : `${shown} is not a multiple of its tick size ${text(tickSize)}`;
}

/** Market orders have no price to reckon with, and what only reduces may be as small as what is left. */
function notionalFault(order: Shape, figures: Figures, terms: Terms): string | null {
  const price = figures.price ?? figures.stopPrice;
  if (terms.minNotional === null || price === null || order.reduceOnly) return null;
  const notional = figures.quantity.times(price).times(terms.contractSize);
  if (notional.gte(terms.minNotional)) return null;
  const { symbol, quote: currency } = terms.instrument;
  return `the order for ${symbol} comes to ${text(notional)} ${currency}: the least is ${text(terms.minNotional)}`;
}
