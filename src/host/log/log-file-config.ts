import { InvalidOptionError } from '../../lifecycle/errors.ts';
import { MAX_KEPT } from './log-reader.ts';

export interface LogFileConfig {
  /** A worker's log file is put aside before it grows past this, bytes. @default 5_242_880 */
  readonly maxBytes: number;
  /** Files put aside that are kept, for each worker. @default 3 */
  readonly keep: number;
}

const DEFAULTS: LogFileConfig = { maxBytes: 5_242_880, keep: 3 };

/** More than the longest line. */
const LEAST_BYTES = 65_536;
const MOST_BYTES = 1_073_741_824;

/** @throws {InvalidOptionError} code `INVALID_OPTION` */
export function resolveLogFileConfig(config: Partial<LogFileConfig> = {}): LogFileConfig {
  const resolved = { ...DEFAULTS, ...config };
  const { maxBytes, keep } = resolved;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < LEAST_BYTES || maxBytes > MOST_BYTES) {
    const expected = `bytes from ${LEAST_BYTES} to ${MOST_BYTES}`;
    throw new InvalidOptionError('logFile.maxBytes', maxBytes, expected);
  }
  if (!Number.isSafeInteger(keep) || keep < 1 || keep > MAX_KEPT) {
    throw new InvalidOptionError('logFile.keep', keep, `a whole number from 1 to ${MAX_KEPT}`);
  }
  return resolved;
}
