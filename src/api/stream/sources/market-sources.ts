import { lastValuesOf, type LastEvent } from '../../../system/last-values.ts';
import type { Service } from '../../../system/service/service.ts';
import type { BarView, FeedStatusView } from '../../contract/market-routes.ts';
import { barView, feedView, lastValueView, lastValueViews } from '../../views/market-views.ts';
import type { Source } from '../source.ts';

/** The newest events of topics. Their numbers tell which have any: nothing is done for an event itself. */
export function marketSource(service: Service, symbols: readonly string[] | undefined): Source {
  const { system } = service;
  const seen = new Map<string, LastEvent>();
  let feedBefore = '';
  const values = (): ReturnType<typeof lastValueViews> => lastValueViews(service, symbols);
  const feed = (): FeedStatusView => feedView(service);
  return {
    snapshot: () => ({ values: values(), feed: feed() }),
    changes: () => {
      const changed = lastValuesOf(system, symbols).filter((last) => {
        const name = `${last.symbol} ${last.dataType}`;
        const before = seen.get(name);
        if (before !== undefined && isSame(before, last)) return false;
        seen.set(name, last);
        return true;
      });
      const now = feed();
      const mark = `${now.state} ${now.reason} ${now.topics} ${Math.round(now.eventsPerSecond)}`;
      const isFeedNew = mark !== feedBefore;
      feedBefore = mark;
      if (changed.length === 0 && !isFeedNew) return null;
      return { values: changed.map(lastValueView), feed: isFeedNew ? now : null };
    },
    close: () => undefined,
  };
}

function isSame(one: LastEvent, other: LastEvent): boolean {
  return (
    one.seq === other.seq &&
    one.staleBecause === other.staleBecause &&
    one.subscribers === other.subscribers
  );
}

/** Bars that are looked at for changes, also where a snapshot shows fewer: those of a minute, the longest wait. */
const MIN_LOOKED_AT = 100;

/** Bars of a symbol with the one that is being made. @throws {UnknownMarketSymbolError | InvalidTimeframeError} */
export function barsSource(
  service: Service,
  symbol: string,
  timeframe: string,
  count: number,
): Source {
  const view = service.system.liveBars.open(symbol, timeframe);
  const looked = Math.max(count, MIN_LOOKED_AT);
  const marksOf = (bars: readonly BarView[]): Map<number, string> =>
    new Map(bars.map((bar) => [bar.timestamp, markOf(bar)]));
  /** Of the last time: a bar that is as it was then is not told again. */
  let known = marksOf(view.bars(looked).map(barView));
  let isNews = false;
  const unlisten = view.onChange(() => {
    isNews = true;
  });
  return {
    snapshot: () => ({ bars: view.bars(count).map(barView) }),
    changes: () => {
      if (!isNews) return null;
      isNews = false;
      const before = known;
      const bars = view.bars(looked).map(barView);
      known = marksOf(bars);
      const changed = bars.filter((bar) => before.get(bar.timestamp) !== known.get(bar.timestamp));
      return changed.length === 0 ? null : { bars: changed };
    },
    close: () => {
      unlisten();
      view.close();
    },
  };
}

function markOf({ open, high, low, close, volume }: BarView): string {
  return `${open} ${high} ${low} ${close} ${volume}`;
}
