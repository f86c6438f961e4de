import { AnswerPart } from '../../components/answer-part.tsx';
import { OrdersTable } from '../../components/trading/orders-table.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { filterOrders, type OrderFilter } from './order-filter.ts';

const LIMIT = 1_000;

/** The last orders, whatever became of them. */
export function HistoryTab({ filter }: { readonly filter: OrderFilter }) {
  const t = useT();
  const { workerId, symbol } = filter;
  const query = {
    limit: LIMIT,
    ...(workerId !== '' && { workerId }),
    ...(symbol !== '' && { symbol }),
  };
  const orders = useAnswer('listOrders', { query });
  return (
    <AnswerPart of={orders}>
      {({ items }) => (
        <>
          <OrdersTable
            caption={t('orders.tab.history')}
            orders={filterOrders(items, filter)}
            none={t('book.noOrders')}
          />
          {items.length === LIMIT && <p class="quiet">{t('orders.onlyLast', { count: LIMIT })}</p>}
        </>
      )}
    </AnswerPart>
  );
}
