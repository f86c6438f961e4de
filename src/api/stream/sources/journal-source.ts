import type { Source } from '../source.ts';

export interface JournalParts<Item> {
  /** The last ones that there are, oldest first; with all that was told before. */
  readonly recent: () => readonly Item[];
  /** Calls `take` with each new one; returns the function that ends that. */
  readonly listen: (take: (item: Item) => void) => () => void;
  readonly wrap: (items: readonly Item[]) => object;
}

/** In one change; more is told with the next. */
const MAX_ITEMS = 2_000;

/** Things that happen, of which each matters: lines, orders, fills, alerts. */
export function journalSource<Item>({ recent, listen, wrap }: JournalParts<Item>): Source {
  let waiting: Item[] = [];
  const end = listen((item) => waiting.push(item));
  const counts = new WeakMap<object, number>();
  return {
    snapshot: () => wrap(recent()),
    changes: () => {
      if (waiting.length === 0) return null;
      const items = waiting.slice(0, MAX_ITEMS);
      waiting = waiting.slice(MAX_ITEMS);
      const data = wrap(items);
      counts.set(data, items.length);
      return data;
    },
    countOf: (changes) => counts.get(changes as object) ?? 0,
    close: end,
  };
}
