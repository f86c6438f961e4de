import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import {
  MarketFileEmptyError,
  MarketFileFormatError,
  MarketFileUnreadableError,
} from '../errors.ts';
import { messageOf, quote } from '../../base/errors.ts';

/** How a file is written, told by its first bytes and never by its name. */
export interface TextFormat {
  readonly gzip: boolean;
  readonly content: 'csv' | 'json-list' | 'json-lines';
  /** What separates the cells of a CSV file. */
  readonly delimiter: ',' | ';' | '\t';
  /** Length of the file as it lies on the disk, bytes. */
  readonly sizeBytes: number;
}

const HEAD_BYTES = 65_536;

/** First bytes of what is often taken for a text file. */
const BINARY_FORMATS: readonly (readonly [magic: string, name: string])[] = [
  ['PK\u0003\u0004', 'a zip archive'],
  ['PAR1', 'a Parquet file'],
  ['ARROW1', 'an Arrow file'],
  ['\u0028\u00b5\u002f\u00fd', 'a zstd file'],
  ['BZh', 'a bzip2 file'],
  ['\u00fd7zXZ', 'an xz file'],
  ['SQLite format 3', 'an SQLite database'],
];

/**
 * Looks at the beginning of a file.
 *
 * @throws {MarketFileUnreadableError} code `MARKET_FILE_UNREADABLE`
 * @throws {MarketFileEmptyError} code `MARKET_FILE_EMPTY`
 * @throws {MarketFileFormatError} code `MARKET_FILE_FORMAT`
 */
export async function detectFormat(path: string): Promise<TextFormat> {
  const { bytes, sizeBytes } = await readHead(path);
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = gzip ? inflateHead(path, bytes) : bytes;
  if (!gzip) refuseBinary(path, head);
  else if (head.includes(0)) throw notText(path, 'its unpacked content is not text');
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  const start = text.trimStart();
  if (start === '') {
    throw new MarketFileEmptyError(
      `${path} is empty: expected rows of bars or trade ticks as CSV or JSON`,
      { path },
    );
  }
  const firstLine = start.slice(0, /[\r\n]|$/.exec(start)?.index);
  return { gzip, content: contentOf(start), delimiter: delimiterOf(firstLine), sizeBytes };
}

/** The file's bytes, unpacked, and the stream from the disk beneath them, which counts what it has read. */
export function openText(path: string, gzip: boolean): { disk: ReadStream; stages: Readable[] } {
  const disk = createReadStream(path);
  return { disk, stages: gzip ? [disk, createGunzip()] : [disk] };
}

/** What a stream of the file failed with, as an error that names the file. */
export function readFailure(path: string, cause: unknown): unknown {
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return cause;
  if (code.startsWith('Z_')) {
    return new MarketFileFormatError(
      `${path} is a damaged gzip file: ${messageOf(cause)}`,
      { path },
      cause,
    );
  }
  return /^E[A-Z]+$/.test(code) ? unreadable(path, code, cause) : cause;
}

async function readHead(path: string): Promise<{ bytes: Buffer; sizeBytes: number }> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { bytes: buffer.subarray(0, bytesRead), sizeBytes: size };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFailure(path, error);
  }
}

function unreadable(path: string, code: string, cause: unknown): MarketFileUnreadableError {
  const reason =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a directory'
        : messageOf(cause);
  return new MarketFileUnreadableError(
    `can't read market data from ${quote(path)}: ${reason}`,
    { path, code },
    cause,
  );
}

function inflateHead(path: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw readFailure(path, error);
  }
}

function refuseBinary(path: string, head: Buffer): void {
  const start = head.toString('latin1', 0, 16);
  for (const [magic, name] of BINARY_FORMATS) {
    if (start.startsWith(magic)) throw notText(path, `it is ${name}`);
  }
  if (head.includes(0)) {
    throw notText(path, `it begins with the bytes ${head.subarray(0, 8).toString('hex')}`);
  }
}

function notText(path: string, found: string): MarketFileFormatError {
  return new MarketFileFormatError(
    `can't tell the format of ${path}: ${found}; expected CSV or JSON in UTF-8, plain or packed with gzip`,
    { path },
  );
}

function contentOf(start: string): TextFormat['content'] {
  if (start.startsWith('{')) return 'json-lines';
  if (!start.startsWith('[')) return 'csv';
  // A list of rows begins with a row; a line that is itself a row begins with a value.
  return /^\[\s*([[{\]]|$)/.test(start) ? 'json-list' : 'json-lines';
}

function delimiterOf(firstLine: string): TextFormat['delimiter'] {
  const counts = ([',', ';', '\t'] as const).map(
    (delimiter) => [delimiter, firstLine.split(delimiter).length] as const,
  );
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
