import type { Service } from '../../system/service/service.ts';
import { WorkerPerformances } from '../../system/service/worker-performance.ts';
import type { Handlers } from '../call.ts';
import { fillView, orderView, positionView } from '../views/order-views.ts';
import { performanceView } from '../views/performance-view.ts';

type WorkerTradingReads = Handlers<
  'getWorkerTrades' | 'getWorkerOrders' | 'getWorkerPositions' | 'getWorkerPerformance'
>;

type Execution = NonNullable<Service['execution']>;

/** What workers have traded. Where nothing executes orders, there is nothing. */
export function workerTradingReads(service: Service): WorkerTradingReads {
  let performances: { readonly of: Execution; readonly book: WorkerPerformances } | undefined;
  const bookOf = (execution: Execution): WorkerPerformances => {
    if (performances?.of !== execution) {
      performances = { of: execution, book: new WorkerPerformances(execution) };
    }
    return performances.book;
  };
  /** @throws {WorkerError} code `UNKNOWN_WORKER` */
  const executionFor = (workerId: string): Execution | null => {
    service.system.manager.getWorkerStatus(workerId);
    return service.execution;
  };
  return {
    getWorkerTrades: ({ params: { id }, query: { since, limit } }) => {
      const fills = executionFor(id)?.fills({ workerId: id, sinceMs: since, limit }) ?? [];
      return { items: fills.toReversed().map(({ fill }) => fillView(fill, id)) };
    },
    getWorkerOrders: ({ params: { id }, query: { open, limit } }) => {
      const orders = executionFor(id)?.desk.orders({ workerId: id, open, limit }) ?? [];
      return { items: orders.map(orderView) };
    },
    getWorkerPositions: ({ params: { id } }) => {
      const positions = executionFor(id)?.desk.positions(id) ?? [];
      return { items: positions.map((position) => positionView(id, position)) };
    },
    getWorkerPerformance: async ({ params: { id } }) => {
      const execution = executionFor(id);
      const currency = currencyOf(service, id);
      if (execution === null) {
        return performanceView({ currency, figures: null, notes: ['no orders are executed here'] });
      }
      return performanceView(await bookOf(execution).of(id, currency));
    },
  };
}

/** What it would trade in. */
function currencyOf({ system, execution, config }: Service, workerId: string): string {
  const [symbol = ''] = system.manager.getWorkerStatus(workerId).symbols;
  return execution?.venue.instrument(symbol)?.quote ?? config.trading.paper.currency;
}
