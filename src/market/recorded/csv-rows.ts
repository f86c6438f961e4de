import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { MarketFileRowError } from '../errors.ts';
import { MAX_ROW_CHARS, ROWS_PER_BATCH, type Row } from './rows.ts';

/**
 * The lines of a CSV file as lists of text, a batch at a time; blank lines are passed over but counted.
 *
 * @throws {MarketFileRowError} code `MARKET_FILE_ROW`, for quotes that don't match
 */
export async function* readCsvRows(
  path: string,
  stages: readonly Readable[],
  delimiter: string,
): AsyncGenerator<Row[]> {
  const parser = parse({
    bom: true,
    delimiter,
    trim: true,
    relax_column_count: true,
    max_record_size: MAX_ROW_CHARS,
  });
  // The failure of any stage destroys the last one, whose reader below then throws it.
  pipeline([...stages, parser] as [Readable, typeof parser], () => undefined);
  let number = 0;
  let batch: Row[] = [];
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      number += 1;
      if (cells.length === 1 && cells[0] === '') continue;
      batch.push({ number, cells });
      if (batch.length < ROWS_PER_BATCH) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser drops what it had ready, so that `number` falls behind the line that it failed at.
    const row = Number(error['lines']);
    throw new MarketFileRowError(
      `${path}, row ${row}: not CSV (${error.message})`,
      { path, row },
      error,
    );
  }
  if (batch.length > 0) yield batch;
}
