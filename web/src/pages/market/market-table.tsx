import type { LastValue } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Time } from '../../components/time.tsx';
import { NONE, numberText } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';

interface MarketTableProps {
  readonly rows: readonly LastValue[];
  /** There are no topics at all. */
  readonly isEmpty: boolean;
}

/** The newest event of each topic, a row each. */
export function MarketTable({ rows, isEmpty }: MarketTableProps) {
  const t = useT();
  return (
    <DataTable
      caption={t('market.last')}
      none={isEmpty ? t('market.none') : t('market.noMatch')}
      rows={rows}
      keyOf={({ symbol, dataType }) => `${symbol}|${dataType}`}
      columns={[
        {
          id: 'symbol',
          head: t('order.symbol'),
          cell: ({ symbol, dataType }) => (
            <a class="mono" href={chartOf(symbol, dataType)}>
              {symbol}
            </a>
          ),
        },
        {
          id: 'type',
          head: t('market.dataType'),
          cell: ({ dataType }) => <span class="mono nowrap">{dataType}</span>,
        },
        {
          id: 'price',
          head: t('market.price'),
          isNumber: true,
          cell: ({ price }) => (price === null ? NONE : priceText(price)),
        },
        { id: 'at', head: t('fill.at'), cell: ({ timestamp }) => <Time at={timestamp} /> },
        { id: 'seq', head: t('market.seq'), isNumber: true, cell: ({ seq }) => numberText(seq) },
        {
          id: 'subscribers',
          head: t('market.subscribers'),
          isNumber: true,
          cell: ({ subscribers }) => subscribers,
        },
        { id: 'state', head: t('fleet.column.state'), cell: (row) => <TopicState row={row} /> },
      ]}
    />
  );
}

function TopicState({ row: { staleBecause, seq } }: { readonly row: LastValue }) {
  const t = useT();
  if (staleBecause !== null) {
    return (
      <>
        <Badge tone="warn" icon="warning">
          {t('market.stale')}
        </Badge>
        <small class="row-note">{staleBecause}</small>
      </>
    );
  }
  if (seq === 0) return <Badge tone="quiet">{t('market.nothingYet')}</Badge>;
  return <Badge tone="good">{t('market.live')}</Badge>;
}

/** The chart of a symbol; of bars in their own timeframe. */
function chartOf(symbol: string, dataType: string): string {
  const [kind, timeframe] = dataType.split('@');
  const isBars = kind === 'kline' && timeframe !== undefined;
  return hrefOf(['market'], isBars ? { symbol, timeframe } : { symbol });
}

/** At most eight places. */
function priceText(price: number): string {
  return price.toLocaleString('en-US', { maximumFractionDigits: 8 });
}
