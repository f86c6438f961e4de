import type { LastValue } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Time } from '../../components/time.tsx';
import { numberText } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';
import { topicOf, type PriceMarks } from './price-marks.ts';
import { Price } from './price.tsx';

interface MarketTableProps {
  readonly rows: readonly LastValue[];
  readonly marks: PriceMarks;
  /** Stands in place of a table without rows. */
  readonly none: string;
  /** Rows lead to the page of their symbol. @default true */
  readonly hasSymbol?: boolean;
}

/** The newest event of each topic, a row each. */
export function MarketTable({ rows, marks, none, hasSymbol = true }: MarketTableProps) {
  const t = useT();
  const symbol: Column<LastValue> = {
    id: 'symbol',
    head: t('order.symbol'),
    cell: (row) => (
      <a class="mono nowrap" href={chartOf(row)}>
        {row.symbol}
      </a>
    ),
  };
  return (
    <DataTable
      caption={t('market.last')}
      none={none}
      rows={rows}
      keyOf={topicOf}
      columns={[
        ...(hasSymbol ? [symbol] : []),
        {
          id: 'type',
          head: t('market.dataType'),
          cell: ({ dataType }) => <span class="mono nowrap">{dataType}</span>,
        },
        {
          id: 'price',
          head: t('market.price'),
          isNumber: true,
          cell: (row) => (
            <Price price={row.price} direction={marks.get(topicOf(row))?.direction ?? null} />
          ),
        },
        { id: 'state', head: t('fleet.column.state'), cell: (row) => <TopicState row={row} /> },
        { id: 'at', head: t('fill.at'), cell: ({ timestamp }) => <Time at={timestamp} /> },
        { id: 'seq', head: t('market.seq'), isNumber: true, cell: ({ seq }) => numberText(seq) },
        {
          id: 'subscribers',
          head: t('market.subscribers'),
          isNumber: true,
          cell: ({ subscribers }) => subscribers,
        },
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

/** The page of a symbol; of bars, with the chart in their timeframe. */
function chartOf({ symbol, dataType }: LastValue): string {
  const [kind, timeframe] = dataType.split('@');
  const isBars = kind === 'kline' && timeframe !== undefined;
  return hrefOf(['market', symbol], isBars ? { timeframe } : {});
}
