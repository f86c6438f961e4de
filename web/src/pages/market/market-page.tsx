import type { PageProps } from '../../app/page-props.ts';
import { useRoute } from '../../app/router.ts';
import { TextField } from '../../components/field.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { createStore, useStore } from '../../data/store.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { FeedSymbols } from './feed-symbols.tsx';
import { FeedTiles } from './feed-tiles.tsx';
import { marketRows } from './market-rows.ts';
import { MarketTable } from './market-table.tsx';
import { SymbolPage } from './symbol-page.tsx';
import { usePriceMarks } from './use-price-marks.ts';

const EVERY_MS = 500;
/** Outlives the page, so that who comes back finds it as it was. */
const searchStore = createStore('');

/** Market data as it comes in; behind the name of a symbol, all there is of it. */
export function MarketPage({ rest }: PageProps) {
  const { query } = useRoute();
  // In a query a symbol may have its slash: such links are made by hand.
  const symbol = rest[0] ?? query.get('symbol') ?? undefined;
  return symbol === undefined ? <AllSymbols /> : <SymbolPage symbol={symbol} />;
}

/** The feed, the newest value of each topic, and the symbols there are. */
function AllSymbols() {
  const t = useT();
  const view = useChannel({ channel: 'market', everyMs: EVERY_MS });
  const search = useStore(searchStore);
  const marks = usePriceMarks(view.data?.values);
  const values = [...(view.data?.values.values() ?? [])];
  return (
    <>
      <h1 tabIndex={-1}>{t('nav.market')}</h1>
      <LivePart of={view}>
        {view.data !== null && <FeedTiles feed={view.data.feed} />}
        <div class="toolbar" role="search">
          <TextField
            label={t('fleet.search')}
            type="search"
            placeholder={t('market.searchHint')}
            value={search}
            onValue={searchStore.set}
          />
        </div>
        <MarketTable
          rows={marketRows(values, search)}
          marks={marks}
          none={values.length === 0 ? t('market.none') : t('market.noMatch')}
        />
      </LivePart>
      <FeedSymbols search={search} />
    </>
  );
}
