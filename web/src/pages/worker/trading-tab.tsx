import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { CancelAllButton } from '../../components/trading/cancel-all-button.tsx';
import { FillsTable, newestFills } from '../../components/trading/fills-table.tsx';
import { isOpenOrder, newestFirst } from '../../components/trading/order-status.ts';
import { OrdersTable } from '../../components/trading/orders-table.tsx';
import { PositionsTable } from '../../components/trading/positions-table.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import type { TabProps } from './tab-props.ts';

/** What a worker holds, what it has ordered, and what it traded. */
export function TradingTab({ worker: { id } }: TabProps) {
  const t = useT();
  const positions = useChannel({ channel: 'positions', workerId: id });
  const orders = useChannel({ channel: 'orders', workerId: id });
  const fills = useChannel({ channel: 'fills', workerId: id });
  const all = newestFirst(orders.data?.orders.values() ?? []);
  const open = all.filter(isOpenOrder);
  return (
    <>
      <Section title={t('book.positions')}>
        <LivePart of={positions}>
          <PositionsTable
            caption={t('book.positions')}
            positions={[...(positions.data?.positions.values() ?? [])]}
            none={t('book.noPositions')}
            hasWorker={false}
          />
        </LivePart>
      </Section>
      <Section
        title={t('book.openOrders', { count: open.length })}
        tools={open.length > 0 && <CancelAllButton workerId={id} count={open.length} />}
      >
        <LivePart of={orders}>
          <OrdersTable
            caption={t('book.openOrders', { count: open.length })}
            orders={open}
            none={t('book.noOpenOrders')}
            hasWorker={false}
            canCancel
          />
        </LivePart>
      </Section>
      <Section title={t('book.closedOrders')}>
        <LivePart of={orders}>
          <OrdersTable
            caption={t('book.closedOrders')}
            orders={all.filter((order) => !isOpenOrder(order))}
            none={t('book.noOrders')}
            hasWorker={false}
          />
        </LivePart>
      </Section>
      <Section title={t('book.fills')}>
        <LivePart of={fills}>
          <FillsTable
            caption={t('book.fills')}
            fills={newestFills(fills.data?.fills.values() ?? [])}
            none={t('book.noFills')}
            hasWorker={false}
          />
        </LivePart>
      </Section>
    </>
  );
}
