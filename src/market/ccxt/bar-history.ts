import type { CcxtClient } from '../../exchange/ccxt-types.ts';
import { barRowOf, type BarRow } from './bar-row.ts';
import type { BarGap } from './bar-line.ts';

/** Bars in one answer; every exchange that ccxt knows gives fewer if it has to. */
const PAGE_BARS = 500;

export interface BarPast extends BarGap {
  readonly symbol: string;
  readonly timeframe: string;
  readonly lengthMs: number;
}

/**
 * The bars of a span of time from the exchange's archive, oldest first and each once, page by page. Bars that
 * begin at its end or later are left out, but tell whether the archive has come so far.
 */
export async function fetchBars(
  client: Pick<CcxtClient, 'fetchOHLCV'>,
  { symbol, timeframe, lengthMs, fromMs, toMs }: BarPast,
  signal: AbortSignal,
): Promise<{ readonly rows: BarRow[]; readonly reachesEnd: boolean }> {
  const rows = new Map<number, BarRow>();
  let reachesEnd = false;
  let sinceMs = fromMs;
  while (sinceMs < toMs && !signal.aborted) {
    // One more than needed: the bar under way shows that those before it are all there.
    const limit = Math.min(PAGE_BARS, Math.round((toMs - sinceMs) / lengthMs) + 1);
    const page = await client.fetchOHLCV(symbol, timeframe, sinceMs, limit);
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const given of page) {
      const row = barRowOf(given);
      if (row === undefined || row[0] < sinceMs) continue;
      lastMs = Math.max(lastMs, row[0]);
      if (row[0] < toMs) rows.set(row[0], row);
      else reachesEnd = true;
    }
    // An exchange may look at no more than a page of time, and there may be no bar in it.
    sinceMs = lastMs >= sinceMs ? lastMs + lengthMs : sinceMs + limit * lengthMs;
  }
  const found = [...rows.values()].toSorted((one, other) => one[0] - other[0]);
  return { rows: found, reachesEnd: reachesEnd || found.at(-1)?.[0] === toMs - lengthMs };
}
