import { MarketFileOrderError } from '../errors.ts';
import type { RecordedEvent } from './row-parser.ts';
import { showTime } from './timestamp.ts';

interface Seen {
  timestamp: number;
  row: number;
}

/**
 * Holds a file to the order of time: no row is earlier than the one before it, whatever its symbol
 * (or files could not be merged as they are read), and no symbol has two bars of one time.
 */
export class OrderCheck {
  readonly #path: string;
  readonly #last: Seen = { timestamp: Number.NEGATIVE_INFINITY, row: 0 };
  readonly #lastBars = new Map<string, Seen>();

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {MarketFileOrderError} code `MARKET_FILE_ORDER` */
  check(event: RecordedEvent, row: number): void {
    const { timestamp } = event;
    if (timestamp < this.#last.timestamp) {
      throw new MarketFileOrderError(
        `${this.#path}, row ${row}: goes back in time, from ${showTime(this.#last.timestamp)} ` +
          `(row ${this.#last.row}) to ${showTime(timestamp)}; rows must be in order of time`,
        {
          path: this.#path,
          row,
          timestamp,
          previousRow: this.#last.row,
          previousTimestamp: this.#last.timestamp,
        },
      );
    }
    this.#last.timestamp = timestamp;
    this.#last.row = row;
    if (event.type === 'bar') this.#checkRepeat(event.symbol, timestamp, row);
  }

  #checkRepeat(symbol: string, timestamp: number, row: number): void {
    const before = this.#lastBars.get(symbol);
    if (before === undefined) {
      this.#lastBars.set(symbol, { timestamp, row });
      return;
    }
    if (before.timestamp === timestamp) {
      throw new MarketFileOrderError(
        `${this.#path}, row ${row}: repeats ${showTime(timestamp)} of row ${before.row}` +
          ` (${symbol}); a symbol has one bar at a time`,
        { path: this.#path, row, timestamp, previousRow: before.row, previousTimestamp: timestamp },
      );
    }
    before.timestamp = timestamp;
    before.row = row;
  }
}
