import { quote } from '../base/errors.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderIntent } from '../model/order.ts';
import { decimal, floorTo, isMultiple, text, type Decimal } from './decimals.ts';
import { denial, type Denial } from './denial.ts';

/** Whether the prices fit the type, whatever the instrument. */
export function checkShape(intent: OrderIntent): Denial | null {
  const { type, price, stopPrice, quantity, postOnly, timeInForce } = intent;
  const wantsPrice = type === 'limit' || type === 'stop-limit';
  const wantsStop = type === 'stop' || type === 'stop-limit';
  const fault = (what: string): Denial => denial('INVALID_ORDER', `a ${type} order ${what}`);
  if (!decimal(quantity).gt(0))
    return fault(`has quantity ${quote(quantity)}: expected more than 0`);
  if (wantsPrice !== (price !== null))
    return fault(
      wantsPrice ? 'needs a price' : `has no price of its own: ${quote(price)} was given`,
    );
  if (wantsStop !== (stopPrice !== null))
    return fault(
      wantsStop ? 'needs a stopPrice' : `has no stopPrice: ${quote(stopPrice)} was given`,
    );
  for (const [name, value] of Object.entries({ price, stopPrice })) {
    if (value !== null && !decimal(value).gt(0))
      return fault(`has ${name} ${quote(value)}: expected more than 0`);
  }
  if (postOnly && (type !== 'limit' || timeInForce !== 'gtc'))
    return fault("can't be postOnly: only a limit order that is good till canceled can");
  return null;
}

/** Whether quantity and prices are ones that the instrument has. `lastPrice` values orders without a price. */
export function checkInstrument(
  intent: OrderIntent,
  instrument: Instrument,
  lastPrice: Decimal | undefined,
): Denial | null {
  const quantity = decimal(intent.quantity);
  const lot = decimal(instrument.lotSize);
  if (!isMultiple(quantity, lot)) {
    return denial(
      'LOT_SIZE',
      `quantity ${intent.quantity} of ${instrument.symbol} is no multiple of its lot size ${instrument.lotSize}: ${text(floorTo(quantity, lot))} would be`,
    );
  }
  const { minQuantity, maxQuantity } = instrument;
  if (quantity.lt(decimal(minQuantity)))
    return denial(
      'MIN_QUANTITY',
      `quantity ${intent.quantity} of ${instrument.symbol} is below the least, ${minQuantity}`,
    );
  if (maxQuantity !== null && quantity.gt(decimal(maxQuantity)))
    return denial(
      'MAX_QUANTITY',
      `quantity ${intent.quantity} of ${instrument.symbol} is above the most, ${maxQuantity}`,
    );
  return checkPrices(intent, instrument) ?? checkNotional(intent, instrument, lastPrice);
}

function checkPrices(intent: OrderIntent, instrument: Instrument): Denial | null {
  const tick = decimal(instrument.tickSize);
  for (const name of ['price', 'stopPrice'] as const) {
    const value = intent[name];
    if (value === null || isMultiple(decimal(value), tick)) continue;
    const lower = floorTo(decimal(value), tick);
    return denial(
      'TICK_SIZE',
      `${name} ${value} of ${instrument.symbol} is no multiple of its tick size ${instrument.tickSize}: ${text(lower)} or ${text(lower.plus(tick))} would be`,
    );
  }
  return null;
}

function checkNotional(
  intent: OrderIntent,
  instrument: Instrument,
  lastPrice: Decimal | undefined,
): Denial | null {
  const { minNotional } = instrument;
  // What makes a position smaller may be small: exchanges let it pass, or say so themselves.
  if (minNotional === null || intent.reduceOnly) return null;
  const value = notionalOf(intent, instrument, lastPrice);
  if (value === undefined || value.gte(decimal(minNotional))) return null;
  return denial(
    'MIN_NOTIONAL',
    `${intent.quantity} of ${instrument.symbol} are worth ${text(value)} ${instrument.quote}: an order must have ${minNotional} at least`,
  );
}

/** The value of an order in quote currency; undefined without any price. */
export function notionalOf(
  intent: Pick<OrderIntent, 'price' | 'stopPrice' | 'quantity'>,
  instrument: Instrument,
  lastPrice: Decimal | undefined,
): Decimal | undefined {
  const given = intent.price ?? intent.stopPrice;
  const price = given === null ? lastPrice : decimal(given);
  return price?.times(decimal(intent.quantity)).times(decimal(instrument.contractSize));
}
