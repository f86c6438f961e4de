import { messageOf, quote, QuantCellError } from '../../base/errors.ts';
import type { ServiceConfig } from '../../system/config/config-schema.ts';
import type { Service } from '../../system/service/service.ts';
import type { Handlers } from '../call.ts';
import type { AnswerOf, CallParts } from '../contract/routes.ts';
import { ApiError } from '../errors.ts';
import { fillView, orderView, outcomeView, positionView } from '../views/order-views.ts';
import { tradingView } from '../views/trading-view.ts';
import { checkWorker, executionOf } from './trading-venue.ts';

type ExecutionHandlers = Handlers<
  | 'getTrading'
  | 'listOrders'
  | 'getOrder'
  | 'cancelOrder'
  | 'cancelOrders'
  | 'listDenials'
  | 'listFills'
  | 'listPositions'
  | 'getAccount'
  | 'getRisk'
  | 'putRisk'
  | 'reconcile'
>;

/** What is known of orders and positions, cancels and limits. Without a venue, reads are empty and writes refused. */
export function executionHandlers({ service }: { readonly service: Service }): ExecutionHandlers {
  return {
    getTrading: () => tradingView(service.execution),
    listOrders: ({ query }) => ({ items: ordersOf(service, query) }),
    getOrder: ({ params }) => {
      const order = service.execution?.desk.find(params.clientOrderId);
      if (order === undefined) throw unknownOrder(params.clientOrderId);
      return orderView(order);
    },
    cancelOrder: ({ params }) => cancelOne(service, params.clientOrderId),
    cancelOrders: async ({ body: { workerId, symbol } }) => {
      const { desk } = executionOf(service);
      if (workerId !== undefined) checkWorker(service, workerId);
      const outcomes = await desk.cancelAll({
        ...(workerId !== undefined && { workerId }),
        ...(symbol !== undefined && { symbol }),
      });
      return { outcomes: outcomes.map(outcomeView) };
    },
    listDenials: ({ query }) => ({ items: denialsOf(service, query) }),
    listFills: ({ query }) => ({ items: fillsOf(service, query) }),
    listPositions: () => positionsOf(service),
    getAccount: () => accountOf(service),
    getRisk: () => ({ ...service.execution?.desk.risk }),
    putRisk: ({ body }) => {
      const { desk } = executionOf(service);
      // JSON has no undefined: what is not given is not there.
      desk.setRisk(body.limits as ServiceConfig['risk']);
      return { ...desk.risk };
    },
    reconcile: async () => {
      const execution = executionOf(service);
      try {
        await execution.reconcile();
      } catch (thrown) {
        throw unreachable(execution.venue.name, thrown);
      }
      return tradingView(execution);
    },
  };
}

function ordersOf(
  { execution }: Service,
  { workerId, symbol, open, limit }: CallParts<'listOrders'>['query'],
): AnswerOf<'listOrders'>['items'] {
  const orders = execution?.desk.orders({
    ...(workerId !== undefined && { workerId }),
    ...(symbol !== undefined && { symbol }),
    open,
    limit,
  });
  return (orders ?? []).map(orderView);
}

function denialsOf(
  { execution }: Service,
  { workerId, symbol, limit }: CallParts<'listDenials'>['query'],
): AnswerOf<'listDenials'>['items'] {
  const denied = execution?.desk.denials.list({
    ...(workerId !== undefined && { workerId }),
    ...(symbol !== undefined && { symbol }),
    limit,
  });
  return (denied ?? []).map((one) => ({ ...one }));
}

async function cancelOne(
  service: Service,
  clientOrderId: string,
): Promise<AnswerOf<'cancelOrder'>> {
  const { desk } = executionOf(service);
  const order = desk.find(clientOrderId);
  if (order?.workerId === null) {
    throw new ApiError(
      'EXTERNAL_ORDER',
      `order ${quote(clientOrderId)} was not placed by this system, which shows it and never touches it: cancel it where it was placed`,
      { clientOrderId },
    );
  }
  const outcome = await desk.cancel(clientOrderId);
  if (outcome === undefined) throw unknownOrder(clientOrderId);
  return outcomeView(outcome);
}

/** The newest of those that are asked for, oldest first. */
function fillsOf(
  { execution }: Service,
  { workerId, since, limit }: CallParts<'listFills'>['query'],
): AnswerOf<'listFills'>['items'] {
  const fills = execution?.fills({
    ...(workerId !== undefined && { workerId }),
    sinceMs: since,
    limit,
  });
  return (fills ?? []).toReversed().map(({ fill, workerId: owner }) => fillView(fill, owner));
}

function positionsOf({ execution }: Service): AnswerOf<'listPositions'> {
  if (execution === null) return { items: [], net: {} };
  const items = Object.entries(execution.positions()).flatMap(([owner, positions]) =>
    positions.map((position) => positionView(owner, position)),
  );
  const symbols = [...new Set(items.map(({ symbol }) => symbol))];
  return {
    items,
    net: Object.fromEntries(symbols.map((symbol) => [symbol, execution.netQuantity(symbol)])),
  };
}

function accountOf({ execution }: Service): AnswerOf<'getAccount'> {
  if (execution === null) return { venue: null, balances: {}, pnl: {} };
  const { balances, pnl } = execution.desk;
  return { venue: execution.venue.name, balances: { ...balances }, pnl: { ...pnl } };
}

function unknownOrder(clientOrderId: string): ApiError {
  return new ApiError(
    'UNKNOWN_ORDER',
    `there is no order ${quote(clientOrderId)}: GET /orders lists those that there are`,
    { clientOrderId },
  );
}

function unreachable(venue: string, thrown: unknown): QuantCellError {
  if (thrown instanceof QuantCellError) return thrown;
  return new ApiError(
    'VENUE_UNREACHABLE',
    `${venue} could not be asked: ${messageOf(thrown)}; it is asked again by itself`,
    { venue },
    thrown,
  );
}
