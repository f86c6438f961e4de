import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { Button } from '../../components/button.tsx';
import { LiveBars } from '../../components/chart/live-bars.tsx';
import { timeframesOf } from '../../components/chart/timeframes.ts';
import { SelectField, TextField } from '../../components/field.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { createStore, useStore } from '../../data/store.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { FeedTiles } from './feed-tiles.tsx';
import { marketRows } from './market-rows.ts';
import { MarketTable } from './market-table.tsx';

const EVERY_MS = 500;
/** Outlives the page, so that who comes back finds it as it was. */
const searchStore = createStore('');

/** Market data as it comes in: the feed, the newest value of each topic, and bars. */
export function MarketPage() {
  const t = useT();
  const view = useChannel({ channel: 'market', everyMs: EVERY_MS });
  const search = useStore(searchStore);
  const symbol = useRoute().query.get('symbol');
  const values = [...(view.data?.values.values() ?? [])];
  return (
    <>
      <h1 tabIndex={-1}>{t('nav.market')}</h1>
      {symbol !== null && (
        <SymbolChart
          symbol={symbol}
          dataTypes={values.filter((one) => one.symbol === symbol).map((one) => one.dataType)}
        />
      )}
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
        <MarketTable rows={marketRows(values, search)} isEmpty={values.length === 0} />
      </LivePart>
    </>
  );
}

interface SymbolChartProps {
  readonly symbol: string;
  readonly dataTypes: readonly string[];
}

function SymbolChart({ symbol, dataTypes }: SymbolChartProps) {
  const t = useT();
  const wanted = useRoute().query.get('timeframe');
  const timeframes = timeframesOf(dataTypes, wanted ?? '');
  const timeframe = wanted ?? timeframes[0] ?? '1m';
  return (
    <Section
      title={`${symbol} ${timeframe}`}
      tools={
        <Button
          look="quiet"
          icon="cross"
          label={t('common.close')}
          onPress={() => {
            location.hash = hrefOf(['market']);
          }}
        />
      }
    >
      <div class="toolbar">
        <SelectField
          label={t('new.timeframe')}
          value={timeframe}
          onValue={(next) => {
            location.hash = hrefOf(['market'], { symbol, timeframe: next });
          }}
          options={timeframes.map((one) => [one, one])}
        />
      </div>
      <LiveBars key={`${symbol} ${timeframe}`} symbol={symbol} timeframe={timeframe} />
    </Section>
  );
}
