import type { Decimal } from 'decimal.js';
import { parseSymbol } from '../model/symbol.ts';
import { quote } from '../base/errors.ts';
import { decimal } from './decimals.ts';
import { SimExchangeError } from './errors.ts';

/** What there is; orders in lists, icebergs and trailing stops are not. */
export const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT_LIMIT',
] as const;

export type OrderType = (typeof ORDER_TYPES)[number];

/** What is traded, and the grid that orders must keep to. */
export interface Instrument {
  /** As the exchange names it, such as `BTCUSDT`. */
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly startPrice: Decimal;
  readonly tickSize: Decimal;
  readonly minPrice: Decimal;
  readonly maxPrice: Decimal;
  readonly stepSize: Decimal;
  readonly minQuantity: Decimal;
  readonly maxQuantity: Decimal;
  readonly minNotional: Decimal;
  /** What typically stands at one price of the market's own book. */
  readonly levelQuantity: Decimal;
}

/** Price at the start, grid of prices, grid of quantities, typical quantity. */
const KNOWN: Readonly<Record<string, readonly [string, string, string, string]>> = {
  BTC: ['60000', '0.01', '0.00001', '1'],
  ETH: ['3000', '0.01', '0.0001', '15'],
  BNB: ['600', '0.01', '0.001', '40'],
  SOL: ['150', '0.01', '0.001', '200'],
};
const OTHERS = ['100', '0.01', '0.001', '300'] as const;

/**
 * The instrument of a symbol such as `BTC/USDT`.
 *
 * @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED`
 */
export function instrumentOf(symbol: string): Instrument {
  const match = /^([A-Z0-9]{1,12})\/([A-Z0-9]{1,12})$/.exec(parseSymbol(symbol));
  if (match === null) {
    throw new SimExchangeError(`${quote(symbol)} can't be traded here: expected such as BTC/USDT`);
  }
  const [, base, quoteAsset] = match as unknown as [string, string, string];
  const [startPrice, tickSize, stepSize, levelQuantity] = KNOWN[base] ?? OTHERS;
  return {
    id: base + quoteAsset,
    base,
    quote: quoteAsset,
    startPrice: decimal(startPrice),
    tickSize: decimal(tickSize),
    minPrice: decimal(tickSize),
    maxPrice: decimal(1_000_000),
    stepSize: decimal(stepSize),
    minQuantity: decimal(stepSize),
    maxQuantity: decimal(9_000),
    minNotional: decimal(5),
    levelQuantity: decimal(levelQuantity),
  };
}

/** One entry of `exchangeInfo`. */
export function describeInstrument(instrument: Instrument): Record<string, unknown> {
  const { id, base, quote: quoteAsset } = instrument;
  return {
    symbol: id,
    status: 'TRADING',
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ORDER_TYPES,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: instrument.minPrice.toFixed(8),
        maxPrice: instrument.maxPrice.toFixed(8),
        tickSize: instrument.tickSize.toFixed(8),
      },
      {
        filterType: 'LOT_SIZE',
        minQty: instrument.minQuantity.toFixed(8),
        maxQty: instrument.maxQuantity.toFixed(8),
        stepSize: instrument.stepSize.toFixed(8),
      },
      {
        filterType: 'NOTIONAL',
        minNotional: instrument.minNotional.toFixed(8),
        applyMinToMarket: true,
        maxNotional: '9000000.00000000',
        applyMaxToMarket: false,
        avgPriceMins: 0,
      },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_MAKER'],
  };
}
