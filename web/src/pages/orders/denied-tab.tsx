import type { DenialView } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { Badge } from '../../components/badge.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Time } from '../../components/time.tsx';
import { priceText, WorkerLink } from '../../components/trading/orders-table.tsx';
import { Side } from '../../components/trading/side.tsx';
import { groupDecimal } from '../../data/decimal.ts';
import { NONE } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import type { OrderFilter } from './order-filter.ts';

const LIMIT = 1_000;
const EVERY_MS = 2_000;

/** What strategies asked for and was not let out, with the rule that held it back. */
export function DeniedTab({ filter: { workerId, symbol } }: { readonly filter: OrderFilter }) {
  const t = useT();
  const query = {
    limit: LIMIT,
    ...(workerId !== '' && { workerId }),
    ...(symbol !== '' && { symbol }),
  };
  const denials = useAnswer('listDenials', { query }, { everyMs: EVERY_MS });
  return (
    <AnswerPart of={denials}>
      {({ items }) => (
        <>
          <DataTable
            caption={t('orders.tab.denied')}
            columns={columnsOf(t)}
            rows={items.map((denied, at) => ({ ...denied, key: items.length - at }))}
            keyOf={({ key }) => key}
            none={t('denial.none')}
          />
          <p class="quiet">{t('denial.kept', { count: LIMIT })}</p>
        </>
      )}
    </AnswerPart>
  );
}

function columnsOf(t: ReturnType<typeof useT>): readonly Column<DenialView & { key: number }>[] {
  return [
    { id: 'at', head: t('denial.at'), cell: ({ at }) => <Time at={at} /> },
    {
      id: 'worker',
      head: t('order.worker'),
      cell: ({ workerId }) => <WorkerLink id={workerId} />,
    },
    { id: 'action', head: t('denial.action'), cell: ({ action }) => t(`denial.action.${action}`) },
    {
      id: 'symbol',
      head: t('order.symbol'),
      cell: ({ symbol }) => <span class="mono nowrap">{symbol ?? NONE}</span>,
    },
    {
      id: 'side',
      head: t('order.side'),
      cell: ({ side }) => (side === null ? NONE : <Side side={side} />),
    },
    {
      id: 'quantity',
      head: t('order.quantity'),
      isNumber: true,
      cell: ({ quantity }) => (quantity === null ? NONE : groupDecimal(quantity)),
    },
    {
      id: 'price',
      head: t('order.price'),
      isNumber: true,
      cell: ({ price, stopPrice }) => priceText(price, stopPrice),
    },
    {
      id: 'why',
      head: t('orders.reason'),
      cell: ({ rule, reason }) => (
        <>
          <Badge tone="bad">{rule}</Badge>
          <small class="row-note">{reason}</small>
        </>
      ),
    },
  ];
}
