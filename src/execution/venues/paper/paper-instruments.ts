import type { Decimal } from 'decimal.js';
import type { DecimalText } from '../../../model/decimal-text.ts';
import type { Instrument } from '../../../model/instrument.ts';
import { decimal } from '../../decimals.ts';
import { invalidOption, requireDecimal, type ResolvedPaperOptions } from './paper-options.ts';

/** An instrument with its figures ready to be reckoned with. */
export interface Terms {
  readonly instrument: Instrument;
  readonly contractSize: Decimal;
  readonly tickSize: Decimal;
  readonly lotSize: Decimal;
  readonly minQuantity: Decimal;
  readonly maxQuantity: Decimal | null;
  readonly minNotional: Decimal | null;
  readonly makerFee: Decimal;
  readonly takerFee: Decimal;
}

/** Tick and lot of a symbol that nothing is known of. */
const SMALLEST_STEP = '0.00000001';

/** `BTC/USDT`, `BTC/USDT:USDT`, `BTC/USDT:USDT-240628`. */
const PAIR = /^([^/:]+)\/([^/:]+?)(?::([^/:-]+)(?:-[^/:]+)?)?$/;

/** Most symbols whose terms are kept; they are worked out again for others. */
const MAX_KEPT = 10_000;

/** The instruments of the paper venue: those given, and one made up for each other symbol that names its currencies. */
export class PaperInstruments {
  readonly #options: ResolvedPaperOptions;
  readonly #given = new Map<string, Terms>();
  readonly #terms = new Map<string, Terms>();

  /** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION`, for a given instrument that can't be */
  constructor(options: ResolvedPaperOptions) {
    this.#options = options;
    if (typeof options.instruments === 'function') return;
    for (const instrument of options.instruments) {
      this.#given.set(instrument.symbol, termsOf(instrument));
    }
  }

  /** @throws {InvalidPaperOptionError} code `INVALID_PAPER_OPTION`, if the look-up gives what can't be */
  get(symbol: string): Terms | undefined {
    const known = this.#given.get(symbol) ?? this.#terms.get(symbol);
    if (known !== undefined) return known;
    const { instruments } = this.#options;
    const instrument =
      (typeof instruments === 'function' ? instruments(symbol) : undefined) ??
      madeUp(symbol, this.#options);
    if (instrument === undefined) return undefined;
    const terms = termsOf(instrument);
    if (this.#terms.size < MAX_KEPT) this.#terms.set(symbol, terms);
    return terms;
  }
}

/** Undefined for a symbol that does not say what is paid with, or that is settled in another currency. */
function madeUp(
  symbol: string,
  { makerFee, takerFee }: { makerFee: DecimalText; takerFee: DecimalText },
): Instrument | undefined {
  const [, base, quote, settle] = PAIR.exec(symbol) ?? [];
  if (base === undefined || quote === undefined) return undefined;
  if (settle !== undefined && settle !== quote) return undefined;
  return {
    symbol,
    kind: settle === undefined ? 'spot' : 'linear',
    base,
    quote,
    contractSize: '1',
    tickSize: SMALLEST_STEP,
    lotSize: SMALLEST_STEP,
    minQuantity: SMALLEST_STEP,
    maxQuantity: null,
    minNotional: null,
    makerFee,
    takerFee,
  };
}

function termsOf(instrument: Instrument): Terms {
  const { symbol, maxQuantity, minNotional } = instrument;
  const read = (name: keyof Instrument): Decimal =>
    decimal(requireDecimal(`${name} of ${symbol}`, instrument[name]));
  const positive = (name: keyof Instrument): Decimal => {
    const value = read(name);
    if (value.lte(0)) throw invalidOption(`${name} of ${symbol}`, instrument[name], 'above 0');
    return value;
  };
  const fee = (name: 'makerFee' | 'takerFee'): Decimal => {
    const value = read(name);
    if (value.abs().gte(1)) {
      throw invalidOption(`${name} of ${symbol}`, instrument[name], 'a share between -1 and 1');
    }
    return value;
  };
  return {
    instrument,
    contractSize: instrument.kind === 'spot' ? decimal('1') : positive('contractSize'),
    tickSize: positive('tickSize'),
    lotSize: positive('lotSize'),
    minQuantity: read('minQuantity'),
    maxQuantity: maxQuantity === null ? null : positive('maxQuantity'),
    minNotional: minNotional === null ? null : read('minNotional'),
    makerFee: fee('makerFee'),
    takerFee: fee('takerFee'),
  };
}
