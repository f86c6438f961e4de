import { ReplayBuffer, type ReplayedEvent } from './replay-buffer.ts';
import { ReplayCursor, type ReplayCursorOptions } from './replay-cursor.ts';

export interface ReplayMarketOptions {
  /** Most events that are kept; what does not fit is refused. @default 1_000_000 */
  readonly maxEvents?: number;
}

const DEFAULT_MAX_EVENTS = 1_000_000;

/**
 * The events of a lossless replay in the order in which they were published, for strategies that are not all
 * as far. Each has a cursor with a paper venue of its own. An event is kept until all cursors are past it, so
 * a strategy that does not ask for anything must be followed with `ReplayCursor.passed`: where it is decides
 * which market its next order meets, and nobody else can know. What is kept then is what the slowest strategy
 * is behind, which a lossless replay bounds by waiting for it. Without cursors nothing is kept.
 *
 * Events are expected in the order of the times at which they are known, as a replay publishes them.
 */
export class ReplayMarket {
  readonly #buffer: ReplayBuffer;

  constructor({ maxEvents = DEFAULT_MAX_EVENTS }: ReplayMarketOptions = {}) {
    if (!Number.isSafeInteger(maxEvents) || maxEvents < 1) {
      throw new RangeError(`maxEvents is a whole number from 1, not ${maxEvents}`);
    }
    this.#buffer = new ReplayBuffer(maxEvents);
  }

  /** Events that the slowest cursor has not passed. */
  get size(): number {
    return this.#buffer.size;
  }

  /** False, and nothing changed, if `maxEvents` are waiting for the slowest cursor. */
  publish(event: ReplayedEvent): boolean {
    return this.#buffer.push(event);
  }

  /** A cursor for the events that are published from now on. To be closed when the strategy is gone. */
  openCursor(options: ReplayCursorOptions): ReplayCursor {
    return new ReplayCursor(this.#buffer, options);
  }
}
