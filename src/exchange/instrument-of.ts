import { isPositive } from '../model/decimal-steps.ts';
import type { DecimalText } from '../model/decimal-text.ts';
import type { Instrument, InstrumentKind } from '../model/instrument.ts';
import { textOf } from './ccxt-number.ts';
import type { CcxtClient, CcxtMarket, CcxtNumber } from './ccxt-types.ts';

/** ccxt's `precisionMode` in which a precision counts the digits behind the point. */
const DECIMAL_PLACES = 2;
/** The one in which it is the step itself; the third one counts significant digits. */
const TICK_SIZE = 4;

/** The step where an exchange names none: the exchange itself has the last word then. */
const SMALLEST_STEP = '0.00000001';

/** What a ccxt market is here; undefined for what is neither, or is not traded at present. */
export function kindOf(market: CcxtMarket): InstrumentKind | undefined {
  if (market.active === false || market.option === true) return undefined;
  if (market.contract === true) return market.linear === true ? 'linear' : undefined;
  return market.spot === true ? 'spot' : undefined;
}

/** A market in our words. Quantities of futures are contracts, as ccxt counts them. */
export function instrumentOf(
  market: CcxtMarket,
  kind: InstrumentKind,
  { precisionMode, fees }: Pick<CcxtClient, 'precisionMode' | 'fees'>,
): Instrument {
  const lotSize = stepOf(market.precision.amount, precisionMode);
  const amount = market.limits?.amount;
  return {
    symbol: market.symbol,
    kind,
    base: market.base,
    quote: market.quote,
    contractSize: kind === 'linear' ? (positive(market.contractSize) ?? '1') : '1',
    tickSize: stepOf(market.precision.price, precisionMode),
    lotSize,
    minQuantity: positive(amount?.min) ?? lotSize,
    maxQuantity: positive(amount?.max),
    minNotional: positive(market.limits?.cost?.min),
    makerFee: textOf(market.maker) ?? textOf(fees?.trading?.maker) ?? '0',
    takerFee: textOf(market.taker) ?? textOf(fees?.trading?.taker) ?? '0',
  };
}

function stepOf(precision: CcxtNumber, precisionMode: number): DecimalText {
  if (precisionMode === TICK_SIZE) return positive(precision) ?? SMALLEST_STEP;
  const places = textOf(precision);
  // With significant digits, the step depends on the price: none holds for all of them.
  if (precisionMode !== DECIMAL_PLACES || places === null) return SMALLEST_STEP;
  return textOf(`1e${-Number(places)}`) ?? SMALLEST_STEP;
}

/** Exchanges say 0 for "no limit". */
function positive(value: CcxtNumber): DecimalText | null {
  const found = textOf(value);
  return found !== null && isPositive(found) ? found : null;
}
