import { quote } from '../../base/errors.ts';

/** Where a value stands in a row: a place in a list, or the name of a field. */
export type ColumnKey = number | string;

/** One row of a file before anybody has judged it. */
export interface Row {
  /** The row's number as a person counts it: the line of a text file, the entry of a JSON list, from 1. */
  readonly number: number;
  /** A list of cells, or an object of named fields; anything else is a bad row. */
  readonly cells: unknown;
}

/** Rows are handed on this many at a time, so that a long file never stands in memory as a whole. */
export const ROWS_PER_BATCH = 1_024;

/** No row of a file is longer than this; a longer one is a fault, such as a quote that never closes. */
export const MAX_ROW_CHARS = 65_536;

/** A row as an error message quotes it. */
export function showRow(row: Row): string {
  const { cells } = row;
  const isText = Array.isArray(cells) && cells.every((cell) => typeof cell === 'string');
  return quote(isText ? cells.join(',') : cells, 200);
}

/** The value of a column, undefined where the row has none. */
export function cellOf(row: Row, key: ColumnKey): unknown {
  return (row.cells as Readonly<Record<ColumnKey, unknown>>)[key];
}
