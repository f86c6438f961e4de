import type { LastValue } from '../../../../src/client/index.ts';

/** Whether a price is above or below the one before it; null before it has changed. */
export type Direction = 'up' | 'down' | null;

export interface PriceMark {
  readonly price: number | null;
  readonly direction: Direction;
}

/** By `topicOf`. */
export type PriceMarks = ReadonlyMap<string, PriceMark>;

export function topicOf({ symbol, dataType }: LastValue): string {
  return `${symbol}|${dataType}`;
}

/** The marks once these values have come. A price that stays keeps its mark. */
export function nextMarks(before: PriceMarks, values: Iterable<LastValue>): PriceMarks {
  const marks = new Map<string, PriceMark>();
  for (const value of values) {
    const topic = topicOf(value);
    marks.set(topic, markOf(before.get(topic), value.price));
  }
  return marks;
}

function markOf(before: PriceMark | undefined, price: number | null): PriceMark {
  if (before === undefined || before.price === null) return { price, direction: null };
  if (price === null || price === before.price) return before;
  return { price, direction: price > before.price ? 'up' : 'down' };
}
