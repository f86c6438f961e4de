import type { PnlFigures } from '../model/account.ts';
import type { DecimalText } from '../model/decimal-text.ts';
import type { Fill } from '../model/fill.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Position } from '../model/position.ts';
import { decimal, sum, text, ZERO, type Decimal } from './decimals.ts';
import type { MarketPrices } from './market-prices.ts';
import { afterFill, NOTHING, unrealizedPnl, type Holding } from './position-math.ts';

/** Whose a position is: a worker's id, or this for what is not ours. No worker's id begins like that. */
export const EXTERNAL = '~external';

/** A position as it is written down. */
export interface KeptPosition {
  readonly owner: string;
  readonly symbol: string;
  readonly quantity: DecimalText;
  readonly avgPrice: DecimalText;
  readonly realizedPnl: DecimalText;
  readonly fees: Readonly<Record<string, DecimalText>>;
  readonly updatedAt: number;
}

interface Entry {
  readonly instrument: Instrument;
  readonly holding: Holding;
  readonly fees: ReadonlyMap<string, Decimal>;
  readonly updatedAt: number;
}

export type InstrumentOf = (symbol: string) => Instrument | undefined;

/**
 * What each strategy holds of the shared account, from its fills alone. The account holds what they hold
 * together, and what came from orders that are not ours.
 */
export class Ledger {
  readonly #owners = new Map<string, Map<string, Entry>>();
  readonly #instrumentOf: InstrumentOf;
  readonly #prices: MarketPrices;

  constructor(instrumentOf: InstrumentOf, prices: MarketPrices) {
    this.#instrumentOf = instrumentOf;
    this.#prices = prices;
  }

