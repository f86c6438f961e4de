import type { LastValue } from '../../../../src/client/index.ts';

/** The topics whose symbol or data type holds a text, by symbol and type; what is stale comes first. */
export function marketRows(values: readonly LastValue[], search: string): readonly LastValue[] {
  const wanted = search.trim().toLowerCase();
  return values
    .filter(({ symbol, dataType }) => `${symbol} ${dataType}`.toLowerCase().includes(wanted))
    .toSorted(
      (a, b) =>
        Number(b.staleBecause !== null) - Number(a.staleBecause !== null) ||
        a.symbol.localeCompare(b.symbol) ||
        a.dataType.localeCompare(b.dataType),
    );
}
