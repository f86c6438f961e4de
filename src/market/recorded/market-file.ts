import type { ReadStream } from 'node:fs';
import { parseSymbol } from '../../model/symbol.ts';
import { timeframeMs } from '../../model/timeframe.ts';
import { readShape, type FileShape } from './file-shape.ts';
import { openRows } from './open-rows.ts';
import { OrderCheck } from './order-check.ts';
import { RowParser, type RecordedEvent } from './row-parser.ts';
import { detectFormat, type TextFormat } from './text-source.ts';

export interface MarketFileOptions {
  /**
   * Of a file without a symbol column: the symbols that its data stand for, each getting its own copy of
   * every row. Of a file with one: the symbols to take from it.
   *
   * @default those named in the first 1,000 rows
   */
  readonly symbols?: readonly string[];
  /**
   * Timeframe of the bars.
   *
   * @default the smallest distance between two rows of a symbol in the first 1,000 rows
   */
  readonly timeframe?: string;
}

/** A recorded file of bars or trade ticks whose beginning has been read: what it is, and its events. */
export class MarketFile {
  readonly path: string;
  readonly kind: 'bars' | 'trades';
  readonly symbols: readonly string[];
  /** True if each row says which symbol it is of. */
  readonly hasSymbolColumn: boolean;
  /** Timeframe of the bars, undefined for trade ticks. */
  readonly timeframe: string | undefined;
  /** Timestamp of the first row, ms since the epoch. */
  readonly beginsAtMs: number;
  /** Length on the disk, bytes. */
  readonly sizeBytes: number;
  readonly #format: TextFormat;
  readonly #shape: FileShape;
  #disk: ReadStream | undefined;

  private constructor(path: string, format: TextFormat, shape: FileShape) {
    this.path = path;
    this.kind = shape.columns.kind;
    this.symbols = shape.symbols;
    this.hasSymbolColumn = shape.columns.symbol !== undefined;
    this.timeframe = shape.timeframe === '' ? undefined : shape.timeframe;
    this.beginsAtMs = shape.beginsAtMs;
    this.sizeBytes = format.sizeBytes;
    this.#format = format;
    this.#shape = shape;
  }

  /**
   * Reads the beginning of `path`: CSV or JSON (a list or a row per line), plain or gzip, told by
   * content. CSV has named columns in any order, or is time, open, high, low, close, volume. JSON rows
   * are lists in that order, or objects.
   *
   * @throws {MarketFileUnreadableError} code `MARKET_FILE_UNREADABLE`
   * @throws {MarketFileEmptyError} code `MARKET_FILE_EMPTY`
   * @throws {MarketFileFormatError} code `MARKET_FILE_FORMAT`
   * @throws {MarketFileColumnsError} code `MARKET_FILE_COLUMNS`
   * @throws {MarketFileRowError} code `MARKET_FILE_ROW`
   * @throws {MarketFileOrderError} code `MARKET_FILE_ORDER`
   * @throws {MarketFileTimeframeError} code `MARKET_FILE_TIMEFRAME`
   * @throws {MarketFileSymbolError} code `MARKET_FILE_SYMBOL`
   */
  static async open(path: string, options: MarketFileOptions = {}): Promise<MarketFile> {
    if (options.timeframe !== undefined) timeframeMs(options.timeframe);
    const named = options.symbols?.map(parseSymbol);
    const format = await detectFormat(path);
    const shape = await readShape(path, format, named, options.timeframe);
    return new MarketFile(path, format, shape);
  }

  /** Share of the file that the reading under way has taken from the disk, 0 to 1. */
  get fractionRead(): number {
    return Math.min(1, (this.#disk?.bytesRead ?? 0) / this.sizeBytes);
  }

  /**
   * The events from the first to the last, in batches of about 1,000, each row checked as it is reached:
   * what stands before a bad row is delivered before the row's error is thrown.
   *
   * @throws what `open` throws, for the rows behind the beginning
   */
  async *events(): AsyncGenerator<RecordedEvent[]> {
    const { columns, hasHeader, symbols, timeframe } = this.#shape;
    const parser = new RowParser(this.path, columns);
    const order = new OrderCheck(this.path);
    const wanted = new Set(symbols);
    const { disk, rows } = openRows(this.path, this.#format);
    this.#disk = disk;
    let isHeader = hasHeader;
    for await (const batch of rows) {
      const events: RecordedEvent[] = [];
      try {
        for (const row of batch) {
          if (isHeader) {
            isHeader = false;
            continue;
          }
          const own = parser.symbolOf(row);
          const event = parser.parse(row, own ?? (symbols[0] as string), timeframe);
          order.check(event, row.number);
          if (own === undefined) copyFor(symbols, event, events);
          else if (wanted.has(own)) events.push(event);
        }
      } catch (error) {
        if (events.length > 0) yield events;
        throw error;
      }
      if (events.length > 0) yield events;
    }
  }
}

/**
 * The events of a recorded file, in batches: see `MarketFile`, which also tells what the file is.
 *
 * @throws what `MarketFile.open` and `MarketFile.events` throw
 */
export async function* readMarketFile(
  path: string,
  options: MarketFileOptions = {},
): AsyncGenerator<RecordedEvent[]> {
  const file = await MarketFile.open(path, options);
  yield* file.events();
}

function copyFor(symbols: readonly string[], event: RecordedEvent, events: RecordedEvent[]): void {
  events.push(event);
  for (let index = 1; index < symbols.length; index += 1) {
    events.push({ ...event, symbol: symbols[index] as string });
  }
}
