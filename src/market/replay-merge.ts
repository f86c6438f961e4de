import type { Bar } from '../model/bar.ts';
import { MarketFileOrderError } from './errors.ts';
import type { RecordedEvent } from './recorded/row-parser.ts';
import { showTime } from './recorded/timestamp.ts';
import type { ReplaySource } from './replay-source.ts';

/** The bar that came last for a symbol and timeframe, and where from. */
interface LastBar {
  timestamp: number;
  path: string;
}

/**
 * Several files as one stream in the order in which their events are due; events due together come in
 * the order of the files.
 */
export class ReplayMerge {
  readonly #sources: readonly ReplaySource[];
  readonly #lastBars = new Map<string, Map<string, LastBar>>();
  #nowMs = Number.NEGATIVE_INFINITY;

  constructor(sources: readonly ReplaySource[]) {
    this.#sources = sources;
  }

  /** Brings the next event of every file into memory, so that `nextDueMs` and `take` can compare them. */
  async load(): Promise<void> {
    for (const source of this.#sources) {
      // One that somebody asks for in the middle of the replay joins at the present, not at its beginning.
      if (source.isWanted && source.isDry) await source.load(this.#nowMs);
    }
  }

  /** When the next event is due; Infinity at the end. Only after `load`. */
  nextDueMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const source of this.#sources) next = Math.min(next, source.dueMs);
    return next;
  }

  /**
   * Moves events due up to `horizonMs` into `batch` until it holds `limit`. False if it stopped for
   * want of a file's next events: `load` and go on.
   *
   * @throws {MarketFileOrderError} code `MARKET_FILE_ORDER`, if two files hold the same bar
   */
  take(batch: RecordedEvent[], limit: number, horizonMs: number): boolean {
    while (batch.length < limit) {
      const source = this.#earliest();
      if (source === undefined || source.dueMs > horizonMs) return true;
      this.#nowMs = source.dueMs;
      const event = source.take();
      if (event !== undefined) {
        if (event.type === 'bar') this.#checkOnce(event, source.file.path);
        batch.push(event);
      }
      if (source.isDry) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
  }

  #earliest(): ReplaySource | undefined {
    let earliest: ReplaySource | undefined;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const source of this.#sources) {
      const { dueMs } = source;
      if (dueMs >= earliestMs) continue;
      earliest = source;
      earliestMs = dueMs;
    }
    return earliest;
  }

  /** Two recordings that overlap would tell a strategy the same minute twice. */
  #checkOnce({ symbol, timeframe, timestamp }: Bar, path: string): void {
    let ofSymbol = this.#lastBars.get(symbol);
    if (ofSymbol === undefined) this.#lastBars.set(symbol, (ofSymbol = new Map()));
    const last = ofSymbol.get(timeframe);
    if (last === undefined) {
      ofSymbol.set(timeframe, { timestamp, path });
      return;
    }
    if (last.timestamp === timestamp) {
      throw new MarketFileOrderError(
        `the ${timeframe} bar of ${symbol} at ${showTime(timestamp)} is in ${last.path} and again in ${path}: files of one symbol must not overlap`,
        { symbol, timeframe, timestamp, paths: [last.path, path] },
      );
    }
    last.timestamp = timestamp;
    last.path = path;
  }
}
