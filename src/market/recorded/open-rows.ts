import type { ReadStream } from 'node:fs';
import { readCsvRows } from './csv-rows.ts';
import { readJsonRows } from './json-rows.ts';
import type { Row } from './rows.ts';
import { openText, readFailure, type TextFormat } from './text-source.ts';

/** The rows of a file from the first on, and the stream beneath, which counts the bytes it has read. */
export function openRows(
  path: string,
  format: TextFormat,
): { disk: ReadStream; rows: AsyncGenerator<Row[]> } {
  const { disk, stages } = openText(path, format.gzip);
  const rows =
    format.content === 'csv'
      ? readCsvRows(path, stages, format.delimiter)
      : readJsonRows(path, stages, format.content === 'json-list');
  return { disk, rows: namingTheFile(path, rows) };
}

async function* namingTheFile(path: string, rows: AsyncGenerator<Row[]>): AsyncGenerator<Row[]> {
  try {
    yield* rows;
  } catch (error) {
    throw readFailure(path, error);
  }
}
