import type { PositionView } from '../../../../src/client/index.ts';
import { groupDecimal } from '../../data/decimal.ts';
import { NONE } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Money } from '../money.tsx';
import { Time } from '../time.tsx';
import { WorkerLink } from './orders-table.tsx';

interface PositionsTableProps {
  readonly caption: string;
  readonly positions: readonly PositionView[];
  readonly none: string;
  /** @default true */
  readonly hasWorker?: boolean;
}

/** What is held, a row each. */
export function PositionsTable(props: PositionsTableProps) {
  const { caption, positions, none, hasWorker = true } = props;
  const t = useT();
  const columns: readonly (Column<PositionView> | false)[] = [
    {
      id: 'symbol',
      head: t('order.symbol'),
      cell: ({ symbol }) => <span class="mono nowrap">{symbol}</span>,
    },
    hasWorker && {
      id: 'worker',
      head: t('order.worker'),
      cell: ({ owner }) => <WorkerLink id={owner} />,
    },
    {
      id: 'quantity',
      head: t('order.quantity'),
      isNumber: true,
      cell: ({ quantity }) => groupDecimal(quantity),
    },
    {
      id: 'avg',
      head: t('order.avgPrice'),
      isNumber: true,
      cell: ({ avgPrice }) => textOf(avgPrice),
    },
    {
      id: 'last',
      head: t('position.last'),
      isNumber: true,
      cell: ({ lastPrice }) => textOf(lastPrice),
    },
    {
      id: 'unrealized',
      head: t('position.unrealized'),
      isNumber: true,
      cell: ({ unrealizedPnl }) =>
        unrealizedPnl === null ? NONE : <Money amount={unrealizedPnl} isGain />,
    },
    {
      id: 'realized',
      head: t('position.realized'),
      isNumber: true,
      cell: ({ realizedPnl }) => <Money amount={realizedPnl} isGain />,
    },
    {
      id: 'fees',
      head: t('position.fees'),
      isNumber: true,
      cell: ({ fees }) =>
        Object.entries(fees).map(([currency, fee]) => (
          <div key={currency}>
            <Money amount={fee} currency={currency} />
          </div>
        )),
    },
    { id: 'at', head: t('order.updated'), cell: ({ updatedAt }) => <Time at={updatedAt} /> },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns.filter((column) => column !== false)}
      rows={positions}
      keyOf={({ owner, symbol }) => `${owner}|${symbol}`}
      none={none}
    />
  );
}

function textOf(price: string | null): string {
  return price === null ? NONE : groupDecimal(price);
}
