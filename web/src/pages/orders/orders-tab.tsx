import { useState } from 'preact/hooks';
import { AnswerPart } from '../../components/answer-part.tsx';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { CancelAllButton } from '../../components/trading/cancel-all-button.tsx';
import { isOpenOrder, newestFirst, ORDER_TONES } from '../../components/trading/order-status.ts';
import { OrdersTable } from '../../components/trading/orders-table.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { MissedNotice } from './missed-notice.tsx';
import { choicesOf, filterOrders, NO_ORDER_FILTER, type OrderFilter } from './order-filter.ts';

const STATUSES = Object.keys(ORDER_TONES) as (keyof typeof ORDER_TONES)[];

/** Orders of all workers: the last ones live, older ones when they are asked for. */
export function OrdersTab() {
  const t = useT();
  const view = useChannel({ channel: 'orders' });
  const [filter, setFilter] = useState(NO_ORDER_FILTER);
  const orders = newestFirst(view.data?.orders.values() ?? []);
  const shown = filterOrders(orders, filter);
  const open = shown.filter(isOpenOrder).filter(({ workerId }) => workerId !== null);
  const change = (part: Partial<OrderFilter>): void => setFilter({ ...filter, ...part });
  const all = ['', t('common.all')] as const;
  const { worker, symbol } = filter;
  return (
    <>
      <div class="toolbar" role="search">
        <SelectField
          label={t('orders.worker')}
          value={worker}
          onValue={(value) => change({ worker: value })}
          options={[
            all,
            ...choicesOf(
              orders.map(({ workerId }) => workerId),
              worker,
            ),
          ]}
        />
        <SelectField
          label={t('orders.symbol')}
          value={symbol}
          onValue={(value) => change({ symbol: value })}
          options={[
            all,
            ...choicesOf(
              orders.map((order) => order.symbol),
              symbol,
            ),
          ]}
        />
        <SelectField
          label={t('orders.status')}
          value={filter.status}
          onValue={(status) => change({ status })}
          options={[
            all,
            ['open', t('orders.open')],
            ...STATUSES.map((status) => [status, t(`order.status.${status}`)] as const),
          ]}
        />
      </div>
      <Section
        title={t('orders.tab.orders')}
        tools={
          open.length > 0 && (
            <CancelAllButton workerId={worker} symbol={symbol} count={open.length} />
          )
        }
      >
        <p class="quiet">{t('orders.recent')}</p>
        <MissedNotice count={view.missed} />
        <LivePart of={view}>
          <OrdersTable
            caption={t('orders.tab.orders')}
            orders={shown}
            none={orders.length === 0 ? t('book.noOrders') : t('orders.noMatch')}
            canCancel
          />
        </LivePart>
      </Section>
      <History filter={filter} />
    </>
  );
}

/** What the journal has, when somebody asks. */
function History({ filter }: { readonly filter: OrderFilter }) {
  const t = useT();
  const [isOpen, setIsOpen] = useState(false);
  const { worker, symbol } = filter;
  const query = {
    limit: 1_000,
    ...(worker !== '' && { workerId: worker }),
    ...(symbol !== '' && { symbol }),
  };
  const answer = useAnswer('listOrders', { query }, { isWanted: isOpen });
  return (
    <Section title={t('orders.history')}>
      <p class="quiet">{t('orders.historyText')}</p>
      {isOpen ? (
        <AnswerPart of={answer}>
          {({ items }) => (
            <OrdersTable
              caption={t('orders.history')}
              orders={filterOrders(items, filter)}
              none={t('orders.noMatch')}
            />
          )}
        </AnswerPart>
      ) : (
        <p>
          <Button onPress={() => setIsOpen(true)}>{t('orders.showHistory')}</Button>
        </p>
      )}
    </Section>
  );
}
