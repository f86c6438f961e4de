/** Plausible prices in US dollars, for a market that looks familiar. */
const DOLLAR_PRICES: Readonly<Record<string, number>> = {
  BTC: 50_000,
  ETH: 3_000,
  SOL: 150,
  BNB: 600,
  XRP: 0.6,
  ADA: 0.5,
  DOGE: 0.15,
  AVAX: 30,
  DOT: 7,
  LINK: 15,
  LTC: 80,
  TRX: 0.12,
  USD: 1,
  USDT: 1,
  USDC: 1,
  EUR: 1.1,
};

/** Prices have this many significant digits: a tick is 0.1 at 50,000 and 0.001 at 150. */
const PRICE_DIGITS = 6;
/** What a typical trade is worth, in quote currency. */
const TYPICAL_TRADE_VALUE = 2_000;

/** The fixed facts of a synthetic symbol. Prices are whole ticks inside, so that they stay exact. */
export interface SyntheticInstrument {
  readonly symbol: string;
  readonly startPrice: number;
  /** Digits behind the point of a price; negative where a tick is 10, 100 ... */
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Size of a typical trade, in base currency. */
  readonly typicalSize: number;
}

export function syntheticInstrument(
  symbol: string,
  startPrice: number = plausiblePrice(symbol),
): SyntheticInstrument {
  const magnitude = Math.floor(Math.log10(startPrice));
  return {
    symbol,
    startPrice,
    priceDecimals: PRICE_DIGITS - 1 - magnitude,
    // Four digits or so of a typical size.
    sizeDecimals: Math.max(0, Math.min(12, magnitude + 1)),
    typicalSize: TYPICAL_TRADE_VALUE / startPrice,
  };
}

/** The price of `ticks` ticks: a quotient of whole numbers, the nearest double to the decimal. */
export function priceOfTicks(instrument: SyntheticInstrument, ticks: number): number {
  const { priceDecimals } = instrument;
  return priceDecimals >= 0 ? ticks / 10 ** priceDecimals : ticks * 10 ** -priceDecimals;
}

export function ticksOfPrice(instrument: SyntheticInstrument, price: number): number {
  const { priceDecimals } = instrument;
  return priceDecimals >= 0 ? price * 10 ** priceDecimals : price / 10 ** -priceDecimals;
}

/** `typicalSize` times `share` in whole size steps, at least one. */
export function sizeOf(instrument: SyntheticInstrument, share: number): number {
  const scale = 10 ** instrument.sizeDecimals;
  return Math.max(1, Math.round(instrument.typicalSize * share * scale)) / scale;
}

/** A whole number from a text (FNV-1a, 32 bits): for a seed of each symbol's own. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Of a known pair the quotient of dollar prices; of any other name one from 1 to 1,000 that is always the same. */
function plausiblePrice(symbol: string): number {
  const [base = '', quoteCurrency = ''] = (symbol.split(':')[0] as string).split('/');
  const basePrice = DOLLAR_PRICES[base];
  const quotePrice = DOLLAR_PRICES[quoteCurrency];
  if (basePrice !== undefined && quotePrice !== undefined) return basePrice / quotePrice;
  return Number((10 ** (3 * (hashOf(symbol) / 0x1_0000_0000))).toPrecision(3));
}
