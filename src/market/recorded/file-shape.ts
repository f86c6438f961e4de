import { quote } from '../../base/errors.ts';
import { timeframeOfMs } from '../../model/timeframe.ts';
import {
  MarketFileColumnsError,
  MarketFileEmptyError,
  MarketFileSymbolError,
  MarketFileTimeframeError,
} from '../errors.ts';
import { columnsOfNames, columnsOfUnnamed, type Columns } from './columns.ts';
import { openRows } from './open-rows.ts';
import { OrderCheck } from './order-check.ts';
import { RowParser } from './row-parser.ts';
import type { Row } from './rows.ts';
import { smallestSpacingMs, type Timed } from './spacing.ts';
import type { TextFormat } from './text-source.ts';

/** How many rows are looked at to learn the timeframe and the symbols of a file. */
const HEAD_ROWS = 1_000;

/** What the beginning of a file tells of the whole. */
export interface FileShape {
  readonly columns: Columns;
  /** CSV names its columns in its first row. */
  readonly hasHeader: boolean;
  readonly symbols: readonly string[];
  /** Empty for trade ticks. */
  readonly timeframe: string;
  /** Timestamp of the first row, ms since the epoch. */
  readonly beginsAtMs: number;
}

/** Reads as much of a file as it takes to know its shape. */
export async function readShape(
  path: string,
  format: TextFormat,
  named: readonly string[] | undefined,
  timeframe: string | undefined,
): Promise<FileShape> {
  const { columns, hasHeader, head } = await readBeginning(path, format, named);
  if (head.length === 0) {
    throw new MarketFileEmptyError(
      `${path} has no rows: only ${hasHeader ? 'a header' : 'an empty list'}`,
      {
        path,
      },
    );
  }
  const symbols = symbolsOf(path, columns, named, head);
  const beginsAtMs = head[0]?.timestamp ?? 0;
  const common = { columns, hasHeader, symbols, beginsAtMs };
  if (columns.kind === 'trades') return { ...common, timeframe: '' };
  return { ...common, timeframe: timeframe ?? timeframeOfHead(path, head) };
}

/** Reads on past the first rows while a symbol that was asked for has not come, so that it is missed now and not at the end. */
async function readBeginning(
  path: string,
  format: TextFormat,
  named: readonly string[] | undefined,
): Promise<{ columns: Columns; hasHeader: boolean; head: Timed[] }> {
  const { rows } = openRows(path, format);
  const order = new OrderCheck(path);
  const awaited = new Set(named);
  const head: Timed[] = [];
  let columns: Columns | undefined;
  let hasHeader = false;
  let parser: RowParser | undefined;
  for await (const batch of rows) {
    for (const row of batch) {
      if (columns === undefined || parser === undefined) {
        ({ columns, hasHeader } = columnsOf(path, row, format));
        parser = new RowParser(path, columns);
        if (hasHeader) continue;
      }
      const own = parser.symbolOf(row);
      awaited.delete(own ?? '');
      if (head.length < HEAD_ROWS) {
        const event = parser.parse(row, own ?? named?.[0] ?? '', '');
        order.check(event, row.number);
        head.push({ symbol: event.symbol, timestamp: event.timestamp });
      } else if (awaited.size === 0 || own === undefined) {
        return { columns, hasHeader, head };
      }
    }
  }
  if (columns === undefined) {
    throw new MarketFileEmptyError(`${path} has no rows`, { path });
  }
  if (columns.symbol !== undefined && awaited.size > 0 && head.length > 0) {
    throw symbolMissing(path, [...awaited], head);
  }
  return { columns, hasHeader, head };
}

function columnsOf(
  path: string,
  row: Row,
  format: TextFormat,
): { columns: Columns; hasHeader: boolean } {
  const { cells } = row;
  if (Array.isArray(cells)) {
    const unnamed = columnsOfUnnamed(cells);
    if (unnamed !== undefined) return { columns: unnamed, hasHeader: false };
    if (format.content === 'csv') {
      return {
        columns: columnsOfNames(path, cells as string[], (index) => index),
        hasHeader: true,
      };
    }
    throw new MarketFileColumnsError(
      `${path}, row ${row.number}: ${quote(cells)} is not a bar: expected [time, open, high, low, close, volume]`,
      { path, row: row.number },
    );
  }
  const names = Object.keys(cells as object);
  return {
    columns: columnsOfNames(path, names, (index) => names[index] as string),
    hasHeader: false,
  };
}

function symbolsOf(
  path: string,
  columns: Columns,
  named: readonly string[] | undefined,
  head: readonly Timed[],
): readonly string[] {
  if (named !== undefined && named.length > 0) return [...new Set(named)];
  if (columns.symbol !== undefined) return [...new Set(head.map((row) => row.symbol))];
  throw new MarketFileSymbolError(
    `${path} has no symbol column: say which symbol it is of, such as "BTC/USDT"`,
    { path },
  );
}

function symbolMissing(
  path: string,
  missing: readonly string[],
  head: readonly Timed[],
): MarketFileSymbolError {
  const found = [...new Set(head.map((row) => row.symbol))];
  return new MarketFileSymbolError(
    `${path} has no rows of ${missing.map((symbol) => quote(symbol)).join(', ')}: it has ${quote(found)}`,
    { path, missing, found },
  );
}

function timeframeOfHead(path: string, head: readonly Timed[]): string {
  const spacingMs = smallestSpacingMs(head);
  const timeframe = spacingMs === undefined ? undefined : timeframeOfMs(spacingMs);
  if (timeframe !== undefined) return timeframe;
  const found =
    spacingMs === undefined
      ? 'no symbol has two rows'
      : `its rows are ${spacingMs} ms apart, which is not whole seconds`;
  throw new MarketFileTimeframeError(
    `can't tell the timeframe of the bars in ${path}: ${found}; say which it is, such as "1m"`,
    { path, spacingMs },
  );
}
