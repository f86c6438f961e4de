import type { PnlFigures, TradingState } from '../../model/account.ts';
import { ORDER_STATUSES } from '../../model/order.ts';
import type { ExecutionEngine } from '../../system/parts.ts';
import type { Give, MetricSpec, Moment } from './moment.ts';

/** Who orders and positions are told of that are not those of a strategy. */
const EXTERNAL = '~external';

const STATE_NUMBERS: Readonly<Record<TradingState, number>> = {
  active: 0,
  'reduce-only': 1,
  halted: 2,
};

/** Read where there is execution. */
function ofEngine(read: (engine: ExecutionEngine, give: Give) => void): MetricSpec['read'] {
  return ({ execution }, give) => {
    if (execution !== null) read(execution, give);
  };
}

function pnl(name: string, help: string, figure: keyof PnlFigures): MetricSpec {
  return {
    name: `quantcell_${name}`,
    type: 'gauge',
    help,
    labels: ['worker', 'currency'],
    read: ({ execution, statuses }, give) => {
      if (execution === null) return;
      for (const { workerId } of statuses)
        for (const [currency, figures] of Object.entries(execution.account(workerId).pnl))
          give(Number(figures[figure]), workerId, currency);
    },
  };
}

function readOpen(engine: ExecutionEngine, give: Give): void {
  const counts = new Map<string, number>();
  for (const { workerId } of engine.openOrders()) {
    const owner = workerId ?? EXTERNAL;
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  for (const [owner, count] of counts) give(count, owner);
}

function readPositions(engine: ExecutionEngine, give: Give): void {
  for (const [owner, positions] of Object.entries(engine.positions()))
    for (const { symbol, quantity } of positions) give(Number(quantity), owner, symbol);
}

/** Of each scope that has a switch, and of all and the account in any case; the strictest of a scope. */
function readSwitches(engine: ExecutionEngine, give: Give): void {
  const states = new Map<string, number>([
    ['all', 0],
    ['account', 0],
  ]);
  for (const { scope, state } of engine.status.switches)
    states.set(scope, Math.max(states.get(scope) ?? 0, STATE_NUMBERS[state]));
  for (const [scope, state] of states) give(state, scope);
}

function readBalances(engine: ExecutionEngine, give: Give): void {
  for (const [currency, { free, total }] of Object.entries(engine.account(EXTERNAL).balances)) {
    give(Number(free), currency, 'free');
    give(Number(total), currency, 'total');
  }
}

function readOrders({ orderTotals }: Moment, give: Give): void {
  if (orderTotals === undefined) return;
  for (const status of ORDER_STATUSES)
    if (status !== 'denied') give(orderTotals.byStatus.get(status) ?? 0, status);
}

export const TRADING_METRICS: readonly MetricSpec[] = [
  {
    name: 'quantcell_orders_total',
    type: 'counter',
    help: 'How often an order of a strategy has come to a status, since the start.',
    labels: ['status'],
    read: readOrders,
  },
  {
    name: 'quantcell_order_denials_total',
    type: 'counter',
    help: 'What strategies asked for and was denied, by rule, since the start.',
    labels: ['rule'],
    read: ({ orderTotals }, give) => {
      for (const [rule, count] of orderTotals?.byRule ?? []) give(count, rule);
    },
  },
  {
    name: 'quantcell_fills_total',
    type: 'counter',
    help: 'Fills of orders of strategies, since the start.',
    labels: [],
    read: ({ orderTotals }, give) => {
      if (orderTotals !== undefined) give(orderTotals.fills);
    },
  },
  {
    name: 'quantcell_orders_open',
    type: 'gauge',
    help: 'Orders that are open or on their way, by worker; ~external for those that are not ours.',
    labels: ['worker'],
    read: ofEngine(readOpen),
  },
  {
    name: 'quantcell_orders_unknown',
    type: 'gauge',
    help: 'Orders of which it is not known what became.',
    labels: [],
    read: ofEngine((engine, give) =>
      give(engine.openOrders().filter(({ status }) => status === 'unknown').length),
    ),
  },
  {
    name: 'quantcell_position_quantity',
    type: 'gauge',
    help: 'What a worker holds of a symbol, negative if sold; ~external for what is not ours.',
    labels: ['worker', 'symbol'],
    read: ofEngine(readPositions),
  },
  pnl('pnl_realized', 'Profit of what was closed, without fees, in quote currency.', 'realized'),
  pnl(
    'pnl_unrealized',
    'Profit of what is held at the last price, in quote currency.',
    'unrealized',
  ),
  pnl('fees_paid', 'Fees paid in a quote currency.', 'fees'),
  {
    name: 'quantcell_account_balance',
    type: 'gauge',
    help: 'What the account has of a currency: free, or in total.',
    labels: ['currency', 'kind'],
    read: ofEngine(readBalances),
  },
  {
    name: 'quantcell_trading_state',
    type: 'gauge',
    help: 'What may be traded in a scope: 0 active, 1 reduce-only, 2 halted.',
    labels: ['scope'],
    read: ofEngine(readSwitches),
  },
  {
    name: 'quantcell_trading_open',
    type: 'gauge',
    help: 'Whether orders may leave: compared with the venue, and the line to it stands.',
    labels: [],
    read: ofEngine((engine, give) => give(engine.status.closedBecause === null ? 1 : 0)),
  },
  {
    name: 'quantcell_reconciliation_timestamp_seconds',
    type: 'gauge',
    help: 'When everything was last compared with the venue, Unix time.',
    labels: [],
    read: ofEngine(({ status: { lastReconciliation: last } }, give) => {
      if (last !== null) give(last.at / 1_000);
    }),
  },
  {
    name: 'quantcell_reconciliation_differences',
    type: 'gauge',
    help: 'Orders and fills that stood otherwise at the venue when that was last compared.',
    labels: [],
    read: ofEngine(({ status: { lastReconciliation: last } }, give) => {
      if (last !== null) give(last.differences);
    }),
  },
];
