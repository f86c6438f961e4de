import type { Worker } from '../../../../src/client/index.ts';
import { addDecimals, compareDecimals } from '../../data/decimal.ts';

export const SORT_KEYS = [
  'id',
  'state',
  'events',
  'lag',
  'memory',
  'cpu',
  'orders',
  'pnl',
  'restarts',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What of the fleet is to be seen, and in which order. Empty texts let everything pass. */
export interface FleetFilter {
  readonly search: string;
  /** A state, or `attention`: see `needsAttention`. */
  readonly state: '' | 'attention' | Worker['state'];
  readonly strategy: string;
  readonly symbol: string;
  readonly sort: SortKey;
  readonly isDescending: boolean;
}

export const NO_FILTER: FleetFilter = {
  search: '',
  state: '',
  strategy: '',
  symbol: '',
  sort: 'id',
  isDescending: false,
};

/** Somebody should look: it is in error or quarantine, or not well while it should run. */
export function needsAttention({ state, quarantine, health }: Worker): boolean {
  if (state === 'error' || quarantine !== null) return true;
  return health === 'late' || health === 'stale' || (state === 'running' && health === 'down');
}

export function isFiltered({ search, state, strategy, symbol }: FleetFilter): boolean {
  return search !== '' || state !== '' || strategy !== '' || symbol !== '';
}

/** The workers that pass, in order. */
export function filterFleet(workers: Iterable<Worker>, filter: FleetFilter): readonly Worker[] {
  const search = filter.search.trim().toLowerCase();
  const passing = [...workers].filter((worker) => {
    const { id, state, symbols } = worker;
    const strategy = strategyOf(worker);
    if (search !== '' && !`${id}\n${strategy}`.toLowerCase().includes(search)) return false;
    if (filter.state === 'attention' ? !needsAttention(worker) : filter.state !== '') {
      if (filter.state === 'attention' || state !== filter.state) return false;
    }
    if (filter.strategy !== '' && strategy !== filter.strategy) return false;
    return filter.symbol === '' || symbols.includes(filter.symbol);
  });
  const compare = COMPARISONS[filter.sort];
  const sign = filter.isDescending ? -1 : 1;
  return passing.toSorted((a, b) => sign * compare(a, b) || byId(a, b));
}

/** Name in the strategies folder, or what the file calls itself. */
export function strategyOf({ strategy, strategyName }: Worker): string {
  return strategy ?? strategyName;
}

/** Worst first. */
const STATE_ORDER: readonly Worker['state'][] = [
  'error',
  'recovering',
  'restarting',
  'initializing',
  'initialized',
  'starting',
  'reloading',
  'stopping',
  'paused',
  'running',
  'stopped',
];

const ids = new Intl.Collator('en', { numeric: true });
const byId = (a: Worker, b: Worker): number => ids.compare(a.id, b.id);

type Figure = 'eventsPerSecond' | 'lagMs' | 'memoryBytes' | 'cpuShare' | 'openOrders';
const byFigure =
  (name: Figure) =>
  (a: Worker, b: Worker): number =>
    a.figures[name] - b.figures[name];

const COMPARISONS: Readonly<Record<SortKey, (a: Worker, b: Worker) => number>> = {
  id: byId,
  state: (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state),
  events: byFigure('eventsPerSecond'),
  lag: byFigure('lagMs'),
  memory: byFigure('memoryBytes'),
  cpu: byFigure('cpuShare'),
  orders: byFigure('openOrders'),
  // Of several currencies the sum is no amount, but an order all the same.
  pnl: (a, b) => compareDecimals(sumOf(a), sumOf(b)),
  restarts: (a, b) => a.restartCount - b.restartCount,
};

function sumOf({ figures }: Worker): string {
  return addDecimals(Object.values(figures.netPnl));
}
