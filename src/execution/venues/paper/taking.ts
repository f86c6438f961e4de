import type { Decimal } from 'decimal.js';
import { decimal, floorTo, ZERO } from '../../decimals.ts';
import { isWithin, limitOf, type PaperOrder } from './paper-order.ts';
import type { ResolvedPaperOptions } from './paper-options.ts';
import type { Offer } from './symbol-market.ts';

/** A quantity at a price that an order takes. */
export interface Slice {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

type TakingOptions = Pick<ResolvedPaperOptions, 'maxVolumeShare' | 'slippage'>;

/**
 * What an order for `wanted` units takes of the offers, best first. With a `maxVolumeShare` that share of
 * each. Without, sizes limit only a limit order, and only on the levels of a book (`isBook`): a market order
 * has the rest at the last level.
 */
export function slicesOf(
  order: PaperOrder,
  wanted: Decimal,
  offers: readonly Offer[],
  isBook: boolean,
  options: TakingOptions,
): readonly Slice[] {
  const { maxVolumeShare } = options;
  const limit = limitOf(order);
  const slices: Slice[] = [];
  let left = wanted;
  for (const [index, offer] of offers.entries()) {
    if (left.lte(0)) break;
    if (limit !== null && !isWithin(order.side, offer.price, limit)) break;
    const isBottomless =
      maxVolumeShare === null && (!isBook || (limit === null && index === offers.length - 1));
    const most = isBottomless ? left : shareOf(order, offer.size, maxVolumeShare);
    const quantity = most.lt(left) ? most : left;
    if (quantity.lte(0)) continue;
    slices.push({
      quantity,
      price: limit === null ? slipped(order, offer.price, options) : offer.price,
    });
    left = left.minus(quantity);
  }
  return slices;
}

/** So many units of the instrument, in whole lots, are a share of a size in base currency; null is all of it. */
export function shareOf({ terms }: PaperOrder, size: Decimal, share: Decimal | null): Decimal {
  return floorTo(size.times(share ?? 1).div(terms.contractSize), terms.lotSize);
}

/** A price made worse by the slippage, to the next tick. */
export function slipped(
  { side, terms }: Pick<PaperOrder, 'side' | 'terms'>,
  price: Decimal,
  { slippage }: Pick<TakingOptions, 'slippage'>,
): Decimal {
  if (slippage.isZero()) return price;
  const { tickSize } = terms;
  if (side === 'buy') {
    return price.times(slippage.plus(1)).div(tickSize).ceil().times(tickSize);
  }
  return floorTo(price.times(decimal('1').minus(slippage)), tickSize);
}

/** What a stop order is reckoned to trade at, null for one of another kind. */
export function stopPriceToPay(
  order: Pick<PaperOrder, 'side' | 'stopPrice' | 'terms'>,
  options: Pick<TakingOptions, 'slippage'>,
): Decimal | null {
  const { side, stopPrice } = order;
  return stopPrice !== null && side === 'buy' ? slipped(order, stopPrice, options) : stopPrice;
}

export function quantityOf(slices: readonly Slice[]): Decimal {
  return slices.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
}
