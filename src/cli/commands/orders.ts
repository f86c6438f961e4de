import type { DenialView, FillView, OrderView } from '../../client/index.ts';
import type { OrderOutcomeView } from '../../api/contract/execution-schemas.ts';
import { connect, type ConnectionFlags } from '../api/connection.ts';
import { printAnswer, right, tableText } from '../api/print.ts';
import { amounts } from '../api/worker-table.ts';
import { UsageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { formatLocalTime } from '../terminal/format.ts';

/** Options of `quantcell orders`. */
export interface OrdersFlags extends ConnectionFlags {
  readonly open?: boolean;
  readonly denied?: boolean;
  readonly symbol?: string;
  readonly limit: number;
}

/** `quantcell orders`: of a worker, or of all. */
export async function ordersCommand(
  workerId: string | undefined,
  { open, denied, symbol, limit, ...flags }: OrdersFlags,
): Promise<number> {
  const { client } = connect(flags);
  const query = {
    limit,
    ...(symbol !== undefined && { symbol }),
    ...(workerId !== undefined && { workerId }),
  };
  if (denied === true) {
    const answer = await client.call('listDenials', { query });
    const none = 'nothing was denied since the server was started';
    printAnswer(flags, answer, () => tableText(DENIAL_COLUMNS, answer.items.map(denialRow), none));
    return ExitCode.OK;
  }
  const answer = await client.call('listOrders', {
    query: { ...query, ...(open === true && { open: 'true' }) },
  });
  printAnswer(flags, answer, () =>
    tableText(ORDER_COLUMNS, answer.items.map(orderRow), 'no orders'),
  );
  return ExitCode.OK;
}

const ORDER_COLUMNS = [
  'ORDER',
  'WORKER',
  'SYMBOL',
  'SIDE',
  'TYPE',
  'STATUS',
  right('QUANTITY'),
  right('FILLED'),
  right('PRICE'),
  right('AVG PRICE'),
  'UPDATED',
  'WHY',
];

function orderRow(order: OrderView): readonly string[] {
  const { pending, status } = order;
  return [
    order.clientOrderId,
    order.workerId ?? '(not ours)',
    order.symbol,
    order.side,
    order.type,
    pending === null ? status : `${status} (${pending} asked)`,
    order.quantity,
    order.filledQuantity,
    order.price ?? order.stopPrice ?? '-',
    order.avgPrice ?? '-',
    formatLocalTime(order.updatedAt),
    order.reason ?? '',
  ];
}

const DENIAL_COLUMNS = [
  'WHEN',
  'WORKER',
  'ASKED',
  'SYMBOL',
  'SIDE',
  right('QUANTITY'),
  right('PRICE'),
  'RULE',
  'WHY',
];

function denialRow(denied: DenialView): readonly string[] {
  return [
    formatLocalTime(denied.at),
    denied.workerId,
    denied.action,
    denied.symbol ?? '-',
    denied.side ?? '-',
    denied.quantity ?? '-',
    denied.price ?? denied.stopPrice ?? '-',
    denied.rule,
    denied.reason,
  ];
}

/** `quantcell positions`: of a worker, or of all. */
export async function positionsCommand(
  workerId: string | undefined,
  flags: ConnectionFlags,
): Promise<number> {
  const { client } = connect(flags);
  const answer =
    workerId === undefined
      ? await client.call('listPositions')
      : await client.call('getWorkerPositions', { params: { id: workerId } });
  const columns = [
    'OWNER',
    'SYMBOL',
    right('QUANTITY'),
    right('AVG PRICE'),
    right('LAST'),
    right('REALIZED'),
    right('UNREALIZED'),
    'FEES',
  ];
  const rows = answer.items.map((position) => [
    position.owner,
    position.symbol,
    position.quantity,
    position.avgPrice ?? '-',
    position.lastPrice ?? '-',
    position.realizedPnl,
    position.unrealizedPnl ?? '-',
    amounts(position.fees),
  ]);
  printAnswer(flags, answer, () => tableText(columns, rows, 'no positions'));
  return ExitCode.OK;
}

/** Options of `quantcell fills`. */
export interface FillsFlags extends ConnectionFlags {
  readonly since?: string;
  readonly limit: number;
}

/** `quantcell fills`: of a worker, or of all. */
export async function fillsCommand(
  workerId: string | undefined,
  { since, limit, ...flags }: FillsFlags,
): Promise<number> {
  const answer = await connect(flags).client.call('listFills', {
    query: {
      limit,
      ...(since !== undefined && { since: timeOf(since) }),
      ...(workerId !== undefined && { workerId }),
    },
  });
  const columns = [
    'WHEN',
    'WORKER',
    'SYMBOL',
    'SIDE',
    right('QUANTITY'),
    right('PRICE'),
    right('FEE'),
    'AS',
    'ORDER',
  ];
  printAnswer(flags, answer, () => tableText(columns, answer.items.map(fillRow), 'no fills'));
  return ExitCode.OK;
}

function fillRow(fill: FillView): readonly string[] {
  return [
    formatLocalTime(fill.timestamp),
    fill.workerId ?? '(not ours)',
    fill.symbol,
    fill.side,
    fill.quantity,
    fill.price,
    `${fill.fee} ${fill.feeCurrency}`,
    fill.liquiditySide,
    fill.clientOrderId ?? fill.venueOrderId,
  ];
}

/** Milliseconds since the epoch, or a time in ISO 8601. */
function timeOf(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  throw new UsageError(
    `--since is ${JSON.stringify(text)}: expected a time such as 2026-01-31T09:00:00Z, or milliseconds since 1970`,
  );
}

/** Options of `quantcell cancel`. */
export interface CancelFlags extends ConnectionFlags {
  readonly worker?: string;
  readonly symbol?: string;
  readonly all?: boolean;
}

/** `quantcell cancel`: the orders that are named, or the open ones of a worker, of a symbol, or of all. */
export async function cancelCommand(
  orders: readonly string[],
  { worker, symbol, all, ...flags }: CancelFlags,
): Promise<number> {
  const isBroad = worker !== undefined || symbol !== undefined || all === true;
  if (isBroad === orders.length > 0) {
    throw new UsageError('which orders? give their ids, or --worker, --symbol or --all');
  }
  const { client } = connect(flags);
  const outcomes: OrderOutcomeView[] = [];
  if (isBroad) {
    const body = {
      ...(worker !== undefined && { workerId: worker }),
      ...(symbol !== undefined && { symbol }),
    };
    outcomes.push(...(await client.call('cancelOrders', { body })).outcomes);
  }
  for (const clientOrderId of orders) {
    outcomes.push(await client.call('cancelOrder', { params: { clientOrderId } }));
  }
  printAnswer(flags, { outcomes }, () => outcomesText(outcomes, 'no order is open'));
  return isAllAccepted(outcomes) ? ExitCode.OK : ExitCode.FAILED;
}

export function isAllAccepted(outcomes: readonly OrderOutcomeView[]): boolean {
  return outcomes.every(({ outcome }) => outcome === 'accepted');
}

/** What became of each request to the venue. */
export function outcomesText(outcomes: readonly OrderOutcomeView[], none: string): string {
  const rows = outcomes.map(({ outcome, order, rule, reason }) => [
    order?.clientOrderId ?? '-',
    order?.workerId ?? '-',
    order?.symbol ?? '-',
    outcome,
    order?.status ?? '-',
    [rule, reason].filter((part) => part !== null).join(': '),
  ]);
  return tableText(['ORDER', 'WORKER', 'SYMBOL', 'OUTCOME', 'STATUS', 'WHY'], rows, none);
}
