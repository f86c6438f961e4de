import { messageOf } from '../base/errors.ts';
import type { LogFile } from '../base/log-file.ts';
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
/** Well below the largest message, which the host would refuse with all lines in it. */
const FLUSH_AT_BYTES = 262_144;
const MAX_LINE_CHARS = 4_096;

/**
 * Gathers a strategy's lines and sends them some at a time. Past `linesPerSecond` they are counted
 * instead, so that a strategy that floods its log can't hold up anybody.
 */
export class LogBuffer {
  readonly #send: (lines: LogLine[]) => void;
  readonly #linesPerSecond: number;
  readonly #file: LogFile | undefined;
  #lines: LogLine[] = [];
  /** Of the lines as JSON. */
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #second = 0;
  #inSecond = 0;
  dropped = 0;

  /** `file` gets each line at once: what is gathered is lost if the process crashes. */
  constructor(linesPerSecond: number, send: (lines: LogLine[]) => void, file?: LogFile) {
    this.#linesPerSecond = linesPerSecond;
    this.#send = send;
    this.#file = file;
  }

  /** Lines that the file did not take. */
  get writesFailed(): number {
    return this.#file?.failed ?? 0;
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
    // Strategies in JavaScript log whatever they have at hand.
    const text = typeof message === 'string' ? message : messageOf(message);
    const cut = text.length <= MAX_LINE_CHARS ? text : `${text.slice(0, MAX_LINE_CHARS)}…`;
    const kept = plain(facts);
    const line = { at, level, message: cut, ...(kept && { facts: kept }) };
    this.#lines.push(line);
    const json = JSON.stringify(line);
    this.#file?.append(json);
    this.#bytes += Buffer.byteLength(json);
    if (this.#lines.length >= FLUSH_AT_LINES || this.#bytes >= FLUSH_AT_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    this.#send(lines);
  }
}

/** Facts as they survive JSON, small enough for a line. */
function plain(facts: unknown): Record<string, unknown> | undefined {
  if (facts === undefined) return undefined;
  try {
    const json = JSON.stringify(facts) as string | undefined;
    if (json === undefined) return undefined;
    if (json.length > MAX_LINE_CHARS) return { cut: json.slice(0, MAX_LINE_CHARS) };
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : { value };
  } catch {
    return { unserializable: Object.keys(facts as object) };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
