import type { PositionView } from '../../../../src/client/index.ts';
import { DataTable } from '../../components/data-table.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { PositionsTable } from '../../components/trading/positions-table.tsx';
import { groupDecimal } from '../../data/decimal.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { netOf } from './net-positions.ts';

/** What each worker holds, and what that is together. */
export function PositionsTab() {
  const t = useT();
  const view = useChannel({ channel: 'positions' });
  const positions: readonly PositionView[] = [...(view.data?.positions.values() ?? [])];
  return (
    <LivePart of={view}>
      <Section title={t('orders.net')}>
        <DataTable
          caption={t('orders.net')}
          columns={[
            {
              id: 'symbol',
              head: t('orders.symbol'),
              cell: ([symbol]) => <span class="mono nowrap">{symbol}</span>,
            },
            {
              id: 'net',
              head: t('orders.netQuantity'),
              isNumber: true,
              cell: ([, quantity]) => groupDecimal(quantity),
            },
          ]}
          rows={netOf(positions)}
          keyOf={([symbol]) => symbol}
          none={t('orders.noNet')}
        />
      </Section>
      <Section title={t('orders.held')}>
        <PositionsTable
          caption={t('orders.held')}
          positions={positions}
          none={t('book.noPositions')}
        />
      </Section>
    </LivePart>
  );
}
