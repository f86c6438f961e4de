import type { AuditEntryView } from '../../../../../src/client/index.ts';

type Entries = readonly AuditEntryView[];

/**
 * Lists of the audit log, each newest first, as one. A list with `limit` entries may have more behind them, so that
 * what is older than its last one would have holes: that is left out.
 */
export function mergeEntries(lists: readonly Entries[], limit: number): Entries {
  const ends = lists.filter((list) => list.length >= limit).map((list) => list.at(-1)?.seq ?? 0);
  const oldest = Math.max(0, ...ends);
  return lists
    .flat()
    .filter(({ seq }) => seq >= oldest)
    .toSorted((a, b) => b.seq - a.seq);
}
