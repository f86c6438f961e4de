import type { Service } from '../../system/service/service.ts';
import type { Handlers } from '../call.ts';
import { barView, feedView, lastValueViews } from '../views/market-views.ts';

type MarketHandlers = Handlers<'listSymbols' | 'listLastValues' | 'listBars' | 'getFeed'>;

export function marketHandlers({ service }: { readonly service: Service }): MarketHandlers {
  return {
    listSymbols: () => ({ items: symbolsOf(service) }),
    listLastValues: ({ query }) => ({ items: lastValueViews(service, query.symbols) }),
    listBars: async ({ query }) => {
      const { symbol, timeframe, limit } = query;
      const bars = await service.system.bars.known(symbol, timeframe, limit);
      return { items: bars.map(barView) };
    },
    getFeed: () => feedView(service),
  };
}

/** Those of the feed in its order, and such as somebody has published by hand. */
function symbolsOf({ system }: Service): { symbol: string; dataTypes: string[] }[] {
  const published = new Map<string, string[]>();
  for (const symbol of system.feed.symbols ?? []) published.set(symbol, []);
  for (const topic of system.manager.broker.topics) {
    if (!system.engine.has(topic) && topic.last === null) continue;
    const dataTypes = published.get(topic.symbol) ?? [];
    published.set(topic.symbol, [...dataTypes, topic.dataType]);
  }
  return [...published].map(([symbol, dataTypes]) => ({ symbol, dataTypes }));
}
