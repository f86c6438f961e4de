import { DataTable } from '../../components/data-table.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { PositionsTable } from '../../components/trading/positions-table.tsx';
import { groupDecimal } from '../../data/decimal.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { netPositions } from './net-positions.ts';
import { filterOrders, type OrderFilter } from './order-filter.ts';

/** What each worker holds, and what all hold together. */
export function PositionsTab({ filter }: { readonly filter: OrderFilter }) {
  const t = useT();
  const view = useChannel({ channel: 'positions' });
  const all = [...(view.data?.positions.values() ?? [])];
  const named = all.map((position) => ({ ...position, workerId: position.owner }));
  return (
    <LivePart of={view}>
      <Section title={t('orders.net')}>
        <DataTable
          caption={t('orders.net')}
          none={t('book.noPositions')}
          rows={netPositions(all)}
          keyOf={({ symbol }) => symbol}
          columns={[
            {
              id: 'symbol',
              head: t('order.symbol'),
              cell: ({ symbol }) => <span class="mono">{symbol}</span>,
            },
            {
              id: 'quantity',
              head: t('order.quantity'),
              isNumber: true,
              cell: ({ quantity }) => groupDecimal(quantity),
            },
            {
              id: 'owners',
              head: t('orders.owners'),
              isNumber: true,
              cell: ({ owners }) => owners,
            },
          ]}
        />
      </Section>
      <Section title={t('book.positions')}>
        <PositionsTable
          caption={t('book.positions')}
          positions={filterOrders(named, filter)}
          none={t('book.noPositions')}
        />
      </Section>
    </LivePart>
  );
}
