import type { LogLevel } from '../base/logger.ts';
import type { Facts } from '../strategy/context.ts';

export interface LogLine {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly facts?: Record<string, unknown>;
}

const FLUSH_AFTER_MS = 100;
const FLUSH_AT_LINES = 200;
const MAX_LINE_CHARS = 4_096;

/**
 * Gathers a strategy's lines and sends them some at a time. Past `linesPerSecond` they are counted
 * instead, so that a strategy that floods its log can't hold up anybody.
 */
export class LogBuffer {
  readonly #send: (lines: LogLine[]) => void;
  readonly #linesPerSecond: number;
  #lines: LogLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  #second = 0;
  #inSecond = 0;
  dropped = 0;

  constructor(linesPerSecond: number, send: (lines: LogLine[]) => void) {
    this.#linesPerSecond = linesPerSecond;
    this.#send = send;
  }

  add(level: LogLevel, message: string, facts?: Facts): void {
    const at = Date.now();
    const second = Math.floor(at / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#inSecond = 0;
    }
    this.#inSecond += 1;
    if (this.#inSecond > this.#linesPerSecond) {
      this.dropped += 1;
      return;
    }
    const cut = message.length <= MAX_LINE_CHARS ? message : `${message.slice(0, MAX_LINE_CHARS)}…`;
    this.#lines.push({ at, level, message: cut, ...plain(facts) });
    if (this.#lines.length >= FLUSH_AT_LINES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#send(lines);
  }
}

/** Facts as they survive JSON, small enough for a line. */
function plain(facts: Facts | undefined): { facts?: Record<string, unknown> } {
  if (facts === undefined) return {};
  try {
    const json = JSON.stringify(facts);
    if (json.length <= MAX_LINE_CHARS)
      return { facts: JSON.parse(json) as Record<string, unknown> };
    return { facts: { cut: json.slice(0, MAX_LINE_CHARS) } };
  } catch {
    return { facts: { unserializable: Object.keys(facts) } };
  }
}
