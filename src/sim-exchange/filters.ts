import type { Decimal } from 'decimal.js';
import { isMultiple } from './decimals.ts';
import { refuse } from './errors.ts';
import type { Instrument } from './instrument.ts';
import type { OrderRequest } from './order.ts';

/**
 * The filters that `exchangeInfo` names, in its order.
 *
 * @throws {Refusal} -1013
 */
export function checkFilters(request: OrderRequest, lastPrice: Decimal): void {
  const { instrument, price, stopPrice, quantity, quoteQuantity } = request;
  for (const value of [price, stopPrice]) {
    if (value !== undefined) checkPrice(instrument, value);
  }
  if (quantity !== undefined) checkQuantity(instrument, quantity);
  const notional = quoteQuantity ?? (price ?? lastPrice).times(quantity as Decimal);
  if (notional.lt(instrument.minNotional)) throw refuse.filter('NOTIONAL');
}

function checkPrice({ minPrice, maxPrice, tickSize }: Instrument, price: Decimal): void {
  if (price.lt(minPrice) || price.gt(maxPrice) || !isMultiple(price, tickSize)) {
    throw refuse.filter('PRICE_FILTER');
  }
}

function checkQuantity(instrument: Instrument, quantity: Decimal): void {
  const { minQuantity, maxQuantity, stepSize } = instrument;
  if (quantity.lt(minQuantity) || quantity.gt(maxQuantity) || !isMultiple(quantity, stepSize)) {
    throw refuse.filter('LOT_SIZE');
  }
}
