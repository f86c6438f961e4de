import { PassThrough, pipeline, type Readable } from 'node:stream';
import { MarketFileFormatError, MarketFileRowError } from '../errors.ts';
import { messageOf, quote } from '../../base/errors.ts';
import { MAX_ROW_CHARS, ROWS_PER_BATCH, type Row } from './rows.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Cuts JSON text into its rows as it arrives: the entries of one outer list, or values one after
 * another (a line each). Only brackets and strings are looked at; `JSON.parse` judges each row.
 */
class JsonRowSplitter {
  readonly #path: string;
  readonly #isList: boolean;
  #rest = '';
  #scanned = 0;
  #start = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #entries = 0;

  constructor(path: string, isList: boolean) {
    this.#path = path;
    this.#isList = isList;
  }

  /** The rows that `text` completes, appended to `rows`. */
  add(text: string, rows: Row[]): void {
    this.#rest += text;
    const buffer = this.#rest;
    for (let at = this.#scanned; at < buffer.length; at += 1) {
      const code = buffer.charCodeAt(at);
      if (this.#inString) this.#passString(code);
      else this.#pass(code, at, buffer, rows);
    }
    const keptFrom = this.#start >= 0 ? this.#start : buffer.length;
    this.#rest = buffer.slice(keptFrom);
    if (this.#start >= 0) this.#start = 0;
    this.#scanned = this.#rest.length;
    if (this.#rest.length > MAX_ROW_CHARS) throw this.#badRow(`longer than ${MAX_ROW_CHARS}`);
  }

  /** @throws {MarketFileFormatError} code `MARKET_FILE_FORMAT`, if the text stops inside a row or list */
  end(): void {
    if (this.#depth === 0) return;
    throw new MarketFileFormatError(
      `${this.#path} ends in the middle: row ${this.#rowNumber()} is cut off or the closing "]" is missing`,
      { path: this.#path },
    );
  }

  #passString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }

  #pass(code: number, at: number, buffer: string, rows: Row[]): void {
    const base = this.#isList ? 1 : 0;
    switch (code) {
      case QUOTE:
        if (this.#start < 0) throw this.#strayText(buffer, at);
        this.#inString = true;
        return;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (this.#depth === base && this.#start < 0) this.#start = at;
        this.#depth += 1;
        return;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        this.#depth -= 1;
        if (this.#depth < 0) throw this.#strayText(buffer, at);
        if (this.#start >= 0 && this.#depth === base) {
          rows.push(this.#row(buffer.slice(this.#start, at + 1)));
          this.#start = -1;
        }
        return;
      case NEWLINE:
        this.#line += 1;
        return;
      default:
        // Between rows there are only commas and space; anything else is a value that is no row.
        if (this.#start < 0 && code !== 44 && code > 32 && code !== 0xfeff) {
          throw this.#strayText(buffer, at);
        }
    }
  }

  #row(text: string): Row {
    const number = this.#rowNumber();
    this.#entries += 1;
    try {
      return { number, cells: JSON.parse(text) };
    } catch (error) {
      throw new MarketFileRowError(
        `${this.#path}, row ${number}: not JSON (${messageOf(error)}): ${quote(text)}`,
        { path: this.#path, row: number },
        error,
      );
    }
  }

  #rowNumber(): number {
    return this.#isList ? this.#entries + 1 : this.#line;
  }

  #strayText(buffer: string, at: number): MarketFileRowError {
    return this.#badRow(
      `a list or an object was expected, not ${quote(buffer.slice(at, at + 60))}`,
    );
  }

  #badRow(what: string): MarketFileRowError {
    const row = this.#rowNumber();
    return new MarketFileRowError(`${this.#path}, row ${row}: ${what}`, { path: this.#path, row });
  }
}

/**
 * The rows of a JSON file, a batch at a time.
 *
 * @throws {MarketFileRowError} code `MARKET_FILE_ROW`
 * @throws {MarketFileFormatError} code `MARKET_FILE_FORMAT`
 */
export async function* readJsonRows(
  path: string,
  stages: readonly Readable[],
  isList: boolean,
): AsyncGenerator<Row[]> {
  const text = new PassThrough({ encoding: 'utf8' });
  pipeline([...stages, text] as [Readable, PassThrough], () => undefined);
  const splitter = new JsonRowSplitter(path, isList);
  let rows: Row[] = [];
  for await (const chunk of text as AsyncIterable<string>) {
    try {
      splitter.add(chunk, rows);
    } catch (error) {
      if (rows.length > 0) yield rows;
      throw error;
    }
    if (rows.length < ROWS_PER_BATCH) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
  splitter.end();
}
