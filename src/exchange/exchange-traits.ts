import type { InstrumentKind } from '../model/instrument.ts';
import type { Json } from './ccxt-types.ts';

interface ExchangeTraits {
  /** Options of ccxt that make it load the markets of this kind and no others. */
  readonly options: (kind: InstrumentKind) => Json;
  /** ccxt loads currencies with a signed request, which nothing here needs. */
  readonly skipCurrencies?: boolean;
}

const BINANCE: ExchangeTraits = {
  options: (kind) => ({
    fetchMarkets: { types: [kind] },
    fetchMargins: false,
    // Open orders of all symbols are asked for on purpose.
    warnOnFetchOpenOrdersWithoutSymbol: false,
  }),
  skipCurrencies: true,
};

/** What ccxt has to be told for one exchange; for all others, all markets are loaded and the others left out. */
const TRAITS: Readonly<Record<string, ExchangeTraits>> = {
  binance: BINANCE,
  binanceus: BINANCE,
  binanceusdm: BINANCE,
  bybit: { options: (kind) => ({ fetchMarkets: { types: [kind] } }), skipCurrencies: true },
  okx: {
    options: (kind) => ({
      fetchMarkets: { types: kind === 'spot' ? ['spot'] : ['swap', 'future'] },
    }),
    skipCurrencies: true,
  },
};

export function traitsOf(id: string): ExchangeTraits {
  return TRAITS[id] ?? { options: () => ({}) };
}
