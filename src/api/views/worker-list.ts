import type { WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { Service } from '../../system/service/service.ts';
import type { AnswerOf, CallParts } from '../contract/routes.ts';
import { WorkerViews } from './worker-view.ts';

type Query = CallParts<'listWorkers'>['query'];
type List = AnswerOf<'listWorkers'>;
type SortKey = Query['sort'];

/** A page of the workers that a query names. Only what is on the page is made ready to be shown. */
export function workerList(service: Service, query: Query): List {
  const all = service.system.manager.getAllStatus();
  const byState: List['byState'] = {};
  for (const { state } of all) byState[state] = (byState[state] ?? 0) + 1;
  const wanted = all.filter((status) => isWanted(service, status, query));
  const keys = new Map(wanted.map((status) => [status, keyOf(service, status, query.sort)]));
  const direction = query.descending ? -1 : 1;
  wanted.sort(
    (one, other) =>
      direction * compare(keys.get(one) ?? 0, keys.get(other) ?? 0) ||
      compare(one.workerId, other.workerId),
  );
  const views = new WorkerViews(service);
  const page = wanted.slice(query.offset, query.offset + query.limit);
  return { items: page.map((status) => views.of(status)), total: wanted.length, byState };
}

function isWanted({ strategies }: Service, status: WorkerStatus, query: Query): boolean {
  const { state, strategy, symbol, search } = query;
  const { workerId, strategyName } = status;
  if (state !== undefined && !state.includes(status.state)) return false;
  if (symbol !== undefined && !status.symbols.includes(symbol)) return false;
  if (strategy === undefined && search === undefined) return true;
  const name = strategies.nameOf(status.strategyPath) ?? '';
  if (strategy !== undefined && name !== strategy && strategyName !== strategy) return false;
  if (search === undefined) return true;
  const part = search.toLowerCase();
  return [workerId, name, strategyName].some((text) => text.toLowerCase().includes(part));
}

function keyOf({ samples }: Service, status: WorkerStatus, sort: SortKey): string | number {
  switch (sort) {
    case 'id':
      return status.workerId;
    case 'state':
      return status.state;
    case 'restartCount':
      return status.restartCount;
    default:
      return samples.current(status.workerId)?.[sort] ?? 0;
  }
}

function compare(one: string | number, other: string | number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
