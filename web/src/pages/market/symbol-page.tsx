import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { LiveBars } from '../../components/chart/live-bars.tsx';
import { timeframesOf } from '../../components/chart/timeframes.ts';
import { SelectField } from '../../components/field.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { isOpenOrder } from '../../components/trading/order-status.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { marketRows } from './market-rows.ts';
import { MarketTable } from './market-table.tsx';
import { usePriceMarks } from './use-price-marks.ts';

const EVERY_MS = 250;

/** All there is of a symbol: its bars with what was traded, and its topics. */
export function SymbolPage({ symbol }: { readonly symbol: string }) {
  const t = useT();
  const view = useChannel({ channel: 'market', symbols: [symbol], everyMs: EVERY_MS });
  const marks = usePriceMarks(view.data?.values);
  const values = [...(view.data?.values.values() ?? [])];
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1} class="mono">
          {symbol}
        </h1>
        <a href={hrefOf(['market'])}>{t('market.toAll')}</a>
      </div>
      <Section title={t('market.topics')}>
        <LivePart of={view}>
          <MarketTable
            rows={marketRows(values, '')}
            marks={marks}
            none={t('market.noTopics', { symbol })}
            hasSymbol={false}
          />
        </LivePart>
      </Section>
      <SymbolBars symbol={symbol} dataTypes={values.map(({ dataType }) => dataType)} />
    </>
  );
}

interface SymbolBarsProps {
  readonly symbol: string;
  readonly dataTypes: readonly string[];
}

function SymbolBars({ symbol, dataTypes }: SymbolBarsProps) {
  const t = useT();
  const wanted = useRoute().query.get('timeframe');
  const fills = useChannel({ channel: 'fills' }).data?.fills.values() ?? [];
  const orders = useChannel({ channel: 'orders' }).data?.orders.values() ?? [];
  const timeframes = timeframesOf(dataTypes, wanted ?? '');
  const timeframe = wanted ?? timeframes[0] ?? '1m';
  return (
    <Section title={t('market.bars', { timeframe })}>
      <div class="toolbar">
        <SelectField
          label={t('new.timeframe')}
          value={timeframe}
          onValue={(next) => {
            location.hash = hrefOf(['market', symbol], { timeframe: next });
          }}
          options={timeframes.map((one) => [one, one])}
        />
      </div>
      <LiveBars
        key={`${symbol} ${timeframe}`}
        symbol={symbol}
        timeframe={timeframe}
        fills={[...fills].filter((fill) => fill.symbol === symbol)}
        orders={[...orders].filter((order) => order.symbol === symbol && isOpenOrder(order))}
      />
    </Section>
  );
}
