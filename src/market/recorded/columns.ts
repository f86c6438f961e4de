import { MarketFileColumnsError } from '../errors.ts';
import { quote } from '../../base/errors.ts';
import { parseTimestamp } from './timestamp.ts';
import type { ColumnKey } from './rows.ts';

/** Where the values of a bar stand in a row. */
export interface BarColumns {
  readonly kind: 'bars';
  readonly timestamp: ColumnKey;
  readonly open: ColumnKey;
  readonly high: ColumnKey;
  readonly low: ColumnKey;
  readonly close: ColumnKey;
  readonly volume: ColumnKey;
  readonly symbol: ColumnKey | undefined;
}

/** Where the values of a trade tick stand in a row. */
export interface TradeColumns {
  readonly kind: 'trades';
  readonly timestamp: ColumnKey;
  readonly price: ColumnKey;
  readonly size: ColumnKey;
  readonly side: ColumnKey | undefined;
  /** A column such as Binance's `isBuyerMaker`: true where the seller took the liquidity. */
  readonly buyerIsMaker: ColumnKey | undefined;
  readonly tradeId: ColumnKey | undefined;
  readonly symbol: ColumnKey | undefined;
}

export type Columns = BarColumns | TradeColumns;

/** Names that a column goes by, lower case without anything but letters and digits; the first found counts. */
const NAMES = {
  timestamp: ['timestamp', 'ts', 'datetime', 'opentime', 'time', 'date', 't'],
  open: ['open', 'openprice', 'o'],
  high: ['high', 'highprice', 'h'],
  low: ['low', 'lowprice', 'l'],
  close: ['close', 'closeprice', 'c'],
  volume: ['volume', 'vol', 'v', 'basevolume'],
  price: ['price', 'p'],
  size: ['size', 'amount', 'qty', 'quantity', 'q', 'volume', 'vol', 'v'],
  side: ['side', 'aggressorside', 'takerside', 'direction'],
  buyerIsMaker: ['isbuyermaker', 'buyermaker', 'm'],
  tradeId: ['tradeid', 'id', 'aggtradeid', 'tid'],
  symbol: ['symbol', 'pair', 'instrument', 'ticker', 'sym'],
} as const;

const BAR_FIELDS = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const;
const TRADE_FIELDS = ['timestamp', 'price', 'size'] as const;

/** A list without names of this many numbers or more is time, open, high, low, close, volume. */
const UNNAMED_BAR_COLUMNS = 6;

/** The columns of rows without names. Undefined if the first row does not look like a bar. */
export function columnsOfUnnamed(cells: readonly unknown[]): BarColumns | undefined {
  if (cells.length < UNNAMED_BAR_COLUMNS || parseTimestamp(cells[0]) === undefined) {
    return undefined;
  }
  const numbers = cells.slice(1, UNNAMED_BAR_COLUMNS);
  if (!numbers.every((cell) => cell !== '' && cell !== null && !Number.isNaN(Number(cell)))) {
    return undefined;
  }
  return {
    kind: 'bars',
    timestamp: 0,
    open: 1,
    high: 2,
    low: 3,
    close: 4,
    volume: 5,
    symbol: undefined,
  };
}

/**
 * The columns of rows with names: bars if they have open, high, low or close, else trade ticks. `keyOf`
 * tells how a row is asked for the column at a place.
 *
 * @throws {MarketFileColumnsError} code `MARKET_FILE_COLUMNS`
 */
export function columnsOfNames(
  path: string,
  names: readonly string[],
  keyOf: (index: number) => ColumnKey,
): Columns {
  const plain = names.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const find = (field: keyof typeof NAMES): ColumnKey | undefined => {
    for (const alias of NAMES[field]) {
      const index = plain.indexOf(alias);
      if (index >= 0) return keyOf(index);
    }
    return undefined;
  };
  const looksLikeBars = (['open', 'high', 'low', 'close'] as const).some(
    (field) => find(field) !== undefined,
  );
  const fields = looksLikeBars ? BAR_FIELDS : TRADE_FIELDS;
  const missing = fields.filter((field) => find(field) === undefined);
  if (missing.length > 0) throw missingColumns(path, looksLikeBars, missing, names);
  const found = Object.fromEntries(fields.map((field) => [field, find(field)]));
  const symbol = find('symbol');
  if (looksLikeBars) return { kind: 'bars', ...(found as Found<typeof BAR_FIELDS>), symbol };
  return {
    kind: 'trades',
    ...(found as Found<typeof TRADE_FIELDS>),
    side: find('side'),
    buyerIsMaker: find('buyerIsMaker'),
    tradeId: find('tradeId'),
    symbol,
  };
}

type Found<Fields extends readonly string[]> = Record<Fields[number], ColumnKey>;

function missingColumns(
  path: string,
  looksLikeBars: boolean,
  missing: readonly string[],
  names: readonly string[],
): MarketFileColumnsError {
  const needed = looksLikeBars
    ? `bars need ${BAR_FIELDS.join(', ')}`
    : `bars need ${BAR_FIELDS.join(', ')}; trade ticks need ${TRADE_FIELDS.join(', ')}`;
  return new MarketFileColumnsError(
    `${path} has no column for ${missing.join(', ')}: found ${quote(names)}, but ${needed}`,
    { path, missing, found: names },
  );
}