  restore(kept: KeptPosition): void {
    this.#bookOf(kept.owner).set(kept.symbol, {
      instrument: this.#instrument(kept.symbol),
      holding: {
        quantity: decimal(kept.quantity),
        avgPrice: decimal(kept.avgPrice),
        realizedPnl: decimal(kept.realizedPnl),
      },
      fees: new Map(Object.entries(kept.fees).map(([currency, fee]) => [currency, decimal(fee)])),
      updatedAt: kept.updatedAt,
    });
  }

  /** Takes a fill, once; the position as it is to be written down. */
  apply(owner: string, fill: Fill): KeptPosition {
    const { symbol, feeCurrency, timestamp } = fill;
    const book = this.#bookOf(owner);
    const before = book.get(symbol);
    const instrument = before?.instrument ?? this.#instrument(symbol);
    const fees = new Map(before?.fees);
    fees.set(feeCurrency, (fees.get(feeCurrency) ?? ZERO).plus(decimal(fill.fee)));
    const entry: Entry = {
      instrument,
      holding: afterFill(before?.holding ?? NOTHING, fill, instrument),
      fees,
      updatedAt: Math.max(timestamp, before?.updatedAt ?? 0),
    };
    book.set(symbol, entry);
    return kept(owner, symbol, entry);
  }

  /** Signed. */
  quantity(owner: string, symbol: string): Decimal {
    return this.#owners.get(owner)?.get(symbol)?.holding.quantity ?? ZERO;
  }

  /** Signed, of all owners together. */
  netQuantity(symbol: string): Decimal {
    return sum([...this.#owners.keys()].map((owner) => this.quantity(owner, symbol)));
  }

  position(owner: string, symbol: string): Position {
    return this.#view(symbol, this.#owners.get(owner)?.get(symbol));
  }

  /** Positions that are, or once were. */
  positions(owner: string): readonly Position[] {
    const book = this.#owners.get(owner);
    return book === undefined ? [] : [...book].map(([symbol, entry]) => this.#view(symbol, entry));
  }

  get owners(): readonly string[] {
    return [...this.#owners.keys()];
  }

  /** By quote currency. */
  pnl(owner: string): Readonly<Record<string, PnlFigures>> {
    const totals = new Map<string, { realized: Decimal; unrealized: Decimal; fees: Decimal }>();
    const of = (currency: string): { realized: Decimal; unrealized: Decimal; fees: Decimal } => {
      const known = totals.get(currency) ?? { realized: ZERO, unrealized: ZERO, fees: ZERO };
      totals.set(currency, known);
      return known;
    };
    for (const [symbol, { instrument, holding, fees }] of this.#owners.get(owner) ?? []) {
      const figures = of(instrument.quote);
      figures.realized = figures.realized.plus(holding.realizedPnl);
      figures.unrealized = figures.unrealized.plus(this.#unrealized(symbol, instrument, holding));
      for (const [currency, fee] of fees) of(currency).fees = of(currency).fees.plus(fee);
    }
    const entries = [...totals].map(([currency, { realized, unrealized, fees }]) => [
      currency,
      { realized: text(realized), unrealized: text(unrealized), fees: text(fees) },
    ]);
    return Object.fromEntries(entries) as Record<string, PnlFigures>;
  }

  /**
   * What an owner has won or lost in all, with what it holds at the last prices, in quote currency; fees of
   * other currencies are not in it, unless they are the symbol's own base currency.
   */
  netPnl(owner: string): Decimal {
    let total = ZERO;
    for (const [symbol, { instrument, holding, fees }] of this.#owners.get(owner) ?? []) {
      const fee = fees.get(instrument.quote) ?? ZERO;
      total = total
        .plus(holding.realizedPnl)
        .plus(this.#unrealized(symbol, instrument, holding))
        .minus(fee);
    }
    return total;
  }

  /** Whether all that it holds has a price. */
  isPriced(owner: string): boolean {
    return [...(this.#owners.get(owner) ?? [])].every(
      ([symbol, { holding }]) =>
        holding.quantity.isZero() || this.#prices.last(symbol) !== undefined,
    );
  }

  #unrealized(symbol: string, instrument: Instrument, holding: Holding): Decimal {
    const price = this.#prices.last(symbol);
    if (price === undefined || holding.quantity.isZero()) return ZERO;
    return unrealizedPnl(holding, decimal(price), decimal(instrument.contractSize));
  }

  #view(symbol: string, entry: Entry | undefined): Position {
    const price = this.#prices.last(symbol);
    const lastPrice = price === undefined ? null : text(decimal(price));
    if (entry === undefined) {
      return {
        symbol,
        quantity: '0',
        avgPrice: null,
        realizedPnl: '0',
        unrealizedPnl: '0',
        fees: {},
        lastPrice,
        updatedAt: 0,
      };
    }
    const { quantity, avgPrice, realizedPnl } = entry.holding;
    const flat = quantity.isZero();
    const open =
      lastPrice === null && !flat
        ? null
        : this.#unrealized(symbol, entry.instrument, entry.holding);
    return {
      symbol,
      quantity: text(quantity),
      avgPrice: flat ? null : text(avgPrice),
      realizedPnl: text(realizedPnl),
      unrealizedPnl: open === null ? null : text(open),
      fees: texts(entry.fees),
      lastPrice,
      updatedAt: entry.updatedAt,
    };
  }

  #bookOf(owner: string): Map<string, Entry> {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    const book = new Map<string, Entry>();
    this.#owners.set(owner, book);
    return book;
  }

  /** A symbol that the venue does not trade any more is still a position. */
  #instrument(symbol: string): Instrument {
    const known = this.#instrumentOf(symbol);
    if (known !== undefined) return known;
    const [base = symbol, quote = ''] = symbol.split(/[/:]/);
    return {
      symbol,
      kind: symbol.includes(':') ? 'linear' : 'spot',
      base,
      quote,
      contractSize: '1',
      tickSize: '0',
      lotSize: '0',
      minQuantity: '0',
      maxQuantity: null,
      minNotional: null,
      makerFee: '0',
      takerFee: '0',
    };
  }
}

function kept(owner: string, symbol: string, { holding, fees, updatedAt }: Entry): KeptPosition {
  return {
    owner,
    symbol,
    quantity: text(holding.quantity),
    avgPrice: text(holding.avgPrice),
    realizedPnl: text(holding.realizedPnl),
    fees: texts(fees),
    updatedAt,
  };
}

function texts(amounts: ReadonlyMap<string, Decimal>): Readonly<Record<string, DecimalText>> {
  return Object.fromEntries([...amounts].map(([currency, amount]) => [currency, text(amount)]));
}
