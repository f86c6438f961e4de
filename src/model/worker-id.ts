import { quote } from '../base/errors.ts';
import { InvalidWorkerIdError } from './errors.ts';

export const MAX_WORKER_ID_CHARS = 64;

const WORKER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The worker id itself, if it may be one: 1 to 64 ASCII letters, digits and `. _ -`, the first a letter
 * or digit. It names log files and appears in messages, hence the narrow set.
 *
 * @throws {InvalidWorkerIdError} code `INVALID_WORKER_ID`
 */
export function parseWorkerId(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_WORKER_ID_CHARS || !WORKER_ID.test(value)) {
    throw new InvalidWorkerIdError(
      `${quote(value)} is not a worker id: expected 1 to ${MAX_WORKER_ID_CHARS} letters, digits and . _ - such as "sma-cross-1"`,
      { workerId: value },
    );
  }
  return value;
}
