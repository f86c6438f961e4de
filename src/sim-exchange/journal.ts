import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { SimExchangeError } from './errors.ts';

/**
 * The exchange's own account of what happened: JSON lines, each with the system before anybody is
 * answered, none of them ever changed. It is what others are judged by, so that an exchange that can't
 * write it must not go on.
 */
export class Journal {
  readonly #path: string | undefined;
  readonly #fd: number | undefined;
  #sequence = 0;

  /** @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED` */
  constructor(path: string | undefined) {
    this.#path = path;
    try {
      this.#fd = path === undefined ? undefined : openSync(path, 'a', 0o600);
    } catch (thrown) {
      throw this.#failure(thrown);
    }
  }

  /** @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED` */
  write(type: string, atMs: number, facts: Readonly<Record<string, unknown>>): void {
    this.#sequence += 1;
    if (this.#fd === undefined) return;
    const line = `${JSON.stringify({ seq: this.#sequence, at: atMs, type, ...facts })}\n`;
    try {
      const bytes = Buffer.from(line);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.#fd, bytes, written);
      }
    } catch (thrown) {
      throw this.#failure(thrown);
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }

  #failure(thrown: unknown): SimExchangeError {
    const path = this.#path;
    return new SimExchangeError(
      `can't write the log ${path}: ${messageOf(thrown)}`,
      { path },
      thrown,
    );
  }
}
