/** What a spacing is told from: anything with a symbol and a time. */
export interface Timed {
  readonly symbol: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/**
 * The smallest positive distance between one row and the next of the same symbol, milliseconds;
 * undefined if no symbol has two rows. A gap in the data makes distances longer, never shorter, so the
 * smallest is the timeframe of recorded bars.
 */
export function smallestSpacingMs(rows: Iterable<Timed>): number | undefined {
  const previous = new Map<string, number>();
  let smallest = Number.POSITIVE_INFINITY;
  for (const { symbol, timestamp } of rows) {
    const before = previous.get(symbol);
    previous.set(symbol, timestamp);
    if (before === undefined || timestamp <= before) continue;
    smallest = Math.min(smallest, timestamp - before);
  }
  return Number.isFinite(smallest) ? smallest : undefined;
}
