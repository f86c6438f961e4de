import { messageOf, quote } from '../../base/errors.ts';
import type { Bar } from '../../model/bar.ts';
import { parseSymbol } from '../../model/symbol.ts';
import type { AggressorSide, TradeTick } from '../../model/trade-tick.ts';
import { MarketFileRowError } from '../errors.ts';
import type { BarColumns, Columns, TradeColumns } from './columns.ts';
import { cellOf, showRow, type ColumnKey, type Row } from './rows.ts';
import { parseTimestamp, showTime } from './timestamp.ts';

export type RecordedEvent = Bar | TradeTick;

/** Years 1900 to 2200: a time outside is a column that is not a time, or in a unit nobody uses. */
const EARLIEST_MS = Date.UTC(1900, 0);
const LATEST_MS = Date.UTC(2200, 0);

const SIDES: ReadonlyMap<string, AggressorSide> = new Map([
  ['buy', 'buy'],
  ['b', 'buy'],
  ['bid', 'buy'],
  ['sell', 'sell'],
  ['s', 'sell'],
  ['ask', 'sell'],
  ['a', 'sell'],
  ['unknown', 'unknown'],
  ['', 'unknown'],
]);

/** Turns rows into bars or trade ticks and refuses what can't be one. */
export class RowParser {
  readonly #path: string;
  readonly #columns: Columns;
  readonly #knownSymbols = new Set<string>();

  constructor(path: string, columns: Columns) {
    this.#path = path;
    this.#columns = columns;
  }

  /** The symbol that a row names, undefined if the file has no column for it. */
  symbolOf(row: Row): string | undefined {
    this.#checkShape(row);
    if (this.#columns.symbol === undefined) return undefined;
    const value = cellOf(row, this.#columns.symbol);
    if (typeof value === 'string' && this.#knownSymbols.has(value)) return value;
    try {
      const symbol = parseSymbol(value);
      this.#knownSymbols.add(symbol);
      return symbol;
    } catch (error) {
      throw this.#fault(row, messageOf(error));
    }
  }

  /** @throws {MarketFileRowError} code `MARKET_FILE_ROW` */
  parse(row: Row, symbol: string, timeframe: string): RecordedEvent {
    this.#checkShape(row);
    return this.#columns.kind === 'bars'
      ? this.#bar(row, this.#columns, symbol, timeframe)
      : this.#trade(row, this.#columns, symbol);
  }

  #bar(row: Row, columns: BarColumns, symbol: string, timeframe: string): Bar {
    const timestamp = this.#time(row, columns.timestamp);
    const open = this.#price(row, 'open', columns.open);
    const high = this.#price(row, 'high', columns.high);
    const low = this.#price(row, 'low', columns.low);
    const close = this.#price(row, 'close', columns.close);
    const volume = this.#size(row, 'volume', columns.volume);
    if (high < low) throw this.#fault(row, `high ${high} is below low ${low}`);
    if (high < open || high < close) {
      throw this.#fault(row, `high ${high} is below open ${open} or close ${close}`);
    }
    if (low > open || low > close) {
      throw this.#fault(row, `low ${low} is above open ${open} or close ${close}`);
    }
    return { type: 'bar', symbol, timeframe, timestamp, open, high, low, close, volume };
  }

  #trade(row: Row, columns: TradeColumns, symbol: string): TradeTick {
    const id = columns.tradeId === undefined ? '' : cellOf(row, columns.tradeId);
    return {
      type: 'trade',
      symbol,
      timestamp: this.#time(row, columns.timestamp),
      price: this.#price(row, 'price', columns.price),
      size: this.#size(row, 'size', columns.size),
      aggressorSide: this.#side(row, columns),
      tradeId: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    };
  }

  #time(row: Row, key: ColumnKey): number {
    const value = cellOf(row, key);
    const timestamp = parseTimestamp(value);
    if (timestamp === undefined) {
      throw this.#fault(
        row,
        `${quote(value)} is not a time: expected epoch s, ms, µs or ns, or ISO text such as "2021-12-31 23:01:00"`,
      );
    }
    if (timestamp < EARLIEST_MS || timestamp >= LATEST_MS) {
      throw this.#fault(row, `${quote(value)} is not a time: it would be ${showTime(timestamp)}`);
    }
    return timestamp;
  }

  #price(row: Row, name: string, key: ColumnKey): number {
    const value = cellOf(row, key);
    const price = numberOf(value);
    if (price > 0 && price < Number.POSITIVE_INFINITY) return price;
    throw this.#fault(row, `${name} is ${quoteCell(value)}: expected a finite number above 0`);
  }

  #size(row: Row, name: string, key: ColumnKey): number {
    const value = cellOf(row, key);
    const size = numberOf(value);
    if (size >= 0 && size < Number.POSITIVE_INFINITY) return size;
    throw this.#fault(row, `${name} is ${quoteCell(value)}: expected a finite number from 0`);
  }

  #side(row: Row, columns: TradeColumns): AggressorSide {
    if (columns.side !== undefined) {
      const value = cellOf(row, columns.side) ?? '';
      const side = typeof value === 'string' ? SIDES.get(value.toLowerCase()) : undefined;
      if (side !== undefined) return side;
      throw this.#fault(row, `side is ${quote(value)}: expected buy, sell or nothing`);
    }
    if (columns.buyerIsMaker === undefined) return 'unknown';
    const value = cellOf(row, columns.buyerIsMaker);
    const text = String(value).toLowerCase();
    if (text === 'true' || text === '1') return 'sell';
    if (text === 'false' || text === '0') return 'buy';
    throw this.#fault(row, `is-buyer-maker is ${quoteCell(value)}: expected true or false`);
  }

  #checkShape(row: Row): void {
    if (typeof row.cells === 'object' && row.cells !== null) return;
    throw this.#fault(row, 'not a list or an object');
  }

  #fault(row: Row, what: string): MarketFileRowError {
    return new MarketFileRowError(
      `${this.#path}, row ${row.number}: ${what}; the row is ${showRow(row)}`,
      {
        path: this.#path,
        row: row.number,
        text: showRow(row),
      },
    );
  }
}

/** NaN for anything but a number or numeric text; `Number('')` would be 0. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** A cell as an error quotes it: NaN and Infinity would be null in JSON, and a missing cell is said to be missing. */
function quoteCell(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'number' ? String(value) : quote(value);
}
