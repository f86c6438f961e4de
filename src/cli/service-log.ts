import type { Logger, LogLevel } from '../base/logger.ts';
import { formatLogLine } from './terminal/log-line.ts';

/** What a service says, one line each: for people, or as JSON. */
export class ServiceLog implements Logger {
  readonly #write: (text: string) => void;
  readonly #isJson: boolean;

  constructor(write: (text: string) => void, isJson: boolean) {
    this.#write = write;
    this.#isJson = isJson;
  }

  log(level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>): void {
    const line = { at: Date.now(), level, message, ...(facts !== undefined && { facts }) };
    this.#write(`${this.#isJson ? JSON.stringify(line) : formatLogLine(line)}\n`);
  }
}
