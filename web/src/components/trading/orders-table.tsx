import type { OrderView } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { groupDecimal } from '../../data/decimal.ts';
import { NONE } from '../../data/format.ts';
import { useT } from '../../i18n/translate.ts';
import { Badge } from '../badge.tsx';
import { DataTable, type Column } from '../data-table.tsx';
import { Time } from '../time.tsx';
import { CancelButton } from './cancel-button.tsx';
import { isOpenOrder, ORDER_TONES } from './order-status.ts';
import { Side } from './side.tsx';

interface OrdersTableProps {
  readonly caption: string;
  readonly orders: readonly OrderView[];
  readonly none: string;
  /** Whose they are, beside each. @default true */
  readonly hasWorker?: boolean;
  /** Open ones can be canceled. @default false */
  readonly canCancel?: boolean;
}

/** Orders, a row each. */
export function OrdersTable(props: OrdersTableProps) {
  const { caption, orders, none, hasWorker = true, canCancel = false } = props;
  const t = useT();
  const columns: readonly (Column<OrderView> | false)[] = [
    { id: 'id', head: t('order.id'), cell: (order) => <OrderName order={order} /> },
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
    { id: 'type', head: t('order.type'), cell: (order) => <OrderType order={order} /> },
    {
      id: 'quantity',
      head: t('order.quantity'),
      isNumber: true,
      cell: ({ quantity }) => groupDecimal(quantity),
    },
    {
      id: 'filled',
      head: t('order.filled'),
      isNumber: true,
      cell: ({ filledQuantity }) => groupDecimal(filledQuantity),
    },
    {
      id: 'price',
      head: t('order.price'),
      isNumber: true,
      cell: ({ price, stopPrice }) => priceText(price, stopPrice),
    },
    {
      id: 'avg',
      head: t('order.avgPrice'),
      isNumber: true,
      cell: ({ avgPrice }) => (avgPrice === null ? NONE : groupDecimal(avgPrice)),
    },
    { id: 'status', head: t('order.status'), cell: (order) => <OrderStatus order={order} /> },
    { id: 'at', head: t('order.updated'), cell: ({ updatedAt }) => <Time at={updatedAt} /> },
    canCancel && {
      id: 'cancel',
      head: t('parts.actions'),
      cell: (order) => isOpenOrder(order) && <CancelButton order={order} />,
    },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns.filter((column) => column !== false)}
      rows={orders}
      keyOf={({ clientOrderId }) => clientOrderId}
      none={none}
    />
  );
}

function OrderName({ order }: { readonly order: OrderView }) {
  const { clientOrderId, venueOrderId, tag } = order;
  return (
    <>
      <span class="mono nowrap" title={venueOrderId ?? undefined}>
        {clientOrderId}
      </span>
      {tag !== null && <small class="row-note">{tag}</small>}
    </>
  );
}

function OrderType({ order }: { readonly order: OrderView }) {
  const t = useT();
  const { type, timeInForce, reduceOnly, postOnly } = order;
  const notes = [
    timeInForce === 'gtc' ? '' : timeInForce.toUpperCase(),
    reduceOnly ? t('order.reduceOnly') : '',
    postOnly ? t('order.postOnly') : '',
  ].filter((note) => note !== '');
  return (
    <>
      <span class="nowrap">{t(`order.type.${type}`)}</span>
      {notes.length > 0 && <small class="row-note">{notes.join(', ')}</small>}
    </>
  );
}

function OrderStatus({ order }: { readonly order: OrderView }) {
  const t = useT();
  const { status, pending, reason } = order;
  return (
    <>
      <Badge tone={ORDER_TONES[status]}>{t(`order.status.${status}`)}</Badge>
      {pending !== null && <small class="row-note">{t(`order.pending.${pending}`)}</small>}
      {reason !== null && <small class="row-note">{reason}</small>}
    </>
  );
}

/** A worker by its id; what is not ours has none. */
export function WorkerLink({ id }: { readonly id: string | null }) {
  const t = useT();
  if (id === null || id.startsWith('~'))
    return <span class="quiet">{t('parts.notOursShort')}</span>;
  return (
    <a class="mono nowrap" href={hrefOf(['workers', id])}>
      {id}
    </a>
  );
}

/** The limit, and behind it the price at which a stop is triggered. */
export function priceText(price: string | null, stopPrice: string | null): string {
  const own = price === null ? NONE : groupDecimal(price);
  return stopPrice === null ? own : `${own} ⇥ ${groupDecimal(stopPrice)}`;
}
