import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { CancelAllButton } from '../../components/trading/cancel-all-button.tsx';
import { isOpenOrder, newestFirst } from '../../components/trading/order-status.ts';
import { OrdersTable } from '../../components/trading/orders-table.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { filterOrders, type OrderFilter } from './order-filter.ts';

/** Every order that is open, as it changes. */
export function OpenTab({ filter }: { readonly filter: OrderFilter }) {
  const t = useT();
  const view = useChannel({ channel: 'orders' });
  const all = newestFirst(view.data?.orders.values() ?? []).filter(isOpenOrder);
  const open = filterOrders(all, filter);
  const { workerId, symbol } = filter;
  // The server knows no status here: it would cancel more than is in sight.
  const canCancelAll = open.length > 0 && filter.status === '';
  const title = t('book.openOrders', { count: open.length });
  return (
    <LivePart of={view}>
      <Section
        title={title}
        tools={
          canCancelAll && (
            <CancelAllButton workerId={workerId} symbol={symbol} count={open.length} />
          )
        }
      >
        <OrdersTable caption={title} orders={open} none={t('book.noOpenOrders')} canCancel />
      </Section>
    </LivePart>
  );
}
