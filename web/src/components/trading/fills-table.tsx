import type { FillView } from '../../../../src/client/index.ts';
import { groupDecimal } from '../../data/decimal.ts';
import { useT } from '../../i18n/translate.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Money } from '../money.tsx';
import { Time } from '../time.tsx';
import { WorkerLink } from './orders-table.tsx';
import { Side } from './side.tsx';

interface FillsTableProps {
  readonly caption: string;
  /** Newest first. */
  readonly fills: readonly FillView[];
  readonly none: string;
  /** @default true */
  readonly hasWorker?: boolean;
}

/** What was traded, a row each. */
export function FillsTable({ caption, fills, none, hasWorker = true }: FillsTableProps) {
  const t = useT();
  const columns: readonly (Column<FillView> | false)[] = [
    { id: 'at', head: t('fill.at'), cell: ({ timestamp }) => <Time at={timestamp} /> },
    hasWorker && {
      id: 'worker',
      head: t('order.worker'),
      cell: ({ workerId }) => <WorkerLink id={workerId} />,
    },
    {
      id: 'symbol',
      head: t('order.symbol'),
      cell: ({ symbol }) => <span class="mono nowrap">{symbol}</span>,
    },
    { id: 'side', head: t('order.side'), cell: ({ side }) => <Side side={side} /> },
    {
      id: 'quantity',
      head: t('order.quantity'),
      isNumber: true,
      cell: ({ quantity }) => groupDecimal(quantity),
    },
    {
      id: 'price',
      head: t('order.price'),
      isNumber: true,
      cell: ({ price }) => groupDecimal(price),
    },
    {
      id: 'fee',
      head: t('fill.fee'),
      isNumber: true,
      cell: ({ fee, feeCurrency }) => <Money amount={fee} currency={feeCurrency} />,
    },
    {
      id: 'liquidity',
      head: t('fill.liquidity'),
      cell: ({ liquiditySide }) => t(`fill.${liquiditySide}`),
    },
    {
      id: 'order',
      head: t('fill.order'),
      cell: ({ clientOrderId, venueOrderId }) => (
        <span class="mono nowrap">{clientOrderId ?? venueOrderId}</span>
      ),
    },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns.filter((column) => column !== false)}
      rows={fills}
      keyOf={({ symbol, tradeId }) => `${symbol}|${tradeId}`}
      none={none}
    />
  );
}

/** Newest first. */
export function newestFills(fills: Iterable<FillView>): readonly FillView[] {
  return [...fills].toSorted((a, b) => b.timestamp - a.timestamp);
}
