import type { DecimalText } from './decimal-text.ts';

/** `spot` trades the asset itself, `linear` a future or perpetual that is settled in the quote currency. */
export type InstrumentKind = 'spot' | 'linear';

/** What can be traded under a symbol, and in which steps. */
export interface Instrument {
  readonly symbol: string;
  readonly kind: InstrumentKind;
  /** Currency that is bought and sold, such as `BTC`. */
  readonly base: string;
  /** Currency of prices, such as `USDT`. */
  readonly quote: string;
  /** Base currency in one unit of quantity; `1` for spot. */
  readonly contractSize: DecimalText;
  /** Prices are multiples of it. */
  readonly tickSize: DecimalText;
  /** Quantities are multiples of it. */
  readonly lotSize: DecimalText;
  readonly minQuantity: DecimalText;
  readonly maxQuantity: DecimalText | null;
  /** Least price times quantity of an order, in quote currency. */
  readonly minNotional: DecimalText | null;
  /** Share of the notional, such as `0.001` for 0.1 %. */
  readonly makerFee: DecimalText;
  readonly takerFee: DecimalText;
}
