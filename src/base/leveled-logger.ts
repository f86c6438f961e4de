import { LOG_LEVELS, type Logger, type LogLevel } from './logger.ts';

/** Passes on what is at least as severe as a level, which may change at any time. */
export class LeveledLogger implements Logger {
  level: LogLevel;
  readonly #next: Logger;

  constructor(next: Logger, level: LogLevel) {
    this.#next = next;
    this.level = level;
  }

  log(level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    this.#next.log(level, message, facts);
  }
}
