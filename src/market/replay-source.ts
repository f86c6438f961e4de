import { timeframeMs } from '../model/timeframe.ts';
import type { MarketFile } from './recorded/market-file.ts';
import type { RecordedEvent } from './recorded/row-parser.ts';

/**
 * One file as a replay reads it, an event at a time. An event is due when a market would have told it,
 * which for a bar is when its span is over.
 */
export class ReplaySource {
  readonly file: MarketFile;
  readonly #wanted = new Set<string>();
  readonly #delayMs: number;
  #batches: AsyncGenerator<RecordedEvent[]> | undefined;
  #batch: RecordedEvent[] = [];
  #next = 0;
  #ended = false;

  constructor(file: MarketFile) {
    this.file = file;
    this.#delayMs = file.timeframe === undefined ? 0 : timeframeMs(file.timeframe);
  }

  /** Delivers the events of `symbol` too, from here on. */
  want(symbol: string): void {
    if (this.file.symbols.includes(symbol)) this.#wanted.add(symbol);
  }

  get isWanted(): boolean {
    return this.#wanted.size > 0;
  }

  /** True if the next event is not in memory: `load` brings it. */
  get isDry(): boolean {
    return this.#next === this.#batch.length && !this.#ended;
  }

  /** Share of the file that has been read, 0 to 1. */
  get fraction(): number {
    return this.#ended ? 1 : this.file.fractionRead;
  }

  /** When the next event is due, ms since the epoch; Infinity at the end of the file. */
  get dueMs(): number {
    const event = this.#batch[this.#next];
    return event === undefined ? Number.POSITIVE_INFINITY : event.timestamp + this.#delayMs;
  }

  /** Reads on until an event due at `fromMs` or later is there, or the file ends. */
  async load(fromMs: number): Promise<void> {
    this.#batches ??= this.file.events();
    while (this.isDry) {
      const { done, value } = await this.#batches.next();
      if (done === true) {
        this.#ended = true;
        return;
      }
      this.#batch = value;
      this.#next = 0;
      while (this.dueMs < fromMs) this.#next += 1;
    }
  }

  /**
   * Goes past the next event, which must be in memory; undefined if nobody wants it. Such events take
   * their turn all the same, so that a symbol asked for later joins at the present.
   */
  take(): RecordedEvent | undefined {
    const event = this.#batch[this.#next] as RecordedEvent;
    this.#next += 1;
    return this.#wanted.has(event.symbol) ? event : undefined;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#batches?.return(undefined);
  }
}
