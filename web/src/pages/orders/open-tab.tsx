import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { CancelAllButton } from '../../components/trading/cancel-all-button.tsx';
import { CancelOutcomes } from '../../components/trading/cancel-outcomes.tsx';
import { isOpenOrder, newestFirst } from '../../components/trading/order-status.ts';
import { OrdersTable } from '../../components/trading/orders-table.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { filterOrders, type OrderFilter } from './order-filter.ts';
import { MissedNotice } from './stream-notices.tsx';

/** Every order that is open, as it changes. */
export function OpenTab({ filter }: { readonly filter: OrderFilter }) {
  const t = useT();
  const view = useChannel({ channel: 'orders' });
  const [outcomes, setOutcomes] = useState<AnswerOf<'cancelOrders'>['outcomes'] | null>(null);
  const all = newestFirst(view.data?.orders.values() ?? []).filter(isOpenOrder);
  const open = filterOrders(all, filter);
  const { workerId, symbol } = filter;
  // What is not ours is never canceled.
  const count = open.filter((order) => order.workerId !== null).length;
  const title = t('book.openOrders', { count: open.length });
  return (
    <>
      <MissedNotice count={view.missed} />
      {outcomes !== null && (
        <CancelOutcomes outcomes={outcomes} onClose={() => setOutcomes(null)} />
      )}
      <LivePart of={view}>
        <Section
          title={title}
          tools={
            count > 0 && (
              <CancelAllButton
                workerId={workerId}
                symbol={symbol}
                count={count}
                // The server knows no status here: it would cancel more than is in sight.
                hindrance={filter.status === '' ? null : t('orders.notByStatus')}
                onOutcomes={setOutcomes}
              />
            )
          }
        >
          <OrdersTable caption={title} orders={open} none={t('book.noOpenOrders')} canCancel />
        </Section>
      </LivePart>
    </>
  );
}
