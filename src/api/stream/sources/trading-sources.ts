import type { Service } from '../../../system/service/service.ts';
import type { FillView, OrderView, PositionView } from '../../contract/execution-schemas.ts';
import { fillView, orderView, positionView } from '../../views/order-views.ts';
import { tradingView } from '../../views/trading-view.ts';
import type { Source } from '../source.ts';
import { journalSource } from './journal-source.ts';
import { stateSource, wholeSource } from './state-source.ts';

/** Of a snapshot: open ones, and as many of the last that are closed. */
const RECENT = 200;

/** Orders of a worker, or of all, as they become another. */
export function ordersSource(service: Service, workerId: string | undefined): Source {
  const { execution, orders } = service;
  const query = { limit: RECENT, ...(workerId !== undefined && { workerId }) };
  return journalSource<OrderView>({
    recent: () => {
      if (execution === null) return [];
      const open = execution.openOrders(workerId);
      const ids = new Set(open.map(({ clientOrderId }) => clientOrderId));
      const last = execution.orders(query).filter(({ clientOrderId }) => !ids.has(clientOrderId));
      return [...last.toReversed(), ...open].map(orderView);
    },
    listen: (take) =>
      orders.listen((owner, { order }) => {
        if (workerId === undefined || owner === workerId) take(orderView(order));
      }),
    wrap: (items) => ({ orders: items }),
  });
}

/** What is traded, of a worker or of all. */
export function fillsSource(service: Service, workerId: string | undefined): Source {
  const { execution, orders } = service;
  const query = { limit: RECENT, ...(workerId !== undefined && { workerId }) };
  return journalSource<FillView>({
    recent: () =>
      (execution?.fills(query) ?? [])
        .toReversed()
        .map(({ fill, workerId: owner }) => fillView(fill, owner)),
    listen: (take) =>
      orders.listen((owner, { fill }) => {
        if (fill === null) return;
        if (workerId === undefined || owner === workerId) take(fillView(fill, owner));
      }),
    wrap: (items) => ({ fills: items }),
  });
}

/** What a worker holds, or what all hold and what is not ours. */
export function positionsSource(service: Service, workerId: string | undefined): Source {
  const { execution } = service;
  return stateSource<PositionView>({
    read: () => {
      const owners = Object.entries(execution?.positions() ?? {});
      const wanted = owners.filter(([owner]) => workerId === undefined || owner === workerId);
      const views = wanted.flatMap(([owner, ofOwner]) =>
        ofOwner.map((position) => positionView(owner, position)),
      );
      return new Map(views.map((view) => [`${view.owner} ${view.symbol}`, view]));
    },
    snapshot: (positions) => ({ positions }),
    change: (positions) => (positions.length === 0 ? null : { positions }),
  });
}

/** Whether orders are executed, and what is halted. */
export function tradingSource(service: Service): Source {
  return wholeSource(() => tradingView(service.execution));
}
