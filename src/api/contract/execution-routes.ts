import { z } from 'zod';
import { TRADING_STATES } from '../../model/account.ts';
import { limit, symbol, workerId } from './common.ts';
import {
  account,
  denial,
  fill,
  order,
  orderOutcome,
  position,
  riskConfig,
  tradingStatus,
  tradingSwitch,
} from './execution-schemas.ts';
import { defineRoutes } from './route.ts';

const one = z.object({ clientOrderId: z.string().min(1).max(64) });
const scope = z
  .string()
  .regex(
    /^(all|account|strategy:[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/,
    'all, account or strategy:WORKER_ID',
  )
  .meta({ description: '`all`, `account` or `strategy:WORKER_ID`.', examples: ['all'] });
const reason = z.string().trim().min(1).max(500);

export const executionRoutes = defineRoutes({
  getTrading: {
    method: 'get',
    path: '/trading',
    role: 'read',
    tag: 'execution',
    summary: 'Whether and where orders are executed.',
    answer: tradingStatus,
  },
  listOrders: {
    method: 'get',
    path: '/orders',
    role: 'read',
    tag: 'execution',
    summary: 'Orders of all workers, newest first, also those that are not ours.',
    query: z.object({
      workerId: workerId.optional(),
      symbol: symbol.optional(),
      open: z.stringbool().default(false),
      limit: limit(1_000, 100),
    }),
    answer: z.object({ items: z.array(order) }),
  },
  getOrder: {
    method: 'get',
    path: '/orders/{clientOrderId}',
    role: 'read',
    tag: 'execution',
    summary: 'An order.',
    params: one,
    answer: order,
  },
  cancelOrder: {
    method: 'post',
    path: '/orders/{clientOrderId}/cancel',
    role: 'operate',
    tag: 'execution',
    summary: 'Cancels an order of ours; says what the venue answered.',
    params: one,
    answer: orderOutcome,
  },
  cancelOrders: {
    method: 'post',
    path: '/orders/cancel',
    role: 'operate',
    tag: 'execution',
    summary: 'Cancels the open orders of a worker, or of all.',
    body: z.strictObject({ workerId: workerId.optional(), symbol: symbol.optional() }),
    answer: z.object({ outcomes: z.array(orderOutcome) }),
  },
  listDenials: {
    method: 'get',
    path: '/denials',
    role: 'read',
    tag: 'execution',
    summary:
      'What strategies asked for and was denied, newest first: the last 1,000 since the start.',
    query: z.object({
      workerId: workerId.optional(),
      symbol: symbol.optional(),
      limit: limit(1_000, 100),
    }),
    answer: z.object({ items: z.array(denial) }),
  },
  listFills: {
    method: 'get',
    path: '/fills',
    role: 'read',
    tag: 'execution',
    summary: 'What was traded, oldest first.',
    query: z.object({
      workerId: workerId.optional(),
      since: z.coerce.number().int().min(0).default(0),
      limit: limit(5_000, 500),
    }),
    answer: z.object({ items: z.array(fill) }),
  },
  listPositions: {
    method: 'get',
    path: '/positions',
    role: 'read',
    tag: 'execution',
    summary: 'What each worker holds, and what is held that is not ours.',
    answer: z.object({
      items: z.array(position),
      /** Signed, of all together, by symbol. */
      net: z.record(z.string(), z.string()),
    }),
  },
  getAccount: {
    method: 'get',
    path: '/account',
    role: 'read',
    tag: 'execution',
    summary: 'Balances at the venue, and what all strategies made.',
    answer: account,
  },
  getRisk: {
    method: 'get',
    path: '/risk',
    role: 'read',
    tag: 'execution',
    summary: 'The limits in force.',
    answer: riskConfig,
  },
  putRisk: {
    method: 'put',
    path: '/risk',
    role: 'admin',
    tag: 'execution',
    summary:
      'Puts other limits in force, at once and until the next start, whose limits are those of the configuration.',
    body: z.strictObject({
      limits: riskConfig,
      confirm: z.literal(true).meta({ description: 'Limits protect money: say that you mean it.' }),
    }),
    answer: riskConfig,
  },
  getKillSwitch: {
    method: 'get',
    path: '/kill-switch',
    role: 'read',
    tag: 'execution',
    summary: 'What is halted or limited, by whom and why.',
    answer: z.object({ switches: z.array(tradingSwitch) }),
  },
  setKillSwitch: {
    method: 'put',
    path: '/kill-switch',
    // Whoever may operate may halt; lifting it needs `trade` and a confirmation: see docs/API.md.
    role: 'operate',
    tag: 'execution',
    summary:
      'Halts or limits trading in a scope at once. Lifting needs the role trade and `confirm`.',
    body: z.strictObject({
      scope,
      state: z.enum(TRADING_STATES),
      reason,
      confirm: z.boolean().optional(),
    }),
    answer: z.object({
      switches: z.array(tradingSwitch),
      /** Whether it is on the disk, and so outlives the process. It holds in any case. */
      kept: z.boolean(),
    }),
  },
  flatten: {
    method: 'post',
    path: '/flatten',
    role: 'operate',
    tag: 'execution',
    summary: 'Cancels what is open in a scope, closes what its strategies hold, and halts it.',
    body: z.strictObject({ scope, reason, confirm: z.literal(true) }),
    answer: z.object({
      /** No order is open and nothing is held; otherwise it is tried again once trading is open. */
      isDone: z.boolean(),
      canceled: z.array(orderOutcome),
      closed: z.array(orderOutcome),
    }),
  },
  reconcile: {
    method: 'post',
    path: '/reconcile',
    role: 'operate',
    tag: 'execution',
    summary: 'Compares orders and fills with the venue now.',
    answer: tradingStatus,
  },
});
