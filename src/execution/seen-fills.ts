import type { Fill } from '../model/fill.ts';

/** Fills that are remembered; for older ones the journal is asked. */
const MAX_SEEN = 20_000;

/** Which fills were taken already: each counts once, however often a venue tells of it. */
export class SeenFills {
  readonly #isWritten: (fill: Fill) => boolean;
  /** Key and time of the newest fills. */
  readonly #seen = new Map<string, number>();
  /** All fills after this moment are among those seen, ms since the epoch. */
  #completeAfter: number;

  /**
   * `newest` are the newest fills of the journal, oldest first, `areAll` if it has no others; `isWritten` asks
   * the journal.
   */
  constructor(newest: readonly Fill[], areAll: boolean, isWritten: (fill: Fill) => boolean) {
    this.#isWritten = isWritten;
    this.#completeAfter = areAll ? Number.NEGATIVE_INFINITY : (newest[0]?.timestamp ?? 0);
    for (const fill of newest) this.add(fill);
  }

  has(fill: Fill): boolean {
    if (this.#seen.has(keyOf(fill))) return true;
    // Not asked for what is newer than all that could have been forgotten: a look at the disk for each fill.
    if (fill.timestamp > this.#completeAfter) return false;
    return this.#isWritten(fill);
  }

  add(fill: Fill): void {
    this.#seen.set(keyOf(fill), fill.timestamp);
    if (this.#seen.size <= MAX_SEEN) return;
    for (const [key, timestamp] of this.#seen) {
      this.#seen.delete(key);
      this.#completeAfter = Math.max(this.#completeAfter, timestamp);
      return;
    }
  }
}

/** With the side: where two of our strategies trade with each other, both fills have one trade id. */
function keyOf({ symbol, side, tradeId }: Fill): string {
  return `${symbol} ${side} ${tradeId}`;
}
